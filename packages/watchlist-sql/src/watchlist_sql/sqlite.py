"""SQLite on the event loop's own thread.

SQLite is a library and not a server: there is nothing to wait for. A statement that an index
answers takes some microseconds, while handing it to a thread and back takes some hundred, and
even a greenlet costs more than the statement. So the coroutines of this module run SQLAlchemy's
plain connections and never suspend, and even a commit waits for the disk on the loop. What takes
long is read aside, by threads with connections of their own. Only other processes that write have
to be waited for, and that is done asleep, not blocked.
"""

import sqlite3
from asyncio import Lock, sleep, timeout
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal, Self, TypeVar, TypeVarTuple

from attrs import define, field
from sqlalchemy import URL, Connection, Engine, NullPool, Row
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.sql.selectable import TypedReturnsRows
from typing_extensions import override

from watchlist_core.work import Busy

__all__ = ["SqliteDatabase"]

Columns = TypeVarTuple("Columns")
T = TypeVar("T")


class _InlineSqlite(SQLiteDialect_pysqlite):
    """The standard library's driver, of which an `AsyncEngine` may be made."""

    driver = "inline"
    is_async = True
    supports_statement_cache = True


registry.register("sqlite.inline", __name__, _InlineSqlite.__name__)


class _InlineConnection(AsyncConnection):
    """Runs the plain connection directly: without a greenlet, and without ever suspending."""

    __slots__ = ()

    @override
    async def execute(self, statement: Any, parameters: Any = None, **options: Any) -> Any:
        return self._proxied.execute(statement, parameters, **options)

    @override
    async def exec_driver_sql(self, statement: str, *args: Any, **options: Any) -> Any:
        return self._proxied.exec_driver_sql(statement, *args, **options)

    @override
    async def run_sync(self, fn: Callable[..., T], *arg: Any, **kw: Any) -> T:
        return fn(self._proxied, *arg, **kw)

    @override
    async def commit(self) -> None:
        self._proxied.commit()

    @override
    async def rollback(self) -> None:
        self._proxied.rollback()


def _connect(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        file,
        timeout=0,  # waiting inside SQLite would stop the loop
        isolation_level="IMMEDIATE",  # what is written after a commit begins anew
        check_same_thread=False,
    )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


@define
class SqliteDatabase:
    """One file, one kept connection for all readers, another for the one writer at a time."""

    _engine: Engine
    _reader: Connection
    _writer: AsyncConnection
    _patience: float
    _turn: Lock = field(factory=Lock, init=False)

    @classmethod
    async def open(cls, url: URL, *, patience: float = 5.0) -> Self:
        file = Path(url.database or "")
        engine = create_async_engine(
            "sqlite+inline://", creator=lambda: _connect(file), poolclass=NullPool
        )
        reader = (await engine.connect()).sync_connection
        writer = (await engine.connect()).sync_connection
        assert reader
        reader.execution_options(isolation_level="AUTOCOMMIT")
        reader.exec_driver_sql("PRAGMA query_only = ON")
        return cls(engine.sync_engine, reader, _InlineConnection(engine, writer), patience)

    @property
    def dialect(self) -> Literal["sqlite"]:
        return "sqlite"

    async def fetch(
        self,
        statement: TypedReturnsRows[*Columns],
        parameters: Mapping[str, Any] | None = None,
        *,
        aside: bool = False,  # noqa: ARG002  the threads come next
    ) -> Sequence[Row[*Columns]]:
        return self._reader.execute(statement, parameters).all()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        try:
            async with timeout(self._patience):
                await self._turn.acquire()
        except TimeoutError:
            raise Busy from None
        try:
            await self._begin_immediate()
            yield self._writer
        except DBAPIError as error:
            if _is_busy(error):
                raise Busy from error
            raise
        finally:
            await self._writer.rollback()  # nothing, after a commit
            self._turn.release()

    async def _begin_immediate(self) -> None:
        """Take the file's write lock at once: a work that first reads could not get it later."""
        pause = 0.001
        try:
            async with timeout(self._patience):
                while True:
                    try:
                        await self._writer.exec_driver_sql("BEGIN IMMEDIATE")
                    except DBAPIError as error:
                        if not _is_busy(error):
                            raise
                    else:
                        return
                    await sleep(pause)
                    pause = min(2 * pause, 0.02)
        except TimeoutError:
            raise Busy from None

    async def close(self) -> None:
        self._reader.close()
        await self._writer.close()


def _is_busy(error: DBAPIError) -> bool:
    code = error.orig.sqlite_errorcode if isinstance(error.orig, sqlite3.Error) else 0
    return code & 0xFF == sqlite3.SQLITE_BUSY  # the upper bits say why it is busy
