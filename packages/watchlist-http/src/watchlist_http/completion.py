"""What has been begun is finished, though the client hangs up meanwhile."""

from asyncio import CancelledError, Task, create_task, shield, sleep, wait
from collections.abc import Awaitable, Callable, Coroutine
from logging import getLogger
from time import monotonic
from typing import Any, Final, TypeVar

from aiohttp import web
from attrs import define, field

from watchlist_core.errors import WatchlistError
from watchlist_core.work import Busy

__all__ = ["Completion", "repeated_while_busy"]

T = TypeVar("T")

_PAUSES: Final = (0.01, 0.03, 0.1)
_PATIENCE: Final = 1.0
_logger: Final = getLogger(__name__)


@define
class Completion:
    """Runs works so that cancelling the request that waits for one does not cancel it.

    aiohttp cancels handlers at shutdown, and at a lost connection if the program says so.
    """

    patience: float = 10.0
    """Seconds to wait for what nobody else waits for, when all ends."""
    _running: set[Task[Any]] = field(factory=set, init=False)

    async def __call__(self, work: Coroutine[Any, Any, T]) -> T:
        task = create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        try:
            return await shield(task)
        except CancelledError:
            task.add_done_callback(_tell_bugs)
            raise

    async def drain(self, _: web.Application) -> None:
        """Wait for what still runs."""
        if self._running:
            await wait(self._running, timeout=self.patience)


def _tell_bugs(task: Task[Any]) -> None:
    bug = None if task.cancelled() else task.exception()
    if bug is not None and not isinstance(bug, WatchlistError):
        _logger.error("a work failed after its client had left", exc_info=bug)


async def repeated_while_busy(
    work: Callable[[], Awaitable[T]],
    pauses: tuple[float, ...] = _PAUSES,
    clock: Callable[[], float] = monotonic,
) -> T:
    """Do *work*, and again after each pause as long as it is refused as Busy.

    Such a work has kept nothing. Busy is raised after the last pause, and as soon as a client has
    waited for a second: a store that was patient itself would be no better asked again.
    """
    begun = clock()
    for pause in pauses:
        try:
            return await work()
        except Busy:
            if clock() - begun > _PATIENCE:
                raise
            await sleep(pause)
    return await work()
