from attrs import frozen

from watchlist_core.ids import AccountId, MovieId
from watchlist_core.testing.memory.auth import known_account
from watchlist_core.testing.memory.catalogue import known_movie
from watchlist_core.testing.memory.tables import Tables, refuse_taken
from watchlist_core.watching import Watch

__all__ = ["MemoryWatchLog"]


@frozen
class MemoryWatchLog:
    _tables: Tables

    async def add(self, watch: Watch) -> None:
        known_account(self._tables, watch.account)
        known_movie(self._tables, watch.movie)
        refuse_taken(self._tables.watches, [watch.id])
        self._tables.watches[watch.id] = watch

    async def has_watched(self, account: AccountId, movie: MovieId) -> bool:
        return any(
            (watch.account, watch.movie) == (account, movie)
            for watch in self._tables.watches.values()
        )
