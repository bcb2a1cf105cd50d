"""Recorded events wait here, in the table they were committed with, until they are delivered.

Delivery is at least once and in no promised order: whoever claims an event may die before saying
that it was delivered, and then another claims it when the lease is over. All times are told by the
clock of the database, since the clocks of several machines differ.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from attrs import frozen
from sqlalchemy import Float, Integer, bindparam, delete, func, null, select, update

from watchlist_core.work import Event
from watchlist_sql.columns import instant_in
from watchlist_sql.database import Database
from watchlist_sql.events import event_from
from watchlist_sql.tables import outbox

__all__ = ["Claimed", "Outbox"]

_IS_WAITING: Final = outbox.c.delivered_at.is_(None) & outbox.c.parked_at.is_(None)
_IS_PARKED: Final = outbox.c.parked_at.is_not(None)
_IS_DUE: Final = _IS_WAITING & (outbox.c.due_at <= instant_in())
_DUE: Final = select(outbox.c.key).where(_IS_DUE).limit(1)

# Who looks at the same moment skips what another has locked, and is not made to wait for it.
_NEXT: Final = (
    select(outbox.c.key)
    .where(_IS_DUE)
    .order_by(outbox.c.due_at)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(skip_locked=True)
)
_CLAIM: Final = (
    update(outbox)
    .where(outbox.c.key.in_(_NEXT))
    .values(due_at=instant_in(bindparam("lease", type_=Float)), attempts=outbox.c.attempts + 1)
    .returning(outbox.c.key, outbox.c.attempts, outbox.c.name, outbox.c.version, outbox.c.payload)
)
_IS_THIS_CLAIM: Final = (
    _IS_WAITING
    & (outbox.c.key == bindparam("claimed"))
    & (outbox.c.attempts == bindparam("attempt"))
)
_DELIVERED: Final = (
    update(outbox)
    .where(outbox.c.key == bindparam("claimed"), _IS_WAITING)
    .values(delivered_at=instant_in(), reason=null())
)
_FAILED: Final = (
    update(outbox)
    .where(_IS_THIS_CLAIM)
    .values(due_at=instant_in(bindparam("delay", type_=Float)), reason=bindparam("why"))
)
_PARKED: Final = (
    update(outbox).where(_IS_THIS_CLAIM).values(parked_at=instant_in(), reason=bindparam("why"))
)
_RETRY: Final = (
    update(outbox).where(_IS_PARKED).values(parked_at=null(), attempts=0, due_at=instant_in())
)
_RETRY_ONE: Final = _RETRY.where(outbox.c.key == bindparam("parked"))
_PRUNE: Final = delete(outbox).where(
    outbox.c.delivered_at < instant_in(-bindparam("age", type_=Float))
)
_COUNT: Final = select(func.count()).select_from(outbox)


@frozen
class Claimed:
    """An event which its claimer alone delivers, as long as the lease lasts."""

    key: int
    attempt: int
    """1 for the first."""
    name: str
    version: int
    payload: Any

    def event(self) -> Event:
        """Return what was recorded. Raises UnknownEvent for another release's."""
        return event_from(self.name, self.version, self.payload)


@frozen
class Outbox:
    _database: Database

    async def claim(self, most: int, *, lease: timedelta) -> Sequence[Claimed]:
        """Take at most that many of the events that are due; none is nothing to write for.

        A claimer that has neither delivered nor failed an event when the *lease* ends has lost it.
        """
        if not await self._database.fetch(_DUE):
            return ()
        async with self._database.writing() as connection:
            rows = await connection.execute(_CLAIM, {"most": most, "lease": lease.total_seconds()})
            claimed = [
                Claimed(key, attempt, name, version, payload)
                for key, attempt, name, version, payload in rows
            ]
            await connection.commit()
        return claimed

    async def delivered(self, claimed: Sequence[Claimed]) -> None:
        """Note that the reactions to these events are done, even if the lease is over."""
        if claimed:
            async with self._database.writing() as connection:
                await connection.execute(_DELIVERED, [{"claimed": one.key} for one in claimed])
                await connection.commit()

    async def failed(self, claimed: Claimed, reason: str, *, again_in: timedelta | None) -> None:
        """Let the event wait, or park it where *again_in* is None, until it is retried by hand.

        Nothing changes if another has claimed the event meanwhile: what happened is told by him.
        """
        row: dict[str, Any] = {"claimed": claimed.key, "attempt": claimed.attempt, "why": reason}
        if again_in is not None:
            row["delay"] = again_in.total_seconds()
        async with self._database.writing() as connection:
            await connection.execute(_PARKED if again_in is None else _FAILED, row)
            await connection.commit()

    async def waiting(self) -> int:
        """Count the events that are neither delivered nor parked."""
        return (await self._database.fetch(_COUNT.where(_IS_WAITING)))[0][0]

    async def parked(self) -> int:
        return (await self._database.fetch(_COUNT.where(_IS_PARKED)))[0][0]

    async def retry(self, key: int | None = None) -> int:
        """Let the parked event of that *key*, or all of them, be tried anew; return how many."""
        async with self._database.writing() as connection:
            if key is None:
                retried = await connection.execute(_RETRY)
            else:
                retried = await connection.execute(_RETRY_ONE, {"parked": key})
            await connection.commit()
        return retried.rowcount

    async def prune(self, *, older_than: timedelta) -> int:
        """Forget what was delivered longer ago than that, and return how many."""
        async with self._database.writing() as connection:
            pruned = await connection.execute(_PRUNE, {"age": older_than.total_seconds()})
            await connection.commit()
        return pruned.rowcount
