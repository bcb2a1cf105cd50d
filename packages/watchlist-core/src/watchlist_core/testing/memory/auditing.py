from datetime import datetime
from itertools import islice
from typing import TypeAlias

from attrs import frozen

from watchlist_core.auditing import (
    AuditEntry,
    AuditSearch,
    details_of,
    present_actor,
    subject_of,
)
from watchlist_core.paging import Page, Window
from watchlist_core.testing.memory.listing import Column, Listing, sortable
from watchlist_core.testing.memory.tables import Tables

__all__ = ["MemoryAuditLog", "MemoryAuditQueries", "keep_audit"]


def keep_audit(layer: Tables) -> None:
    """Keep, of each event that was recorded in a *layer*, that the present actor did it."""
    actor = present_actor()
    if actor is None:
        return
    at = layer.clock()
    for number, event in layer.events.changed.items():
        subject = subject_of(event)
        layer.audit[number] = AuditEntry(
            at=at,
            actor=str(actor.account) if actor.account else None,
            origin=actor.origin,
            request_id=actor.request_id,
            action=event.name,
            subject_kind=subject.kind if subject else None,
            subject=str(subject.id) if subject else None,
            details=details_of(event),
        )


@frozen
class MemoryAuditLog:
    _tables: Tables

    async def forget(self, before: datetime, most: int) -> int:
        old = (number for number, entry in self._tables.audit.items() if entry.at < before)
        forgotten = [*islice(old, most)]
        for number in forgotten:
            del self._tables.audit[number]
        return len(forgotten)


_Row: TypeAlias = tuple[int, AuditEntry]


def _by_time(*, oldest_first: bool) -> Listing[_Row]:
    return Listing[_Row](
        [
            Column(lambda row: sortable(row[1].at), str, descending=not oldest_first),
            Column(lambda row: row[0], int, descending=not oldest_first),
        ]
    )


@frozen
class MemoryAuditQueries:
    _tables: Tables

    async def search(self, search: AuditSearch, window: Window) -> Page[AuditEntry]:
        found = (row for row in self._tables.audit.items() if _is_wanted(row[1], search))
        page = _by_time(oldest_first=search.oldest_first).page(found, window)
        return Page([entry for _, entry in page.items], page.next, page.total)


def _is_wanted(entry: AuditEntry, search: AuditSearch) -> bool:
    same = (
        (entry.actor, search.actor and str(search.actor)),
        (entry.action, search.action),
        (entry.subject, search.subject and str(search.subject)),
        (entry.request_id, search.request_id),
    )
    return (
        all(wanted is None or value == wanted for value, wanted in same)
        and (search.since is None or entry.at >= search.since)
        and (search.until is None or entry.at < search.until)
    )
