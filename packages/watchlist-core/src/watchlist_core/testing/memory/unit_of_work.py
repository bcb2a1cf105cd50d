from watchlist_core.testing.memory.auth import MemoryAccounts
from watchlist_core.testing.memory.catalogue import MemoryGenres, MemoryMovies
from watchlist_core.testing.memory.rating import MemoryRatings
from watchlist_core.testing.memory.tables import Tables
from watchlist_core.testing.memory.watching import MemoryWatchLog
from watchlist_core.work import Event

__all__ = ["MemoryUnitOfWork"]


class MemoryUnitOfWork:
    """Changes lie over what the store holds, until ``commit`` merges them."""

    def __init__(self, committed: Tables) -> None:
        self._committed = committed
        self._changed = committed.layer()
        self.accounts = MemoryAccounts(self._changed)
        self.movies = MemoryMovies(self._changed)
        self.genres = MemoryGenres(self._changed)
        self.watch_log = MemoryWatchLog(self._changed)
        self.ratings = MemoryRatings(self._changed)

    def record(self, event: Event) -> None:
        self._changed.events[next(self._changed.numbers)] = event

    async def commit(self) -> None:
        self._committed.merge(self._changed)
