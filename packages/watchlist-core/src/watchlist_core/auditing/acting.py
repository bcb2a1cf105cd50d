"""Who is acting at this moment: told by the edge, kept with each change."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from watchlist_core.auditing.entities import Actor

__all__ = ["acting", "present_actor"]

_actor: Final[ContextVar[Actor | None]] = ContextVar("watchlist_actor", default=None)


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """Let *actor* be who does what happens inside, in this task and those that it starts."""
    before = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(before)


def present_actor() -> Actor | None:
    """Return who is acting; None where no person is, as in a reaction or a periodic job.

    Every unit of work keeps it, in the same transaction, with each event that it commits, and
    keeps no audit where there is none.
    """
    return _actor.get()
