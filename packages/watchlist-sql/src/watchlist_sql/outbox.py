"""Recorded events wait here, in the table they were committed with, until they are delivered.

Delivery is at least once and in no promised order: whoever claims an event may die before saying
that it was delivered, and then another claims it when the lease is over. All times are told by the
clock of the database, since the clocks of several machines differ.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cache
from typing import Any, Final, Self, TypeVar
from uuid import UUID

from attrs import field, frozen
from cattrs import Converter
from sqlalchemy import (
    ColumnElement,
    Float,
    Integer,
    Select,
    bindparam,
    delete,
    false,
    func,
    not_,
    null,
    or_,
    select,
    update,
)

from watchlist_core.work import Event
from watchlist_sql.columns import instant_in
from watchlist_sql.database import Database
from watchlist_sql.tables import outbox

__all__ = ["Claimed", "Counted", "Outbox", "Share", "event_of", "row_of"]

Recorded = TypeVar("Recorded", bound=Event)

_IS_WAITING: Final = outbox.c.delivered_at.is_(None) & outbox.c.parked_at.is_(None)
_IS_PARKED: Final = outbox.c.parked_at.is_not(None)
_IS_THIS_CLAIM: Final = (
    _IS_WAITING
    & (outbox.c.key == bindparam("claimed"))
    & (outbox.c.attempts == bindparam("attempt"))
)
_DELIVERED: Final = (
    update(outbox)
    .where(outbox.c.key.in_(bindparam("claimed", expanding=True)), _IS_WAITING)
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
_RELEASED: Final = (
    update(outbox).where(_IS_THIS_CLAIM).values(due_at=instant_in(), attempts=outbox.c.attempts - 1)
)
_OLD: Final = (
    select(outbox.c.key)
    .where(outbox.c.delivered_at < instant_in(-bindparam("age", type_=Float)))
    .order_by(outbox.c.delivered_at)
    .limit(bindparam("most", type_=Integer))
)
_PRUNE: Final = delete(outbox).where(outbox.c.key.in_(_OLD))
_COUNT: Final = select(
    select(func.count()).select_from(outbox).where(_IS_WAITING).scalar_subquery(),
    select(func.count()).select_from(outbox).where(_IS_PARKED).scalar_subquery(),
)

_converter: Final = Converter(forbid_extra_keys=True)
_converter.register_unstructure_hook(UUID, str)
_converter.register_structure_hook(UUID, lambda text, _: UUID(text))


def row_of(event: Event) -> dict[str, Any]:
    """Return what is kept of *event*: its name and version outlive its class."""
    payload = _converter.unstructure(event)
    return {"name": event.name, "version": event.version, "payload": payload}


@frozen
class Claimed:
    """An event which its claimer alone delivers, as long as the lease lasts."""

    key: int
    attempts: int
    """This one included."""
    name: str
    version: int
    payload: Any


def event_of(claimed: Claimed, kind: type[Recorded]) -> Recorded:
    """Return what was recorded, given its class.

    Raises:
        Exception: The payload is not that of such an event, as cattrs tells.
    """
    return _converter.structure(claimed.payload, kind)


@frozen
class Counted:
    waiting: int
    """Neither delivered nor parked."""
    parked: int


@frozen
class Share:
    """Which of the events somebody delivers, so that what delays some does not delay the others."""

    names: frozenset[str] = frozenset()
    is_the_rest: bool = True
    """All events but those of these names, instead of these only."""

    @classmethod
    def of(cls, *kinds: type[Event]) -> Self:
        return cls(frozenset(kind.name for kind in kinds), is_the_rest=False)

    @classmethod
    def without(cls, *kinds: type[Event]) -> Self:
        return cls(frozenset(kind.name for kind in kinds))

    @property
    def condition(self) -> ColumnElement[bool]:
        theirs = or_(false(), *(outbox.c.name == name for name in sorted(self.names)))
        return not_(theirs) if self.is_the_rest else theirs


@frozen
class _Claiming:
    """The statements by which a share of the events is claimed."""

    look: Select[int]
    claim: Any

    @classmethod
    @cache
    def of(cls, share: Share) -> Self:
        due = (
            select(outbox.c.key)
            .where(_IS_WAITING, outbox.c.due_at <= instant_in(), share.condition)
            .order_by(outbox.c.due_at)
        )
        # Who looks at the same moment skips what another has locked, and is not made to wait for
        # it. As an expression of its own it is looked for once, whatever PostgreSQL believes.
        following = (
            due.limit(bindparam("most", type_=Integer))
            .with_for_update(skip_locked=True)
            .cte("next")
        )
        claim = (
            update(outbox)
            .where(outbox.c.key.in_(select(following.c.key)))
            .values(
                due_at=instant_in(bindparam("lease", type_=Float)), attempts=outbox.c.attempts + 1
            )
            .returning(
                *(outbox.c[name] for name in ("key", "attempts", "name", "version", "payload"))
            )
        )
        return cls(due.limit(1), claim)


@frozen
class Outbox:
    """The events, of which only its *share* is claimed."""

    _database: Database
    share: Share = Share()
    _claiming: _Claiming = field(init=False, eq=False, repr=False)

    @_claiming.default
    def _of_the_share(self) -> _Claiming:
        return _Claiming.of(self.share)

    async def claim(self, most: int, lease: timedelta) -> Sequence[Claimed]:
        """Take at most that many of the events that are due; for none, nothing is written.

        A claimer that has not told what became of an event when the *lease* ends has lost it.
        """
        if not await self._database.fetch(self._claiming.look):
            return ()
        chosen = {"most": most, "lease": lease.total_seconds()}
        async with self._database.writing() as connection:
            rows = await connection.execute(self._claiming.claim, chosen)
            claimed = [Claimed(*row) for row in rows]
            await connection.commit()
        return claimed

    async def delivered(self, claimed: Sequence[Claimed]) -> None:
        """Note that all is done for these events, even where the lease is over."""
        if claimed:
            await self._write(_DELIVERED, [{"claimed": [one.key for one in claimed]}])

    async def released(self, claimed: Sequence[Claimed]) -> None:
        """Let others claim these events, which were not tried, at once."""
        await self._write(_RELEASED, [_claim(one) for one in claimed])

    async def failed(self, claimed: Claimed, reason: str, pause: timedelta) -> None:
        """Let the event wait for its next attempt.

        Nothing changes if the lease is over and another has claimed it: then he tells of it.
        """
        row = _claim(claimed) | {"why": reason, "delay": pause.total_seconds()}
        await self._write(_FAILED, [row])

    async def parked(self, claimed: Claimed, reason: str) -> None:
        """Try the event no more until it is retried by hand; as `failed` otherwise."""
        await self._write(_PARKED, [_claim(claimed) | {"why": reason}])

    async def prune(self, *, older_than: timedelta, most: int = 1_000) -> int:
        """Forget what was delivered longer ago than that, and return how many.

        It is at most that many at a time, since nobody else writes to SQLite meanwhile.
        """
        return await self._write(_PRUNE, [{"age": older_than.total_seconds(), "most": most}])

    async def count(self) -> Counted:
        return Counted(*(await self._database.fetch(_COUNT))[0])

    async def _write(self, statement: Any, rows: Sequence[Mapping[str, Any]]) -> int:
        if not rows:
            return 0
        async with self._database.writing() as connection:
            written = await connection.execute(statement, rows[0] if len(rows) == 1 else rows)
            await connection.commit()
        return int(written.rowcount)


def _claim(claimed: Claimed) -> dict[str, Any]:
    return {"claimed": claimed.key, "attempt": claimed.attempts}
