"""Development only: the server starts anew whenever somebody changes its program."""

import asyncio
import signal
import socket
from asyncio import FIRST_COMPLETED, create_task, wait
from collections.abc import Iterable, Mapping
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Final, TypeAlias

from attrs import define, field
from structlog import get_logger

from watchlist_http.server.settings import Settings
from watchlist_http.server.signals import end_at_once, stop_on_signals
from watchlist_http.server.worker import Assignment, Worker

__all__ = ["Reloading"]

_PACKAGES: Final = (
    "watchlist_core",
    "watchlist_sql",
    "watchlist_provider_client",
    "watchlist_http",
)

_READ: Final = {".py", ".html", ".css", ".js", ".toml"}
"""Of the files of a package, those that a server reads once."""

Snapshot: TypeAlias = Mapping[Path, int]
"""When each file was changed last. Looking at a few hundred costs some milliseconds, and what the
systems offer instead (inotify and its like) needs a dependency."""

_log = get_logger(__name__)


def _folders() -> list[Path]:
    specs = [find_spec(package) for package in _PACKAGES]
    return [
        Path(place) for spec in specs if spec for place in spec.submodule_search_locations or ()
    ]


@define
class Reloading:
    """Keeps one worker, and replaces it by one of the changed program."""

    _listener: socket.socket
    _settings: Settings
    _demo: bool = False
    _folders: Iterable[Path] = field(factory=_folders)
    interval: float = 0.5
    """Seconds between two looks at the files."""
    _worker: Worker | None = None

    async def __call__(self) -> int:
        """Return the exit code when it is told to stop."""
        stop = stop_on_signals(again=self._end_at_once)
        told = create_task(stop.wait())
        was_ready = False
        while not told.done():
            changed = create_task(self._changed(self._snapshot()))
            was_ready |= await self._run(changed, told, is_first=not was_ready)
            changed.cancel()
        return 0

    async def _run(
        self, changed: "asyncio.Task[None]", told: "asyncio.Task[bool]", *, is_first: bool
    ) -> bool:
        """Keep a worker until one of both happens; tell whether it ever answered requests."""
        assignment = Assignment(self._settings, is_first=is_first, demo=self._demo)
        worker = self._worker = await Worker.start(self._listener, assignment)
        _log.debug("the program runs", pid=worker.pid)
        ready, ended = create_task(worker.becomes_ready()), create_task(worker.ended())
        await wait({changed, told, ended}, return_when=FIRST_COMPLETED)
        if not ended.done():
            _log.info("stopping" if told.done() else "the program was changed: starting it anew")
            worker.tell(signal.SIGTERM)
        elif not told.done():
            # A mistake in the changed program, most likely: the next change will mend it.
            _log.error("the server ended: waiting for a change", exit_code=await ended)
            await wait({changed, told}, return_when=FIRST_COMPLETED)
        await ended
        return await ready

    async def _changed(self, before: Snapshot) -> None:
        while self._snapshot() == before:  # noqa: ASYNC110  files set no event
            await asyncio.sleep(self.interval)

    def _snapshot(self) -> Snapshot:
        times: dict[Path, int] = {}
        for folder in self._folders:
            for file in folder.rglob("*"):
                if file.suffix in _READ:
                    with suppress(FileNotFoundError):  # editors put a new file in place of the old
                        times[file] = file.stat().st_mtime_ns
        return times

    def _end_at_once(self, number: int) -> None:
        if self._worker:
            self._worker.tell(signal.SIGKILL)
        end_at_once(number)
