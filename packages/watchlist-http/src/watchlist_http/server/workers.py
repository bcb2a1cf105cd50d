"""Several processes answer requests on one listening socket, and this one looks after them.

The socket is inherited. With SO_REUSEPORT each process would have a queue of its own, and the
connections in it would be lost when the process is replaced.
"""

import asyncio
import signal
import socket
from contextlib import suppress
from time import monotonic
from typing import Final

from attrs import define, field
from structlog import get_logger

from watchlist_http.server.settings import Settings
from watchlist_http.server.signals import end_at_once, stop_on_signals
from watchlist_http.server.worker import Assignment, Worker

__all__ = ["Workers"]

_CLEAN: Final = {0, -signal.SIGTERM}
"""A worker that is told to stop while it starts dies of the signal."""

_log = get_logger(__name__)


@define
class Workers:
    """Keeps as many workers alive as the settings say, until it is told to stop."""

    _listener: socket.socket
    _settings: Settings
    _demo: bool = False
    pause: float = 0.1
    """Seconds before a dead worker is replaced; doubled with each that soon died as well."""
    soon: float = 5.0
    """Seconds within which an end is no accident but tells that starting is of no use."""
    deaths: int = 5
    """Soon ends in succession after which it gives up."""
    margin: float = 15.0
    """Seconds beyond the grace of requests after which a worker that should end is killed."""
    # Once the grace is over it sends the last answers, cancels what is late, closes the database
    # and hands over its log: a machine that is busy, as at a restart of many, needs seconds.
    _alive: set[Worker] = field(factory=set, init=False)
    _has_failed: bool = field(default=False, init=False)
    _stop: asyncio.Event = field(factory=asyncio.Event, init=False)

    async def __call__(self) -> int:
        """Return the exit code: 0 if it was told to stop and all requests were answered."""
        self._stop = stop_on_signals(again=self._end_at_once)
        stopping = asyncio.create_task(self._end_all_when_told())
        first = await self._start(is_first=True)
        if await self._answers(first):
            rest = [self._keep() for _ in range(self._settings.http.workers - 1)]
            await asyncio.gather(self._keep(first), *rest)
        else:
            # It has said itself what is wrong, and nobody else would fare better.
            self._has_failed = await self._ended(first) != 0 and not self._stop.is_set()
            self._stop.set()
        stopping.cancel()
        return int(self._has_failed)

    async def _start(self, *, is_first: bool = False) -> Worker:
        assignment = Assignment(self._settings, is_first=is_first, demo=self._demo and is_first)
        worker = await Worker.start(self._listener, assignment)
        self._alive.add(worker)
        if self._stop.is_set():
            worker.tell(signal.SIGTERM)
        return worker

    async def _answers(self, worker: Worker) -> bool:
        is_ready = await worker.becomes_ready()
        if is_ready:
            _log.info("a worker answers requests", pid=worker.pid)
        return is_ready

    async def _ended(self, worker: Worker) -> int:
        code = await worker.ended()
        self._alive.discard(worker)
        return code

    async def _keep(self, worker: Worker | None = None) -> None:
        """Keep a place filled: by *worker*, and whenever it ends, by another."""
        deaths = 0
        while True:
            if worker is None:
                if self._stop.is_set():
                    return
                worker = await self._start()
                await self._answers(worker)
            code = await self._ended(worker)
            if self._stop.is_set():
                self._has_failed |= code not in _CLEAN
                return
            deaths = deaths + 1 if monotonic() - worker.started_at < self.soon else 1
            if deaths > self.deaths:
                _log.critical("workers do not live long: giving up", deaths=deaths, exit_code=code)
                self._has_failed = True
                self._stop.set()
                return
            pause = self.pause * 2 ** (deaths - 1)
            _log.error("a worker died", pid=worker.pid, exit_code=code, seconds_to_next=pause)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), pause)
                return
            worker = None

    async def _end_all_when_told(self) -> None:
        await self._stop.wait()
        self._listener.close()  # or clients would go on waiting for us to accept them
        for worker in self._alive:
            worker.tell(signal.SIGTERM)
        await asyncio.sleep(self._settings.http.grace + self.margin)
        for worker in self._alive:
            _log.error("a worker does not end: killing it", pid=worker.pid)
            worker.tell(signal.SIGKILL)

    def _end_at_once(self, number: int) -> None:
        for worker in self._alive:
            worker.tell(signal.SIGKILL)
        end_at_once(number)
