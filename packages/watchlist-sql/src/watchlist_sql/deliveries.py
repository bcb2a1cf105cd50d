"""What becomes of recorded events, for whoever looks after a server."""

from datetime import datetime
from functools import partial
from typing import Final

from attrs import frozen
from sqlalchemy import Integer, Select, bindparam, func, select

from watchlist_core.paging import Page, Window
from watchlist_sql.database import Database
from watchlist_sql.latest_first import LatestFirst
from watchlist_sql.outbox import Counted, Share
from watchlist_sql.positions import read_number
from watchlist_sql.tables import outbox

__all__ = ["Deliveries", "Undelivered"]

_IS_PARKED: Final = outbox.c.parked_at.is_not(None)
_IS_WAITING: Final = outbox.c.delivered_at.is_(None) & outbox.c.parked_at.is_(None)
_YES: Final = 1
_LATEST: Final = LatestFirst(
    columns=[
        outbox.c[name]
        for name in ("recorded_at", "key", "name", "attempts", "due_at", "parked_at", "reason")
    ],
    # What stands in the indexes stands here as it is; the parameters only name the conditions.
    conditions={
        "parked": _IS_PARKED & (bindparam("parked", type_=Integer) == _YES),
        "waiting": _IS_WAITING & (bindparam("waiting", type_=Integer) == _YES),
    },
    read_tie=partial(read_number, bits=63),
    write_tie=int,
)


@frozen
class Undelivered:
    """An event that waits for its delivery, or is parked."""

    recorded_at: datetime
    key: int
    name: str
    attempts: int
    due_at: datetime
    """When it is tried next, if it is not parked."""
    parked_at: datetime | None
    reason: str | None
    """Why the last attempt failed."""


@frozen
class Deliveries:
    _database: Database

    async def page(self, window: Window, *, parked: bool) -> Page[Undelivered]:
        """Return a page of the events that are parked, or of those that wait; the latest first.

        Raises:
            ForeignPosition: The window's position is not one of this list.
        """
        wanted = {"parked" if parked else "waiting": _YES}
        page = await _LATEST.page(self._database, wanted, window)
        return Page([Undelivered(*row) for row in page.items], page.next, page.total)

    async def count(self, share: Share = Share()) -> Counted:  # noqa: B008  it is frozen
        """Return how many of a share of the events wait, and how many are parked."""
        ((waiting, parked),) = await self._database.fetch(_count(share))
        return Counted(waiting, parked)


def _count(share: Share) -> Select[int, int]:
    waiting, parked = (
        select(func.count()).select_from(outbox).where(state, share.condition).scalar_subquery()
        for state in (_IS_WAITING, _IS_PARKED)
    )
    return select(waiting, parked)
