"""What PostgreSQL says when it cannot now, in the core's words."""

from typing import Final

from sqlalchemy.exc import DBAPIError

from watchlist_core.errors import Unavailable
from watchlist_core.work import Busy, StoreUnavailable

__all__ = ["is_lost", "is_outdated", "refusal"]

# Beginnings of SQLSTATE codes, of which the first two characters are the class.
TRY_AGAIN: Final = (
    "40",  # deadlock_detected, serialization_failure
    "55P03",  # lock_not_available, after lock_timeout
)
LOST: Final = (
    "08",  # the connection broke
    "25P03",  # idle_in_transaction_session_timeout
    "57P",  # shutting down, starting up, ended by an administrator
)
OUT_OF_ORDER: Final = (
    *LOST,
    "25006",  # it has become a standby
    "53",  # no space, no memory, too many connections
    "57014",  # statement_timeout
    "58",  # its disk
)


def is_lost(error: Exception) -> bool:
    """Tell whether the connection is no more, so that another one may do better."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or _sqlstate(error).startswith(LOST)
    return isinstance(error, ConnectionError)  # asyncpg passes on what its socket says


def is_outdated(error: Exception) -> bool:
    """Tell whether the tables were changed since the connection prepared the statement."""
    return isinstance(error, DBAPIError) and "InvalidCachedStatement" in type(error.orig).__name__


def refusal(error: DBAPIError) -> Unavailable | None:
    """Return the core's error for what a statement met, if it is no mistake of the statement."""
    if _sqlstate(error).startswith(TRY_AGAIN) or is_outdated(error):
        return Busy()
    if is_lost(error) or _sqlstate(error).startswith(OUT_OF_ORDER):
        return StoreUnavailable()
    return None


def _sqlstate(error: DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""
