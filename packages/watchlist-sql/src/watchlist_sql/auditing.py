from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final

from attrs import frozen
from sqlalchemy import ColumnElement, Integer, Table, bindparam, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from watchlist_core.auditing import Actor, AuditEntry, AuditSearch, present_actor, subject_of
from watchlist_core.paging import Page, Window
from watchlist_core.work import Event
from watchlist_sql.columns import INSTANT
from watchlist_sql.database import Database
from watchlist_sql.latest_first import LatestFirst
from watchlist_sql.outbox import row_of
from watchlist_sql.positions import read_number
from watchlist_sql.tables import audit, outbox

__all__ = ["SqlAuditLog", "SqlAuditQueries", "keep_events"]

_KEEP_EVENT: Final = insert(outbox)
_KEEP_AUDIT: Final = insert(audit).values(action=bindparam("name"), details=bindparam("payload"))


_EVENT: Final = ("name", "version", "payload")
_WHO: Final = ("actor", "origin", "request_id", "subject_kind", "subject")


def _given(table: Table, names: Sequence[str]) -> list[ColumnElement[Any]]:
    return [bindparam(name, type_=table.c[name].type) for name in names]


def _keep_both() -> Any:
    """Keep an event and who did it by one statement: on PostgreSQL that is one journey, not two."""
    kept = (
        insert(outbox)
        .from_select(_EVENT, select(*_given(outbox, _EVENT)))
        .returning(outbox.c.name, outbox.c.payload, outbox.c.recorded_at)
        .cte("kept")
    )
    return insert(audit).from_select(
        ["action", "details", "recorded_at", *_WHO],
        select(kept.c.name, kept.c.payload, kept.c.recorded_at, *_given(audit, _WHO)),
    )


_KEEP_AUDITED: Final[Mapping[str, Sequence[Any]]] = {
    "sqlite": (_KEEP_EVENT, _KEEP_AUDIT),
    "postgresql": (_keep_both(),),
}


async def keep_events(connection: AsyncConnection, events: Sequence[Event]) -> None:
    """Keep *events* in the outbox, and in the audit what the present actor did by them."""
    if not events:
        return
    rows = [row_of(event) for event in events]
    statements: Sequence[Any] = (_KEEP_EVENT,)
    if actor := present_actor():
        rows = [row | _who(actor, event) for row, event in zip(rows, events, strict=True)]
        statements = _KEEP_AUDITED[connection.dialect.name]
    for statement in statements:
        await connection.execute(statement, rows[0] if len(rows) == 1 else rows)


def _who(actor: Actor, event: Event) -> dict[str, Any]:
    subject = subject_of(event)
    return {
        "actor": actor.account,
        "origin": actor.origin,
        "request_id": actor.request_id,
        "subject_kind": subject and subject.kind,
        "subject": subject and subject.id,
    }


_OLD: Final = (
    select(audit.c.key)
    .where(audit.c.recorded_at < bindparam("before", type_=INSTANT))
    .order_by(audit.c.recorded_at)
    .limit(bindparam("most", type_=Integer))
)
_FORGET: Final = delete(audit).where(audit.c.key.in_(_OLD))


@frozen
class SqlAuditLog:
    _connection: AsyncConnection

    async def forget(self, before: datetime, most: int) -> int:
        forgotten = await self._connection.execute(_FORGET, {"before": before, "most": most})
        return int(forgotten.rowcount)


_LATEST: Final = LatestFirst(
    columns=[
        audit.c[name]
        for name in (
            *("recorded_at", "key", "actor", "origin", "request_id", "action"),
            *("subject_kind", "subject", "details"),
        )
    ],
    conditions={
        **{
            name: audit.c[name] == bindparam(name, type_=audit.c[name].type)
            for name in ("actor", "action", "subject", "request_id")
        },
        "since": audit.c.recorded_at >= bindparam("since", type_=INSTANT),
        "until": audit.c.recorded_at < bindparam("until", type_=INSTANT),
    },
    read_tie=partial(read_number, bits=63),
    write_tie=int,
)


@frozen
class SqlAuditQueries:
    _database: Database

    async def search(self, search: AuditSearch, window: Window) -> Page[AuditEntry]:
        asked = {name: getattr(search, name) for name in _LATEST.conditions}
        wanted = {name: value for name, value in asked.items() if value is not None}
        page = await _LATEST.page(self._database, wanted, window, reverse=search.oldest_first)
        return Page([_entry(row) for row in page.items], page.next, page.total)


def _entry(row: Sequence[Any]) -> AuditEntry:
    at, _, actor, origin, request_id, action, subject_kind, subject, details = row
    return AuditEntry(
        at=at,
        actor=None if actor is None else str(actor),
        origin=origin,
        request_id=request_id,
        action=action,
        subject_kind=subject_kind,
        subject=None if subject is None else str(subject),
        details=details,
    )
