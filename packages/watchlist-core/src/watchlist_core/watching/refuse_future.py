from datetime import datetime

from watchlist_core.watching.errors import WatchedInFuture
from watchlist_core.watching.limits import CLOCK_TOLERANCE

__all__ = ["refuse_future"]


def refuse_future(watched_at: datetime | None, now: datetime) -> None:
    """Refuse a viewing that has not been *now*.

    Raises:
        ValueError: It is a naive datetime.
        WatchedInFuture: It is further ahead than clocks may differ.
    """
    if watched_at is None:
        return
    if watched_at.utcoffset() is None:
        raise ValueError("watched_at must have its offset from UTC")
    if watched_at > now + CLOCK_TOLERANCE:
        raise WatchedInFuture
