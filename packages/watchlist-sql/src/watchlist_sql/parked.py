"""Events that are tried no more until somebody says so, and what he says."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Final

from attrs import frozen
from sqlalchemy import Integer, Select, bindparam, delete, null, select, update

from watchlist_core.work import Event
from watchlist_sql.auditing import keep_events
from watchlist_sql.columns import instant_in
from watchlist_sql.database import Database
from watchlist_sql.tables import outbox

__all__ = ["EventDropped", "EventRetried", "Parked", "ParkedEvents"]

_IS_PARKED: Final = outbox.c.parked_at.is_not(None)
_IS_THIS: Final = outbox.c.key == bindparam("parked")
_WHICH: Final = (outbox.c.key, outbox.c.name)
_RETRY: Final = (
    update(outbox).where(_IS_PARKED).values(parked_at=null(), attempts=0, due_at=instant_in())
)
_RETRY_ALL: Final = _RETRY.returning(*_WHICH)
_RETRY_ONE: Final = _RETRY.where(_IS_THIS).returning(*_WHICH)
_DROP: Final = delete(outbox).where(_IS_PARKED)
_DROP_ALL: Final = _DROP.returning(*_WHICH)
_DROP_ONE: Final = _DROP.where(_IS_THIS).returning(*_WHICH)
_ALL: Final[Select[*tuple[Any, ...]]] = (
    select(
        outbox.c.key,
        outbox.c.name,
        outbox.c.attempts,
        outbox.c.recorded_at,
        outbox.c.parked_at,
        outbox.c.reason,
    )
    .where(_IS_PARKED)
    .order_by(outbox.c.parked_at, outbox.c.key)
    .limit(bindparam("most", type_=Integer))
)


@frozen
class EventRetried:
    """Somebody lets a parked event be tried anew."""

    name: ClassVar[str] = "event-retried"
    version: ClassVar[int] = 1

    event: int
    """Its key."""
    kind: str
    """Its name."""


@frozen
class EventDropped:
    """Somebody forgot a parked event: what should have followed it never will."""

    name: ClassVar[str] = "event-dropped"
    version: ClassVar[int] = 1

    event: int
    """The key that it had."""
    kind: str
    """Its name."""


@frozen
class Parked:
    """An event that is tried no more until somebody says so."""

    key: int
    name: str
    attempts: int
    recorded_at: datetime
    parked_at: datetime
    reason: str
    """Why the last attempt failed."""


@frozen
class ParkedEvents:
    _database: Database

    async def all(self, most: int = 1_000) -> Sequence[Parked]:
        """Return what is parked and why, at most that many, the longest parked first."""
        rows = await self._database.fetch(_ALL, {"most": most})
        return [Parked(*row) for row in rows]

    async def retry(self, key: int | None = None) -> int:
        """Let the event of that *key*, or all of them, be tried anew; return how many.

        That somebody did so is recorded in the same transaction.
        """
        if key is None:
            return await self._change(_RETRY_ALL, {}, EventRetried)
        return await self._change(_RETRY_ONE, {"parked": key}, EventRetried)

    async def drop(self, key: int | None = None) -> int:
        """Forget the event of that *key*, or all of them; return how many. Else as `retry`."""
        if key is None:
            return await self._change(_DROP_ALL, {}, EventDropped)
        return await self._change(_DROP_ONE, {"parked": key}, EventDropped)

    async def _change(
        self,
        statement: Any,
        parameters: Mapping[str, int],
        recorded: type[EventRetried | EventDropped],
    ) -> int:
        async with self._database.writing() as connection:
            changed = (await connection.execute(statement, parameters)).all()
            events: list[Event] = [recorded(key, name) for key, name in changed]
            await keep_events(connection, events)
            await connection.commit()
        return len(changed)
