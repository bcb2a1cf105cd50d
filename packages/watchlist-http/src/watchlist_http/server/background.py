"""What a server does beside answering: again and again, until it is told to stop."""

from asyncio import Event, Task, create_task, gather, sleep, timeout, wait
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, Protocol

from structlog import get_logger

from watchlist_core.errors import Unavailable

__all__ = ["Chore", "in_background", "repeat"]

_LONGEST_PAUSE: Final = 30.0

_log = get_logger(__name__)


class Chore(Protocol):
    """One round of something that never ends."""

    @property
    def interval(self) -> float:
        """Seconds between two rounds."""

    async def __call__(self, stopping: Event) -> bool:
        """Do what is there to do, and tell whether more of it may be waiting.

        As soon as *stopping* is set it begins nothing new.
        """


async def repeat(chore: Chore, stopping: Event) -> None:
    """Do *chore* until *stopping* is set; no failure ends it, each makes the next pause longer."""
    name, pause = type(chore).__name__, chore.interval
    while not stopping.is_set():
        try:
            more = await chore(stopping)
            pause = 0.0 if more else chore.interval
        except Unavailable as error:
            pause = min(2 * max(pause, chore.interval), _LONGEST_PAUSE)
            _log.warning("chore postponed", chore=name, reason=type(error).__name__, seconds=pause)
        except Exception:  # noqa: BLE001  whatever it is, the next round may go well
            pause = min(2 * max(pause, chore.interval), _LONGEST_PAUSE)
            _log.exception("chore failed", chore=name, seconds=pause)
        await _pause(pause, stopping)


async def _pause(seconds: float, stopping: Event) -> None:
    await sleep(0)  # SQLite never suspends, and others want to run too
    if seconds:
        try:
            async with timeout(seconds):
                await stopping.wait()
        except TimeoutError:
            pass


@asynccontextmanager
async def in_background(*chores: Chore, stopping: Event, grace: float) -> AsyncIterator[None]:
    """Do the chores beside the block, until *stopping* is set, as it is when the block ends.

    Then they get *grace* seconds to finish. What does not is cancelled, and is found and repeated
    by whoever comes next.
    """
    tasks = [create_task(repeat(chore, stopping)) for chore in chores]
    try:
        yield
    finally:
        stopping.set()
        await _ended(tasks, grace)


async def _ended(tasks: list[Task[None]], grace: float) -> None:
    if not tasks:
        return
    _, late = await wait(tasks, timeout=grace)
    for task in late:
        task.cancel()
    await gather(*late, return_exceptions=True)
