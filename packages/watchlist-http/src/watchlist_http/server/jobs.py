"""What is to be done from time to time, by one process of all."""

from asyncio import Event as Signal
from asyncio import timeout
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from attrs import frozen
from structlog import get_logger

from watchlist_sql.jobs import Jobs, Turn

__all__ = ["Job", "JobRunner"]

_log = get_logger(__name__)


@frozen
class Job:
    """Work that may be begun again at any time: whoever dies over it leaves it half done."""

    name: str
    every: timedelta
    do: Callable[[], Awaitable[None]]
    after_failure: timedelta = timedelta(minutes=1)
    lease: timedelta = timedelta(minutes=5)
    """It is stopped when it takes longer, for then another process may begin it."""


@frozen
class JobRunner:
    """Does the jobs that are due. Any number of runners may do so at the same time."""

    turns: Jobs
    jobs: Sequence[Job]
    interval: float = 10.0

    async def __call__(self, stopping: Signal) -> bool:
        for job in self.jobs:
            if stopping.is_set():
                break
            if turn := await self.turns.take(job.name, lease=job.lease):
                await self._do(job, turn)
        return False

    async def _do(self, job: Job, turn: Turn) -> None:
        try:
            async with timeout(0.9 * job.lease.total_seconds()):
                await job.do()
        except Exception:  # noqa: BLE001  whatever it is, the next time may go well
            _log.exception("job failed", job=job.name, again_in=job.after_failure.total_seconds())
            await self.turns.finish(turn, again_in=job.after_failure)
        else:
            await self.turns.finish(turn, again_in=job.every)
