# The core installs nothing, and typing has ``override`` from Python 3.12 only.
# mypy: disable-error-code="explicit-override"

from collections.abc import Sequence
from typing import Protocol

from watchlist_core.auditing import AuditingWork, AuditQueries
from watchlist_core.auth import AccountQueries, AuthWork
from watchlist_core.catalogue import CatalogueWork, GenreQueries, MovieQueries, MovieSearch
from watchlist_core.mine import MyMovieQueries
from watchlist_core.rating import (
    OwnRatingQueries,
    RatingQueries,
    RatingRemovalWork,
    RatingWork,
    VoteQueries,
    VotingWork,
)
from watchlist_core.watching import EntryQueries, WatchingWork, WatchlistWork, WatchQueries
from watchlist_core.work import Begin

__all__ = ["PersonalStore", "PersonalWork", "Store", "StoreWork"]


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


class PersonalWork(WatchlistWork, RatingRemovalWork, VotingWork, StoreWork, Protocol):
    """One transaction of a store that keeps all that a person has of his own."""


class PersonalStore(Store, Protocol):
    """What the contracts are kept by that are about what a person has of his own."""

    @property
    def begin(self) -> Begin[PersonalWork]: ...

    @property
    def entry_queries(self) -> EntryQueries: ...

    @property
    def watch_queries(self) -> WatchQueries: ...

    @property
    def own_rating_queries(self) -> OwnRatingQueries: ...

    @property
    def vote_queries(self) -> VoteQueries: ...

    @property
    def my_movie_queries(self) -> MyMovieQueries: ...
