from watchlist_core.testing.memory.auditing import MemoryAuditLog, keep_audit
from watchlist_core.testing.memory.auth import MemoryAccounts, MemoryMailTokens
from watchlist_core.testing.memory.catalogue import MemoryMovies
from watchlist_core.testing.memory.genres import MemoryGenres
from watchlist_core.testing.memory.rating import MemoryRatings
from watchlist_core.testing.memory.sessions import MemorySessions, MemorySignInAttempts
from watchlist_core.testing.memory.tables import Tables
from watchlist_core.testing.memory.voting import MemoryVotes
from watchlist_core.testing.memory.watching import MemoryEntries, MemoryWatchLog
from watchlist_core.work import Event

__all__ = ["MemoryUnitOfWork"]


class MemoryUnitOfWork:
    """Changes lie over what the store holds, until ``commit`` merges them."""

    def __init__(self, committed: Tables) -> None:
        self.committed = committed
        self.changed = committed.layer()
        self.audit_log = MemoryAuditLog(self.changed)
        self.accounts = MemoryAccounts(self.changed)
        self.mail_tokens = MemoryMailTokens(self.changed)
        self.sessions = MemorySessions(self.changed)
        self.sign_in_attempts = MemorySignInAttempts(self.changed)
        self.movies = MemoryMovies(self.changed)
        self.genres = MemoryGenres(self.changed)
        self.entries = MemoryEntries(self.changed)
        self.watch_log = MemoryWatchLog(self.changed)
        self.votes = MemoryVotes(self.changed)
        self.ratings = MemoryRatings(self.changed)

    def record(self, event: Event) -> None:
        self.changed.events[next(self.changed.numbers)] = event

    async def commit(self) -> None:
        keep_audit(self.changed)
        self.committed.merge(self.changed)
