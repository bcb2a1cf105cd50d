from collections.abc import Sequence
from typing import Protocol

from watchlist_core.auditing import AuditingWork, AuditQueries
from watchlist_core.auth import AccountQueries, AuthWork
from watchlist_core.catalogue import CatalogueWork, GenreQueries, MovieQueries, MovieSearch
from watchlist_core.rating import RatingQueries, RatingWork
from watchlist_core.watching import WatchingWork
from watchlist_core.work import Begin

__all__ = ["Store", "StoreWork"]


class StoreWork(AuditingWork, AuthWork, CatalogueWork, WatchingWork, RatingWork, Protocol):
    """One transaction of a store that meets all needs of the core."""


class Store(Protocol):
    """What the contracts are kept by. Data gets in and out through the ports alone."""

    @property
    def begin(self) -> Begin[StoreWork]: ...

    @property
    def movie_queries(self) -> MovieQueries: ...

    @property
    def movie_search(self) -> MovieSearch: ...

    @property
    def genre_queries(self) -> GenreQueries: ...

    @property
    def rating_queries(self) -> RatingQueries: ...

    @property
    def account_queries(self) -> AccountQueries: ...

    @property
    def audit_queries(self) -> AuditQueries: ...

    async def events(self) -> Sequence[str]:
        """Return the names of the recorded events that are kept, oldest first."""
