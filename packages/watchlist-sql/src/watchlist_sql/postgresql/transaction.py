"""A work's transaction, whose kept statements are run by the driver itself."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine
from typing_extensions import override

from watchlist_core.work import Busy, StoreUnavailable
from watchlist_sql.connection import WorkConnection
from watchlist_sql.postgresql.liveness import LONGEST_ANSWER
from watchlist_sql.postgresql.pool import driver_of
from watchlist_sql.prepared import Prepared, PreparedStatements, as_sqlalchemy_tells

__all__ = ["Transaction"]

T = TypeVar("T")

# Who has waited for another work must then see what that one did.
_BEGIN: Final = "BEGIN ISOLATION LEVEL READ COMMITTED"


class Transaction(WorkConnection):
    """SQLAlchemy's connection in autocommit, with its beginning and end told to the driver by us.

    So a statement costs one journey to the server and no greenlet, wherever SQLAlchemy is not
    needed. What is asked after a commit is in another transaction, which is not kept by itself.
    """

    __slots__ = ("_first_statement", "_is_begun", "_is_clean", "_statements")

    def __init__(
        self,
        engine: AsyncEngine,
        connection: Connection,
        statements: PreparedStatements | None,
        first_statement: str,
    ) -> None:
        super().__init__(engine, connection)
        self._statements = statements
        self._first_statement = first_statement
        self._is_begun = False
        self._is_clean = True

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing is left of this work, so far as is known."""
        return self._is_clean

    @property
    def is_usable(self) -> bool:
        """Tell whether nothing is left of this work, and the connection is alive."""
        return self._is_clean and not self._is_lost()

    async def start_work(self) -> None:
        """Begin, unless that is done.

        Raises:
            StoreUnavailable: The connection was lost.
        """
        self._refuse_lost()
        if not self._is_begun:
            self._is_clean = False  # who is cancelled meanwhile does not know whether it has begun
            await self._tell(f"{_BEGIN};{self._first_statement}")
            self._is_begun = True

    @override
    async def execute(
        self, statement: Any, parameters: Any = None, *, execution_options: Any = None
    ) -> Any:
        await self.start_work()
        if self._statements and not execution_options:
            found = self._statements.get(statement, parameters)
            if found:
                return await self._run(*found)
        with self._socket_errors():
            return await super().execute(statement, parameters, execution_options=execution_options)

    @override
    async def exec_driver_sql(
        self, statement: str, parameters: Any = None, execution_options: Any = None
    ) -> Any:
        await self.start_work()
        with self._socket_errors():
            return await super().exec_driver_sql(statement, parameters, execution_options)

    @override
    async def run_sync(self, fn: Callable[..., T], *arg: Any, **kw: Any) -> T:
        await self.start_work()
        return await super().run_sync(fn, *arg, **kw)

    @override
    async def commit(self) -> None:
        """Keep the changes.

        Raises:
            Busy: One of the statements was refused, after which PostgreSQL keeps nothing.
            StoreUnavailable: The connection was lost.
        """
        self._refuse_lost()
        if not self._is_begun:
            return
        self._proxied.commit()  # it knows nothing of the driver's transaction, and asks nothing
        self._is_begun = False  # whatever becomes of it
        answer = await self._tell("COMMIT")
        self._is_clean = True
        if answer != "COMMIT":
            raise Busy

    @override
    async def rollback(self) -> None:
        self._proxied.rollback()
        self._is_begun = False
        if not (self._is_clean or self._is_lost()):
            await self._tell("ROLLBACK", LONGEST_ANSWER)
            self._is_clean = True

    async def _run(self, prepared: Prepared, bound: list[Any]) -> Any:
        driver = driver_of(self.kept)
        try:
            if prepared.has_rows:
                rows = await driver.fetch(prepared.sql, *bound)
                return prepared.ran(rows, len(rows))
            status = await driver.execute(prepared.sql, *bound)
        except Exception as error:
            raise self._told(error, prepared.sql) from error
        return prepared.ran((), int(status.rpartition(" ")[2]))

    async def _tell(self, command: str, longest: float | None = None) -> str:
        try:
            answer: str = await driver_of(self.kept).execute(command, timeout=longest)
        except Exception as error:
            raise self._told(error, command) from error
        return answer

    @contextmanager
    def _socket_errors(self) -> Iterator[None]:
        """Tell as the database's what the driver passes on of its socket's."""
        try:
            yield
        except ConnectionError as error:
            raise self._told(error, "") from error

    def _told(self, error: Exception, sql: str) -> Exception:
        is_lost = isinstance(error, OSError) or self._is_lost()
        return as_sqlalchemy_tells(error, sql, is_lost=is_lost)

    def _refuse_lost(self) -> None:
        if self._proxied.invalidated:
            # SQLAlchemy would go on with another connection, on which nothing of this work is.
            raise StoreUnavailable

    def _is_lost(self) -> bool:
        return self.kept.invalidated or driver_of(self.kept).is_closed()
