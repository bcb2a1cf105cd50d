from asyncio import Semaphore, Task, create_task, gather, shield
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, Final, Literal, Self, TypeVarTuple

from attrs import define, field
from sqlalchemy import URL, Connection, NullPool
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.sql.selectable import TypedReturnsRows
from sqlalchemy.util import greenlet_spawn

from watchlist_sql.postgresql.pool import Pool, discard
from watchlist_sql.postgresql.readers import Readers
from watchlist_sql.postgresql.refusals import is_lost, refusal
from watchlist_sql.postgresql.transaction import Transaction
from watchlist_sql.prepared import PreparedStatements

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


@define(eq=False)
class PostgresqlDatabase:
    """Works hold the rows they change; reads, with connections of their own, wait for nobody."""

    _works: Pool
    _reads: Readers
    _asides: Readers
    _statements: PreparedStatements | None
    """None where a connection keeps nothing of an earlier transaction."""
    _first_statement: str
    _endings: set[Task[None]] = field(factory=set, init=False)

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

        def pool(number: int, settings: Mapping[str, str], longest: float | None = None) -> Pool:
            connecting = {"dsn": _dsn(url), "timeout": patience, "command_timeout": longest}
            # Just-in-time compilation takes longer than any query here.
            connecting |= UNNAMED if bouncing else {"server_settings": {"jit": "off", **settings}}
            engine = create_async_engine(
                "postgresql+asyncpg://",
                connect_args=connecting,
                hide_parameters=True,  # errors are logged, and values may be secret
                isolation_level="READ COMMITTED" if bouncing else "AUTOCOMMIT",
                poolclass=NullPool,
            )
            return Pool(engine, Semaphore(number), patience)

        def reads(
            number: int, settings: Mapping[str, str], longest: float | None = None
        ) -> Readers:
            return Readers(pool(number, settings, longest), in_transactions=bouncing)

        try:
            works = pool(writers, locks)
            return cls(
                works,
                reads=reads(readers, {}, LONGEST_READ),
                # The plan for any text is a bad one for a rare text.
                asides=reads(asides, {"plan_cache_mode": "force_custom_plan"}),
                statements=None if bouncing else PreparedStatements(works.engine.sync_engine),
                first_statement=_settings_of_work(locks) if bouncing else "",
            )
        except ModuleNotFoundError as error:
            raise ValueError("PostgreSQL needs the extra: watchlist-sql[postgres]") from error

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

    def data_version(self) -> None:
        return None

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        try:
            work = await self._begun()
            try:
                yield work
            finally:
                await self._end(work)
        except DBAPIError as error:
            if refused := refusal(error):
                raise refused from error
            raise

    async def _begun(self) -> Transaction:
        await self._works.take_turn()
        try:
            while kept := self._works.at_hand() or await greenlet_spawn(self._works.kept):
                try:
                    return await self._begun_on(kept)
                except DBAPIError as error:
                    # It was lost without a sign, and nothing was changed by it yet.
                    if not is_lost(error):
                        raise
            return await self._begun_on(await greenlet_spawn(self._new))
        except BaseException:
            self._works.end_turn()
            raise

    def _new(self) -> Connection:
        # Only now: behind a PgBouncer, what SQLAlchemy first asks a server is one transaction.
        return self._works.new().execution_options(isolation_level="AUTOCOMMIT")

    async def _begun_on(self, connection: Connection) -> Transaction:
        work = Transaction(self._works.engine, connection, self._statements, self._first_statement)
        try:
            await work.start_work()
        except BaseException:
            discard(connection)
            raise
        return work

    async def _end(self, work: Transaction) -> None:
        if work.is_clean:
            self._give_back(work)
            return
        # In a task that a cancellation does not reach.
        ending = create_task(self._roll_back(work))
        self._endings.add(ending)
        ending.add_done_callback(self._endings.discard)
        await shield(ending)

    async def _roll_back(self, work: Transaction) -> None:
        try:
            with suppress(DBAPIError):  # then the connection is of no use
                await work.rollback()
        finally:
            self._give_back(work)

    def _give_back(self, work: Transaction) -> None:
        work.is_over = True
        if work.is_usable:
            self._works.give_back(work.kept)
        else:
            discard(work.kept)
        self._works.end_turn()

    async def close(self) -> None:
        await self._reads.close()
        await self._asides.close()
        await gather(*self._endings)
        await self._works.close()


def _dsn(url: URL) -> str:
    # asyncpg reads it as libpq does; what SQLAlchemy makes of it knows no sslmode, for one.
    return url.difference_update_query(["pgbouncer"]).render_as_string(hide_password=False)


def _settings_of_work(settings: Mapping[str, str]) -> str:
    chosen = ", ".join(f"set_config('{name}', '{to}', true)" for name, to in settings.items())
    return f"SELECT {chosen}"
