"""Recorded events that are not delivered yet, for whoever looks after a server."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Protocol, TypeAlias

from attrs import define, frozen
from msgspec import Meta

from watchlist_core.errors import NotFound
from watchlist_core.paging import Page, Window
from watchlist_http.answers import Answer

__all__ = ["Deliveries", "EventNotParked", "PageOfEvents", "RetryEvent", "UndeliveredEvent"]


@define
class EventNotParked(NotFound):
    """There is no such event, or it is not parked."""

    event: int


class UndeliveredEvent(Answer, frozen=True):
    """Something that has happened, and of which not all that follows is done."""

    id: Annotated[int, Meta(ge=1, examples=[1205])]
    name: Annotated[str, Meta(examples=["account-registered"])]
    recorded_at: datetime
    attempts: Annotated[int, Meta(ge=0, description="How often it was tried.", examples=[20])]
    due_at: Annotated[datetime, Meta(description="When it is tried next.")] | None
    """Null for one that is parked."""
    parked_at: datetime | None
    reason: (
        Annotated[
            str,
            Meta(
                description="Why the last attempt failed.",
                examples=["SMTPConnectError: cannot connect"],
            ),
        ]
        | None
    )


class PageOfEvents(Protocol):
    async def __call__(self, window: Window, *, parked: bool) -> Page[UndeliveredEvent]:
        """Return a page of the events that are parked, or of those that wait; the latest first."""


RetryEvent: TypeAlias = Callable[[int], Awaitable[int]]
"""Let a parked event be tried anew; return how many events of that number were parked: 1 or 0."""


@frozen
class Deliveries:
    """Tells what waits and what is parked, and sets the latter going again."""

    page: PageOfEvents
    retry: RetryEvent
