"""Reads that take long, away from the event loop."""

from asyncio import CancelledError, Semaphore, get_running_loop, timeout
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from threading import Lock
from typing import Any, TypeVarTuple

from attrs import define, field
from sqlalchemy import Connection, Row
from sqlalchemy.sql.selectable import TypedReturnsRows

from watchlist_core.work import Busy

__all__ = ["Aside"]

Columns = TypeVarTuple("Columns")


@define(eq=False)
class _Read:
    """A read that may be called off while a thread is at it."""

    _driver: Any = field(default=None, init=False)
    _is_off: bool = field(default=False, init=False)
    _lock: Lock = field(factory=Lock, init=False)

    def on(self, connection: Connection, do: Callable[[], Any]) -> Any:
        with self._lock:
            if self._is_off:
                return None
            self._driver = connection.connection.driver_connection
        try:
            return do()
        finally:
            # From here on the connection may serve another read, which must not be hit.
            with self._lock:
                self._driver = None

    def call_off(self) -> None:
        with self._lock:
            self._is_off = True
            if self._driver:
                self._driver.interrupt()


@define
class Aside:
    """Threads that read, each on a connection of its own, opened when it is first needed."""

    _threads: Executor
    _connect: Callable[[], Connection]
    _turns: Semaphore
    _patience: float
    _free: list[Connection] = field(factory=list, init=False)
    _reads: set[_Read] = field(factory=set, init=False)

    async def fetch(
        self, statement: TypedReturnsRows[*Columns], parameters: Mapping[str, Any] | None
    ) -> Sequence[Row[*Columns]]:
        """Return all rows; whoever is cancelled meanwhile leaves no statement running.

        Raises:
            Busy: No thread came free in time.
        """
        try:
            async with timeout(self._patience):
                await self._turns.acquire()
        except TimeoutError:
            raise Busy from None
        read = _Read()
        self._reads.add(read)
        try:
            return await get_running_loop().run_in_executor(
                self._threads, self._run, read, statement, parameters
            )
        except CancelledError:
            read.call_off()
            raise
        finally:
            self._reads.discard(read)
            self._turns.release()

    def _run(
        self,
        read: _Read,
        statement: TypedReturnsRows[*Columns],
        parameters: Mapping[str, Any] | None,
    ) -> Sequence[Row[*Columns]]:
        try:
            connection = self._free.pop()
        except IndexError:
            connection = self._connect()
        try:
            rows: Sequence[Row[*Columns]] = read.on(
                connection, lambda: connection.execute(statement, parameters).all()
            )
        finally:
            self._free.append(connection)
        return rows

    def call_off(self) -> None:
        """Break off whatever is being read."""
        for read in self._reads:
            read.call_off()

    def close(self) -> None:
        """Close what no thread uses any more."""
        while self._free:
            self._free.pop().close()
