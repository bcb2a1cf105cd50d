"""The outbox as the API tells of it."""

from attrs import frozen

from watchlist_core.paging import Page, Window
from watchlist_http.deliveries import Deliveries, UndeliveredEvent
from watchlist_sql import deliveries as sql
from watchlist_sql.database import Database
from watchlist_sql.parked import ParkedEvents

__all__ = ["deliveries_of"]


def deliveries_of(database: Database) -> Deliveries:
    return Deliveries(_Events(sql.Deliveries(database)), ParkedEvents(database).retry)


@frozen
class _Events:
    _kept: sql.Deliveries

    async def __call__(self, window: Window, *, parked: bool) -> Page[UndeliveredEvent]:
        page = await self._kept.page(window, parked=parked)
        return Page([_told(one) for one in page.items], page.next, page.total)


def _told(one: sql.Undelivered) -> UndeliveredEvent:
    return UndeliveredEvent(
        id=one.key,
        name=one.name,
        recorded_at=one.recorded_at,
        attempts=one.attempts,
        due_at=None if one.parked_at else one.due_at,
        parked_at=one.parked_at,
        reason=one.reason,
    )
