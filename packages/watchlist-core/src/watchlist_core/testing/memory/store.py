from asyncio import Lock
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from attrs import define, field

from watchlist_core.testing.memory.auditing import MemoryAuditQueries
from watchlist_core.testing.memory.auth import MemoryAccountQueries
from watchlist_core.testing.memory.browsing import MemoryMovieQueries
from watchlist_core.testing.memory.genres import MemoryGenreQueries
from watchlist_core.testing.memory.listing_watched import (
    MemoryEntryQueries,
    MemoryWatchQueries,
)
from watchlist_core.testing.memory.mine import MemoryMyMovieQueries
from watchlist_core.testing.memory.rating import MemoryOwnRatingQueries, MemoryRatingQueries
from watchlist_core.testing.memory.searching import MemoryMovieSearch
from watchlist_core.testing.memory.tables import Tables
from watchlist_core.testing.memory.unit_of_work import MemoryUnitOfWork
from watchlist_core.testing.memory.voting import MemoryVoteQueries
from watchlist_core.work import Clock, now, outermost

__all__ = ["MemoryStore"]


@define
class MemoryStore:
    """A whole store without a database: it passes the contracts, and forgets when it goes."""

    clock: Clock = now
    """Tells when a work was committed, which audit keeps; everything else is told the instant."""
    committed: Tables = field(init=False, repr=False)
    _turn: Lock = field(factory=Lock, init=False, repr=False)

    @committed.default
    def _empty(self) -> Tables:
        return Tables(clock=self.clock)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[MemoryUnitOfWork]:
        # One work at a time: it holds more than the ports promise, and never less.
        with outermost():
            async with self._turn:
                yield MemoryUnitOfWork(self.committed)

    @property
    def movie_queries(self) -> MemoryMovieQueries:
        return MemoryMovieQueries(self.committed)

    @property
    def movie_search(self) -> MemoryMovieSearch:
        return MemoryMovieSearch(self.committed)

    @property
    def genre_queries(self) -> MemoryGenreQueries:
        return MemoryGenreQueries(self.committed)

    @property
    def entry_queries(self) -> MemoryEntryQueries:
        return MemoryEntryQueries(self.committed)

    @property
    def watch_queries(self) -> MemoryWatchQueries:
        return MemoryWatchQueries(self.committed)

    @property
    def rating_queries(self) -> MemoryRatingQueries:
        return MemoryRatingQueries(self.committed)

    @property
    def own_rating_queries(self) -> MemoryOwnRatingQueries:
        return MemoryOwnRatingQueries(self.committed)

    @property
    def vote_queries(self) -> MemoryVoteQueries:
        return MemoryVoteQueries(self.committed)

    @property
    def my_movie_queries(self) -> MemoryMyMovieQueries:
        return MemoryMyMovieQueries(self.committed)

    @property
    def account_queries(self) -> MemoryAccountQueries:
        return MemoryAccountQueries(self.committed)

    @property
    def audit_queries(self) -> MemoryAuditQueries:
        return MemoryAuditQueries(self.committed)

    async def events(self) -> Sequence[str]:
        """Return the names of the events that are kept, oldest first."""
        return [event.name for _, event in sorted(self.committed.events.items())]
