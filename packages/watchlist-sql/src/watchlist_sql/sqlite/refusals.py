"""What SQLite says when it cannot now, in the core's words."""

import sqlite3
from typing import Final

from sqlalchemy.exc import DBAPIError

from watchlist_core.errors import Unavailable
from watchlist_core.work import Busy, StoreUnavailable

__all__ = ["is_busy", "refusal"]


_BUSY: Final = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}
# READONLY is not among them: a read that tries to write is a mistake of ours.
_OUT_OF_ORDER: Final = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_INTERRUPT,  # a read aside, when the database is closed
}


def is_busy(error: BaseException | None) -> bool:
    """Tell whether another connection is in the way, so that a moment later it may work."""
    return _code(error) in _BUSY


def refusal(error: DBAPIError) -> Unavailable | None:
    """Return the core's error for what a statement met, if it is no mistake of the statement."""
    code = _code(error.orig)
    if code in _BUSY:
        return Busy()
    if code in _OUT_OF_ORDER:
        return StoreUnavailable()
    return None


def _code(error: BaseException | None) -> int:
    # Errors which the driver raises by itself have no code, not even as an attribute.
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF  # the upper bits say more exactly why
