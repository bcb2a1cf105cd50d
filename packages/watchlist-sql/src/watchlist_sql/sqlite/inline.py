"""SQLAlchemy's asynchronous connection, for a driver that has nothing to wait for."""

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from sqlalchemy import Connection, FromClause, NullPool
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from typing_extensions import override

from watchlist_core.work import StoreUnavailable
from watchlist_sql.connection import WorkConnection
from watchlist_sql.prepared import PreparedStatements, as_sqlalchemy_tells

__all__ = ["InlineConnection", "connect", "inline_engine", "reading", "run", "run_many", "writing"]

T = TypeVar("T")

PRAGMAS: Final = (
    "PRAGMA synchronous = FULL",  # what was committed survives a power cut
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -12288",  # KiB: the indexes of a large catalogue, not only of a small one
    "PRAGMA wal_autocheckpoint = 0",  # a checkpoint waits for the disk: a thread does it
)


def connect(file: Path) -> sqlite3.Connection:
    """Open *file*, and make it where only its folder exists."""
    connection = sqlite3.connect(
        file,
        timeout=0,  # waiting inside SQLite would stop the loop
        isolation_level="IMMEDIATE",  # what is written after a commit begins anew
        check_same_thread=False,  # closing is left to a thread
        cached_statements=512,
    )
    try:
        _prepare(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection) -> None:
    # Readers and the writer do not wait for each other. The file remembers it.
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise sqlite3.OperationalError(f"a write-ahead log is not possible there, only {mode}")
    for pragma in PRAGMAS:
        connection.execute(pragma)


class _Compiler(SQLiteCompiler):
    """Writes the hints of statements, such as ``INDEXED BY``, which are left out otherwise."""

    @override
    def get_from_hint_text(self, table: FromClause, text: str | None) -> str | None:
        return text


class InlineSqlite(SQLiteDialect_pysqlite):
    """The standard library's driver, of which an `AsyncEngine` can be made."""

    driver = "inline"
    is_async = True
    supports_statement_cache = True
    statement_compiler = _Compiler


registry.register("sqlite.inline", __name__, InlineSqlite.__name__)


class InlineConnection(WorkConnection):
    """Runs the plain connection directly: without a greenlet, and without ever suspending."""

    __slots__ = ("_is_begun", "_statements")

    def __init__(
        self, engine: AsyncEngine, connection: Connection, statements: PreparedStatements
    ) -> None:
        super().__init__(engine, connection)
        self._statements = statements
        self._is_begun = False

    @property
    def driver(self) -> sqlite3.Connection:
        """The driver's connection, unless the work's transaction has gone.

        Raises:
            StoreUnavailable: SQLite itself has rolled it back, as it does when the disk is full
                or fails. The driver would begin another by itself, and half of a work be kept.
        """
        driver = cast("sqlite3.Connection", self._proxied.connection.driver_connection)
        if self._is_begun and not driver.in_transaction:
            raise StoreUnavailable
        return driver

    async def begin_writing(self) -> None:
        """Take the file's write lock, or raise what SQLite says of who has it."""
        run(self.driver, "BEGIN IMMEDIATE")
        self._is_begun = True

    @override
    async def execute(
        self, statement: Any, parameters: Any = None, *, execution_options: Any = None
    ) -> Any:
        driver = self.driver
        if not driver.in_transaction:
            # The driver begins by itself what it knows for a change, and WITH it does not.
            await self.begin_writing()
        if not execution_options:
            if found := self._statements.get(statement, parameters):
                prepared, bound = found
                rows, rowcount = run(driver, prepared.sql, bound)
                return prepared.ran(rows, rowcount)
            if many := self._statements.get_many(statement, parameters):
                prepared, all_bound = many
                return prepared.ran((), run_many(driver, prepared.sql, all_bound))
        return self._proxied.execute(statement, parameters, execution_options=execution_options)

    @override
    async def exec_driver_sql(
        self, statement: str, parameters: Any = None, execution_options: Any = None
    ) -> Any:
        _ = self.driver
        return self._proxied.exec_driver_sql(statement, parameters, execution_options)

    @override
    async def run_sync(self, fn: Callable[..., T], *arg: Any, **kw: Any) -> T:
        _ = self.driver
        return fn(self._proxied, *arg, **kw)

    @override
    async def commit(self) -> None:
        driver = self.driver
        self._proxied.commit()  # what it has begun by itself; it knows nothing of the driver's
        if driver.in_transaction:
            run(driver, "COMMIT")
        self._is_begun = False

    @override
    async def rollback(self) -> None:
        self._proxied.rollback()
        self._is_begun = False
        self.driver.rollback()

    async def end(self) -> None:
        """Keep nothing of what was not committed; nothing may be asked afterwards."""
        try:
            await self.rollback()
        finally:
            self.is_over = True


def run(
    driver: sqlite3.Connection, sql: str, parameters: Sequence[Any] = ()
) -> tuple[list[tuple[Any, ...]], int]:
    """Return all rows, and how many were changed.

    Raises:
        DBAPIError: As SQLAlchemy does, for whatever the driver raises.
    """
    try:
        cursor = driver.execute(sql, parameters)
        return cursor.fetchall(), cursor.rowcount
    except sqlite3.Error as error:
        raise as_sqlalchemy_tells(error, sql) from error


def run_many(driver: sqlite3.Connection, sql: str, rows: Sequence[Sequence[Any]]) -> int:
    """Return how many rows were changed by all of them; raises as `run`."""
    try:
        return driver.executemany(sql, rows).rowcount
    except sqlite3.Error as error:
        raise as_sqlalchemy_tells(error, sql) from error


def inline_engine(file: Path) -> AsyncEngine:
    return create_async_engine(
        "sqlite+inline://",
        creator=lambda: connect(file),
        poolclass=NullPool,
        hide_parameters=True,  # errors are logged, and values may be secret
    )


def reading(connection: Connection, *, patience: float = 0) -> Connection:
    """Make *connection* one that reads only, and keeps no state of the file between statements.

    Where a thread may be blocked, it waits *patience* seconds for others by itself.
    """
    connection.execution_options(isolation_level="AUTOCOMMIT")
    connection.exec_driver_sql("PRAGMA query_only = ON")
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {patience * 1000:.0f}")
    return connection


def writing(connection: Connection, *, syncs_works: bool) -> Connection:
    """Make *connection* one whose commits may return before the disk has them, unless it syncs."""
    if not syncs_works:
        connection.exec_driver_sql("PRAGMA synchronous = NORMAL")
        connection.commit()
    return connection
