"""What every transaction can do, whatever it is for."""

from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import ClassVar, Protocol, TypeAlias, TypeVar
from uuid import UUID

from attrs import AttrsInstance, define

from watchlist_core.errors import Unavailable

__all__ = [
    "Begin",
    "Busy",
    "Clock",
    "Event",
    "NestedWork",
    "NewId",
    "StoreUnavailable",
    "UnitOfWork",
    "now",
    "outermost",
]

Clock: TypeAlias = Callable[[], datetime]
"""Tell the instant, aware and in UTC."""

NewId: TypeAlias = Callable[[], UUID]
"""Make an id that nothing else has."""


def now() -> datetime:
    """Tell the instant by the clock of this machine."""
    return datetime.now(UTC)


class Event(AttrsInstance, Protocol):
    """Something which has happened: a frozen attrs class named in the past tense.

    It is kept by its name and version, which therefore outlive any renaming of the class; it
    carries ids and plain values, never secrets.
    """

    name: ClassVar[str]
    version: ClassVar[int]


class UnitOfWork(Protocol):
    """One transaction. Leaving it without ``commit`` keeps nothing.

    - Each further attribute is one port, named like it: ``ratings`` is ``Ratings`` everywhere.
    - A port that refuses has changed nothing: the work may go on, and commit what else it does.
    - Nothing new takes over the id of another: to try it is a mistake of the programmer, of which
      each store tells in its own way, and nothing of the work is kept.
    - A work never opens another: it would wait for itself, or half of it would be kept.
    - A refusal that must be remembered (a spent token is used again) is an outcome of the
      work: it commits, then raises after the block.
    - Works that need several rows hold them in one order: account, movies by id, entries,
      catalogue.
    """

    def record(self, event: Event) -> None:
        """Announce *event* if, and only if, this work is committed."""

    async def commit(self) -> None:
        """Keep all changes and recorded events together: the last line of a work, once."""


Work = TypeVar("Work", bound=UnitOfWork)
Begin: TypeAlias = Callable[[], AbstractAsyncContextManager[Work]]
"""Open a work. Raises `NestedWork`, `StoreUnavailable`, or `Busy` when its turn does not come."""


class Busy(Unavailable):
    """Others are writing; try again in a moment."""


class StoreUnavailable(Unavailable):
    """The store does not answer; try again in a moment."""


class NestedWork(RuntimeError):
    """A work was opened inside another: a mistake of the programmer, never of the user."""


@define
class _Turn:
    is_open: bool = True


_turn: ContextVar[_Turn | None] = ContextVar("watchlist_turn", default=None)


@contextmanager
def outermost() -> Iterator[None]:
    """Mark the running task as being inside a work; every ``begin`` starts with it.

    Raises:
        NestedWork: It is inside one already.
    """
    outer = _turn.get()
    if outer and outer.is_open:
        raise NestedWork
    # A task started inside inherits the turn and may outlive it: hence a flag, not a reset.
    turn = _Turn()
    _turn.set(turn)
    try:
        yield
    finally:
        turn.is_open = False
