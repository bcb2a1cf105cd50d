"""What nobody needs any more is forgotten, once an hour."""

from asyncio import sleep
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from watchlist_core.auditing import ForgetAudit
from watchlist_core.auth import RemoveExpired
from watchlist_core.work import now
from watchlist_http.server.jobs import Job
from watchlist_http.server.settings import Settings
from watchlist_sql.outbox import Outbox
from watchlist_sql.store import SqlStore

__all__ = ["cleaning"]

_HOUR: Final = timedelta(hours=1)
_KEPT_AFTER_DELIVERY: Final = timedelta(days=7)
_FORGOTTEN_AT_ONCE: Final = 1_000
_REST: Final = 0.010


def cleaning(settings: Settings, store: SqlStore) -> Sequence[Job]:
    """Return the jobs that forget what is old: each is done by one process of all."""
    outbox = Outbox(store.database)

    async def forget_delivered_events() -> None:
        forgotten = _FORGOTTEN_AT_ONCE
        while forgotten == _FORGOTTEN_AT_ONCE:
            await sleep(_REST)  # others want to write too
            forgotten = await outbox.prune(older_than=_KEPT_AFTER_DELIVERY, most=_FORGOTTEN_AT_ONCE)

    async def forget_audit() -> None:
        await ForgetAudit(store.begin, now)(settings.audit.retention)

    async def remove_expired() -> None:
        await RemoveExpired(store.begin, now, settings.auth.limits)()

    return [
        Job("forget-delivered-events", _HOUR, forget_delivered_events),
        Job("forget-audit", _HOUR, forget_audit),
        Job("remove-expired", _HOUR, remove_expired),
    ]
