"""Events that wait for their delivery or are parked, for admins."""

from collections.abc import Sequence
from enum import StrEnum
from http import HTTPStatus
from typing import Annotated, Final, TypeAlias

from attrs import frozen
from msgspec import Meta

from watchlist_core.auth import Role
from watchlist_core.work import Busy
from watchlist_http.answers import Answer
from watchlist_http.deliveries import Deliveries, EventNotParked, UndeliveredEvent
from watchlist_http.paging import Pagination, Paging
from watchlist_http.routing import Routes

__all__ = ["routes"]

routes: Final = Routes(
    "Outbox", description="Mails and whatever else follows a change, while it is not done yet."
)

EventId: TypeAlias = Annotated[int, Meta(ge=1, examples=[1205])]


class DeliveryState(StrEnum):
    PARKED = "parked"
    WAITING = "waiting"


class UndeliveredEvents(Answer, frozen=True):
    """A page of events that are not delivered."""

    items: Sequence[UndeliveredEvent]
    pagination: Pagination


@frozen
class WantedEvents:
    """What is wanted to be known."""

    state: Annotated[
        DeliveryState,
        Meta(description="`parked`: tried in vain, and no more; `waiting`: its turn will come."),
    ] = DeliveryState.PARKED


@routes.get("/admin/outbox", raises=[Busy], requires=Role.ADMIN)
async def list_outbox(
    query: WantedEvents, paging: Paging, deliveries: Deliveries
) -> UndeliveredEvents:
    """List the events that are parked, with the reason, or those that wait; the latest first."""
    page = await deliveries.page(paging.window, parked=query.state is DeliveryState.PARKED)
    return UndeliveredEvents(page.items, paging.pagination(page))


@routes.post(
    "/admin/outbox/{event_id}/retry",
    raises=[EventNotParked, Busy],
    requires=Role.ADMIN,
    ok=HTTPStatus.ACCEPTED,
)
async def retry_event(event_id: EventId, deliveries: Deliveries) -> None:
    """Let a parked event be tried anew."""
    if not await deliveries.retry(event_id):
        raise EventNotParked(event_id)
