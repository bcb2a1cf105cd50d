"""Who did what to what, for admins."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Final, TypeAlias
from uuid import UUID

from attrs import frozen
from msgspec import Meta

from watchlist_core.auditing import AuditEntry, AuditSearch, ListAudit
from watchlist_core.auth import Role
from watchlist_core.ids import AccountId
from watchlist_core.paging import After, PageNumber, Window
from watchlist_http.answers import Answer
from watchlist_http.paging import Pagination, Paging
from watchlist_http.routing import Routes
from watchlist_http.sorting import Sort

__all__ = ["routes"]

routes: Final = Routes("Audit", description="Who did what, when and from where, for admins.")

Action: TypeAlias = Annotated[
    str,
    Meta(min_length=1, max_length=64, description="What was done.", examples=["account-revised"]),
]
RequestId: TypeAlias = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=128,
        description="The `X-Request-ID` of the request that did it.",
        examples=["019aa0b5-7c00-7a11-8c42-3d5e6f708192"],
    ),
]


class AuditedAction(Answer, frozen=True):
    """Something that somebody did."""

    at: datetime
    actor: Annotated[str, UUID] | None
    """The account that did it; null for a guest, and for a command."""
    origin: (
        Annotated[
            str,
            Meta(
                description="The address that the request came from, or the name of a command.",
                examples=["203.0.113.7"],
            ),
        ]
        | None
    )
    request_id: RequestId | None
    action: Action
    subject_kind: (
        Annotated[str, Meta(description="What it was done to.", examples=["account"])] | None
    )
    subject: Annotated[str, UUID] | None
    details: Mapping[str, Any]


class AuditedActions(Answer, frozen=True):
    """A page of what people did."""

    items: Sequence[AuditedAction]
    pagination: Pagination


class AuditSort(StrEnum):
    AT = "at"


_LATEST_FIRST: Final = Sort(((AuditSort.AT, True),))


@frozen
class WantedActions:
    """What is wanted to be known: all that is said of it is true."""

    actor: Annotated[AccountId, Meta(description="Who did it.")] | None = None
    action: Action | None = None
    subject: Annotated[UUID, Meta(description="To what it was done.")] | None = None
    request_id: RequestId | None = None
    since: Annotated[datetime, Meta(description="At this instant or later.")] | None = None
    until: Annotated[datetime, Meta(description="Before this instant.")] | None = None
    sort: Annotated[
        Sort[AuditSort],
        Meta(description="`-at` for the latest first, `at` for the first.", examples=["-at"]),
    ] = _LATEST_FIRST


@routes.get("/admin/audit", requires=Role.ADMIN)
async def list_audit(query: WantedActions, paging: Paging, find: ListAudit) -> AuditedActions:
    """List what people did, the latest first unless you wish otherwise."""
    page = await find(_search(query), paging.window)
    return AuditedActions([_told(entry) for entry in page.items], paging.pagination(page))


@routes.get("/admin/audit/export", requires=Role.ADMIN)
async def export_audit(query: WantedActions, find: ListAudit) -> AsyncIterator[AuditedAction]:
    """Export what people did as JSON Lines, the latest first unless you wish otherwise.

    All of it is sent, however much it is; what is done meanwhile is not in it. If something
    fails on the way the connection breaks off.
    """
    return _every(find, _search(query))


async def _every(find: ListAudit, search: AuditSearch) -> AsyncIterator[AuditedAction]:
    window: Window | None = PageNumber(page_size=_AT_ONCE)
    while window is not None:
        page = await find(search, window)
        for entry in page.items:
            yield _told(entry)
        window = None if page.next is None else After(page.next, _AT_ONCE)


_AT_ONCE: Final = 100


def _search(query: WantedActions) -> AuditSearch:
    return AuditSearch(
        actor=query.actor,
        action=query.action,
        subject=query.subject,
        request_id=query.request_id,
        since=query.since,
        until=query.until,
        oldest_first=query.sort == Sort(((AuditSort.AT, False),)),
    )


def _told(entry: AuditEntry) -> AuditedAction:
    return AuditedAction(
        entry.at,
        entry.actor,
        entry.origin,
        entry.request_id,
        entry.action,
        entry.subject_kind,
        entry.subject,
        entry.details,
    )
