"""Kept connections for reads, at as little cost as SQLAlchemy allows."""

from asyncio import Semaphore, timeout
from collections.abc import Mapping, Sequence
from time import monotonic
from typing import Any, TypeVarTuple, cast

from attrs import define, field
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.sql.selectable import TypedReturnsRows
from sqlalchemy.util import greenlet_spawn

from watchlist_core.work import Busy, StoreUnavailable
from watchlist_sql.postgresql.liveness import LONG_UNUSED, is_alive
from watchlist_sql.postgresql.refusals import is_lost, is_outdated, refusal
from watchlist_sql.prepared import PreparedStatements

__all__ = ["Readers"]

Columns = TypeVarTuple("Columns")


@define(eq=False)
class Readers:
    """Connections that serve one read at a time, opened when they are first needed.

    One greenlet runs a whole read. Through the pool, whose steps take one each, besides a task for
    giving the connection back, it costs twice as much.
    """

    _engine: AsyncEngine
    _turns: Semaphore
    _patience: float
    _in_transactions: bool
    """Each read in a transaction of its own, of which nothing is left on the connection."""
    _free: list[tuple[Connection, float]] = field(factory=list, init=False)
    _is_closed: bool = field(default=False, init=False)
    _statements: PreparedStatements = field(init=False)

    @_statements.default
    def _of_engine(self) -> PreparedStatements:
        return PreparedStatements(self._engine.sync_engine)

    async def fetch(
        self, statement: TypedReturnsRows[*Columns], parameters: Mapping[str, Any] | None
    ) -> Sequence[tuple[*Columns]]:
        """Return all rows.

        Raises:
            Busy: No connection came free in time.
            StoreUnavailable: The server does not answer.
        """
        await self._wait()
        try:
            if (rows := await self._read_prepared(statement, parameters)) is not None:
                return cast("Sequence[tuple[*Columns]]", rows)
            return await greenlet_spawn(self._read, statement, parameters)
        except DBAPIError as error:
            if refused := refusal(error):
                raise refused from error
            raise
        except OSError as error:
            raise StoreUnavailable from error
        finally:
            self._turns.release()

    async def _wait(self) -> None:
        if not self._turns.locked():
            await self._turns.acquire()
            return
        try:
            async with timeout(self._patience):
                await self._turns.acquire()
        except TimeoutError:
            raise Busy from None

    async def _read_prepared(
        self, statement: object, parameters: Mapping[str, Any] | None
    ) -> Sequence[tuple[Any, ...]] | None:
        """Ask the driver itself; None where SQLAlchemy has to, or can tell better what is wrong."""
        prepared = None if self._in_transactions else self._statements.get(statement)
        if prepared is None or not self._free:
            return None
        connection, since = self._free[-1]
        driver: Any = connection.connection.driver_connection
        if driver.is_closed() or monotonic() - since > LONG_UNUSED:
            return None
        self._free.pop()
        try:
            rows = await driver.fetch(prepared.sql, *prepared.bound(parameters))
        except BaseException as error:
            _discard(connection)
            if isinstance(error, TimeoutError) or not isinstance(error, Exception):
                raise
            return None
        if self._is_closed:
            await greenlet_spawn(connection.close)
        else:
            self._free.append((connection, monotonic()))
        return prepared.read(rows)

    def _read(
        self, statement: TypedReturnsRows[*Columns], parameters: Mapping[str, Any] | None
    ) -> Sequence[tuple[*Columns]]:
        while kept := self._kept():
            try:
                return self._read_with(kept, statement, parameters)
            except (DBAPIError, ConnectionError) as error:
                # Nothing was changed, so another connection may be asked the same.
                if not is_lost(error) and not is_outdated(error):
                    raise
        return self._read_with(self._new(), statement, parameters)

    def _kept(self) -> Connection | None:
        while self._free:
            connection, since = self._free.pop()
            if is_alive(connection.connection.driver_connection, monotonic() - since):
                return connection
            _discard(connection)
        return None

    def _new(self) -> Connection:
        try:
            return self._engine.sync_engine.connect()
        except (DBAPIError, OSError) as error:
            raise StoreUnavailable from error

    def _read_with(
        self,
        connection: Connection,
        statement: TypedReturnsRows[*Columns],
        parameters: Mapping[str, Any] | None,
    ) -> Sequence[tuple[*Columns]]:
        try:
            rows = connection.execute(statement, parameters).all()
            if self._in_transactions:
                connection.rollback()
        except BaseException:
            # A cancelled read, above all, may still be running on the server.
            _discard(connection)
            raise
        if self._is_closed:
            connection.close()
        else:
            self._free.append((connection, monotonic()))
        return rows

    async def close(self) -> None:
        """Close what is not in use, and the rest as soon as its read has ended."""
        self._is_closed = True
        while self._free:
            connection, _ = self._free.pop()
            await greenlet_spawn(connection.close)


def _discard(connection: Connection) -> None:
    connection.invalidate()
    connection.close()
