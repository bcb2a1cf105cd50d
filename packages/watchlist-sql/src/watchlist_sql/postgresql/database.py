from asyncio import Semaphore
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from time import monotonic
from typing import Any, Final, Literal, Self, TypeVarTuple

from attrs import define
from sqlalchemy import URL, NullPool, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection
from sqlalchemy.sql.selectable import TypedReturnsRows

from watchlist_core.work import Busy, StoreUnavailable
from watchlist_sql.postgresql.liveness import is_alive
from watchlist_sql.postgresql.readers import Readers
from watchlist_sql.postgresql.refusals import refusal

__all__ = ["PostgresqlDatabase"]

Columns = TypeVarTuple("Columns")

LONGEST_PAUSE_IN_WORK: Final = "60s"
"""A process that stands still inside a work, or whose machine is gone, holds locks no longer."""
LONGEST_READ: Final = 30.0
"""Seconds after which a server that says nothing, to a read that is not aside, is given up."""
# A PgBouncer hands each transaction to any connection: of an earlier one, nothing is there.
UNNAMED: Final = {
    "statement_cache_size": 0,
    "prepared_statement_cache_size": 0,
    "prepared_statement_name_func": lambda: "",
}
UNUSED_SINCE: Final = "unused since"


@define(eq=False)
class PostgresqlDatabase:
    """Works hold the rows they change; reads, with connections of their own, wait for nobody."""

    _works: AsyncEngine
    _reads: Readers
    _asides: Readers
    _first_statement: str | None

    @classmethod
    async def open(
        cls,
        url: URL,
        *,
        patience: float = 5.0,
        writers: int = 10,
        readers: int = 5,
        asides: int = 2,
    ) -> Self:
        """Prepare connections to the server of *url*, a libpq URL; nothing is asked of it yet.

        *patience* is how many seconds to wait for a connection or a lock; *writers*, *readers*
        and *asides* are how many connections there may be at once, for works and for reads.
        ``?pgbouncer=true`` in the URL does without what a PgBouncer that pools by transaction
        cannot carry: named prepared statements, settings of the session, and statements outside
        a transaction.

        Raises:
            ValueError: The driver is not installed.
        """
        bouncing = url.query.get("pgbouncer") == "true"
        milliseconds = max(1, round(patience * 1000))  # 0 would mean for ever
        locks = {
            "lock_timeout": f"{milliseconds}ms",
            "idle_in_transaction_session_timeout": LONGEST_PAUSE_IN_WORK,
        }

        def engine(
            settings: Mapping[str, str], *, longest: float | None = None, **options: Any
        ) -> AsyncEngine:
            connecting = {"dsn": _dsn(url), "timeout": patience, "command_timeout": longest}
            # Just-in-time compilation takes longer than any query here.
            connecting |= UNNAMED if bouncing else {"server_settings": {"jit": "off", **settings}}
            return create_async_engine(
                "postgresql+asyncpg://",
                connect_args=connecting,
                hide_parameters=True,  # errors are logged, and values may be secret
                **options,
            )

        def reads(
            number: int, settings: Mapping[str, str], *, longest: float | None = None
        ) -> Readers:
            options = {} if bouncing else {"isolation_level": "AUTOCOMMIT"}
            kept = engine(settings, longest=longest, poolclass=NullPool, **options)
            return Readers(kept, Semaphore(number), patience, in_transactions=bouncing)

        try:
            works = engine(
                locks,
                # Who has waited for another work must then see what that one did.
                isolation_level="READ COMMITTED",
                pool_size=writers,
                max_overflow=0,
                pool_timeout=patience,
                pool_use_lifo=True,  # what is not needed falls idle
            )
            return cls(
                works,
                reads=reads(readers, {}, longest=LONGEST_READ),
                # The plan for any text is a bad one for a rare text.
                asides=reads(asides, {"plan_cache_mode": "force_custom_plan"}),
                first_statement=_settings_of_work(locks) if bouncing else None,
            )
        except ModuleNotFoundError as error:
            raise ValueError("PostgreSQL needs the extra: watchlist-sql[postgres]") from error

    def __attrs_post_init__(self) -> None:
        event.listen(self._works.sync_engine, "checkin", _remember_when)
        event.listen(self._works.sync_engine, "checkout", _refuse_lost)

    @property
    def dialect(self) -> Literal["postgresql"]:
        return "postgresql"

    async def fetch(
        self,
        statement: TypedReturnsRows[*Columns],
        parameters: Mapping[str, Any] | None = None,
        *,
        aside: bool = False,
    ) -> Sequence[tuple[*Columns]]:
        readers = self._asides if aside else self._reads
        return await readers.fetch(statement, parameters)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        async with AsyncExitStack() as stack:
            try:
                # Rolls back when it is left, in a task that a cancellation does not reach.
                connection = await stack.enter_async_context(self._works.connect())
            except PoolExhausted as error:
                raise Busy from error
            except (DBAPIError, OSError) as error:
                raise StoreUnavailable from error
            try:
                if self._first_statement:
                    await connection.exec_driver_sql(self._first_statement)
                yield connection
            except DBAPIError as error:
                refused = refusal(error)
                if isinstance(refused, StoreUnavailable):
                    await connection.invalidate()
                if refused:
                    raise refused from error
                raise
            except ConnectionError as error:
                # The driver passes on what its socket says; others may mean their own.
                if await _is_gone(connection):
                    raise StoreUnavailable from error
                raise

    async def close(self) -> None:
        await self._reads.close()
        await self._asides.close()
        await self._works.dispose()


def _dsn(url: URL) -> str:
    # asyncpg reads it as libpq does; what SQLAlchemy makes of it knows no sslmode, for one.
    return url.difference_update_query(["pgbouncer"]).render_as_string(hide_password=False)


def _settings_of_work(settings: Mapping[str, str]) -> str:
    chosen = ", ".join(f"set_config('{name}', '{to}', true)" for name, to in settings.items())
    return f"SELECT {chosen}"


async def _is_gone(connection: AsyncConnection) -> bool:
    if connection.invalidated:
        return True
    driver = (await connection.get_raw_connection()).driver_connection
    return driver is None or driver.is_closed()


def _remember_when(_: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
    entry.info[UNUSED_SINCE] = monotonic()


def _refuse_lost(_: DBAPIConnection, entry: ConnectionPoolEntry, __: PoolProxiedConnection) -> None:
    now = monotonic()
    if not is_alive(entry.driver_connection, now - entry.info.get(UNUSED_SINCE, now)):
        raise DisconnectionError  # the pool makes another
