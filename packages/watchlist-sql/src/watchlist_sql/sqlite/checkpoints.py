"""Moves what was committed from the write-ahead log into the database file, in a thread."""

import sqlite3
from asyncio import Lock, Task, create_task, get_running_loop
from concurrent.futures import Executor
from contextlib import closing, suppress
from pathlib import Path
from typing import Final, TypeVar

from attrs import define, field

from watchlist_sql.sqlite.inline import connect

__all__ = ["Checkpoints"]

T = TypeVar("T")

MILLISECONDS_FOR_OTHERS: Final = 100


@define
class Checkpoints:
    """Keeps the log near *largest* bytes, unless a reader that takes long still needs it.

    Most is copied while everybody goes on. To begin the log anew, however, nobody may write: for
    that short moment it takes the writer's turn, so that writers wait asleep and never fail.
    """

    _file: Path
    _threads: Executor
    _turn: Lock
    _largest: int
    _rest: float = 1.0
    """Seconds until the next attempt, when a reader or another process hindered one."""
    _task: Task[None] | None = field(default=None, init=False)
    _rests_until: float = field(default=0.0, init=False)
    _log: Path = field(init=False)
    """Kept, for it is looked at after each work, and making a path takes longer than that."""

    @_log.default
    def _beside_the_file(self) -> Path:
        return self._file.with_name(f"{self._file.name}-wal")

    def after_writing(self) -> None:
        """Start a checkpoint if the log has grown and none is under way."""
        if self._task and not self._task.done():
            return
        if self._log_size() > self._largest and get_running_loop().time() >= self._rests_until:
            self._task = create_task(self._checkpoint())

    def _log_size(self) -> int:
        try:
            return self._log.stat().st_size
        except FileNotFoundError:
            return 0

    async def _checkpoint(self) -> None:
        loop = get_running_loop()
        # Hindered by another process, or by a disk that is full, it is tried again later.
        self._rests_until = loop.time() + self._rest
        with suppress(sqlite3.OperationalError):
            await loop.run_in_executor(self._threads, self._run, "PASSIVE")
            async with self._turn:
                if await loop.run_in_executor(self._threads, self._run, "TRUNCATE"):
                    self._rests_until = 0.0

    def _run(self, mode: str) -> bool:
        with closing(connect(self._file)) as connection:
            connection.execute(f"PRAGMA busy_timeout = {MILLISECONDS_FOR_OTHERS}")
            (hindered, *_) = connection.execute(f"PRAGMA wal_checkpoint({mode})").fetchone()
        return not hindered

    async def close(self, *, sync: bool = False) -> None:
        """Wait for a checkpoint under way; with *sync*, also until the disk has all works."""
        if self._task:
            await self._task
        if sync:
            with suppress(sqlite3.OperationalError):  # the disk is full, which the works told
                await get_running_loop().run_in_executor(self._threads, self._run, "PASSIVE")
