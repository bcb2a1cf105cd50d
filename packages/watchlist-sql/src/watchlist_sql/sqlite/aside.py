"""Reads that take long, away from the event loop."""

from asyncio import CancelledError, Semaphore, get_running_loop, timeout
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from typing import Any, Final, TypeVarTuple, cast

from attrs import define, field
from sqlalchemy import Connection
from sqlalchemy.sql.selectable import TypedReturnsRows

from watchlist_core.work import Busy, StoreUnavailable
from watchlist_sql.prepared import Prepared, PreparedStatements
from watchlist_sql.sqlite.inline import run

__all__ = ["Aside"]

Columns = TypeVarTuple("Columns")


STEPS_BETWEEN_LOOKS: Final = 1_000_000
"""Of SQLite's virtual machine, some ten milliseconds: each look takes the interpreter's lock."""


@define(eq=False)
class _Read:
    """A read that may be called off while a thread is at it."""

    is_off: bool = field(default=False, init=False)

    def rows(
        self,
        connection: Connection,
        statement: TypedReturnsRows[*Columns],
        parameters: Mapping[str, Any] | None,
        found: tuple[Prepared, list[Any]] | None,
    ) -> Sequence[tuple[*Columns]]:
        if self.is_off:
            raise StoreUnavailable
        # SQLite's interrupt would be lost on a statement that is just about to begin.
        driver: Any = connection.connection.driver_connection
        driver.set_progress_handler(lambda: self.is_off, STEPS_BETWEEN_LOOKS)
        if found:
            prepared, bound = found
            rows, _ = run(driver, prepared.sql, bound)
            return cast("Sequence[tuple[*Columns]]", prepared.read(rows))
        return connection.execute(statement, parameters).all()


@define
class Aside:
    """Threads that read, each on a connection of its own, opened when it is first needed."""

    _threads: Executor
    _connect: Callable[[], Connection]
    _turns: Semaphore
    _patience: float
    _statements: PreparedStatements
    _free: list[Connection] = field(factory=list, init=False)
    _reads: set[_Read] = field(factory=set, init=False)

    async def fetch(
        self, statement: TypedReturnsRows[*Columns], parameters: Mapping[str, Any] | None
    ) -> Sequence[tuple[*Columns]]:
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
        found = self._statements.get(statement, parameters)
        try:
            return await get_running_loop().run_in_executor(
                self._threads, self._run, read, statement, parameters, found
            )
        except CancelledError:
            read.is_off = True
            raise
        finally:
            self._reads.discard(read)
            self._turns.release()

    def _run(
        self,
        read: _Read,
        statement: TypedReturnsRows[*Columns],
        parameters: Mapping[str, Any] | None,
        found: tuple[Prepared, list[Any]] | None,
    ) -> Sequence[tuple[*Columns]]:
        try:
            connection = self._free.pop()
        except IndexError:
            connection = self._connect()
        try:
            return read.rows(connection, statement, parameters, found)
        finally:
            self._free.append(connection)

    def call_off(self) -> None:
        """Break off whatever is being read."""
        for read in self._reads:
            read.is_off = True

    def close(self) -> None:
        """Close what no thread uses any more."""
        while self._free:
            self._free.pop().close()
