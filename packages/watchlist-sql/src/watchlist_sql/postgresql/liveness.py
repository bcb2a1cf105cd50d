"""Whether a connection that lay unused can still be used."""

from typing import Any, Final

from sqlalchemy.util import await_only

__all__ = ["LONGEST_ANSWER", "LONG_UNUSED", "is_alive"]

LONG_UNUSED: Final = 30.0
"""Seconds after which something on the way may have forgotten the connection."""
LONGEST_ANSWER: Final = 2.0


def is_alive(driver: Any, unused: float) -> bool:
    """Tell, inside a greenlet, whether asyncpg's connection *driver* reaches the server.

    When a server ends, the socket tells at once, and looking costs nothing; only after *unused*
    seconds enough for the way to have broken silently, the server is asked.
    """
    if driver.is_closed():
        return False
    if unused > LONG_UNUSED:
        try:
            # Without parameters it is no prepared statement, which a PgBouncer could lose.
            await_only(driver.execute("", timeout=LONGEST_ANSWER))
        except Exception:  # noqa: BLE001  whatever it is, another connection will do better
            return False
    return True
