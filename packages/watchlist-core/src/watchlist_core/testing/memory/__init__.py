"""The ports of the core, met by dictionaries: what a use case's own tests run on."""

from watchlist_core.testing.memory.auditing import MemoryAuditLog, MemoryAuditQueries
from watchlist_core.testing.memory.auth import (
    MemoryAccountQueries,
    MemoryAccounts,
    MemoryMailTokens,
)
from watchlist_core.testing.memory.browsing import MemoryMovieQueries
from watchlist_core.testing.memory.catalogue import MemoryMovies
from watchlist_core.testing.memory.genres import MemoryGenreQueries, MemoryGenres
from watchlist_core.testing.memory.listing_watched import (
    MemoryEntryQueries,
    MemoryWatchQueries,
)
from watchlist_core.testing.memory.mine import MemoryMyMovieQueries
from watchlist_core.testing.memory.rating import (
    MemoryOwnRatingQueries,
    MemoryRatingQueries,
    MemoryRatings,
)
from watchlist_core.testing.memory.searching import MemoryMovieSearch
from watchlist_core.testing.memory.sessions import MemorySessions, MemorySignInAttempts
from watchlist_core.testing.memory.store import MemoryStore
from watchlist_core.testing.memory.table import Table
from watchlist_core.testing.memory.tables import Attempt, KeptRating, Tables
from watchlist_core.testing.memory.unit_of_work import MemoryUnitOfWork
from watchlist_core.testing.memory.voting import MemoryVoteQueries, MemoryVotes
from watchlist_core.testing.memory.watching import MemoryEntries, MemoryWatchLog

__all__ = [
    "Attempt",
    "KeptRating",
    "MemoryAccountQueries",
    "MemoryAccounts",
    "MemoryAuditLog",
    "MemoryAuditQueries",
    "MemoryEntries",
    "MemoryEntryQueries",
    "MemoryGenreQueries",
    "MemoryGenres",
    "MemoryMailTokens",
    "MemoryMovieQueries",
    "MemoryMovieSearch",
    "MemoryMovies",
    "MemoryMyMovieQueries",
    "MemoryOwnRatingQueries",
    "MemoryRatingQueries",
    "MemoryRatings",
    "MemorySessions",
    "MemorySignInAttempts",
    "MemoryStore",
    "MemoryUnitOfWork",
    "MemoryVoteQueries",
    "MemoryVotes",
    "MemoryWatchLog",
    "MemoryWatchQueries",
    "Table",
    "Tables",
]
