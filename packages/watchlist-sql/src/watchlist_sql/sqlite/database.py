import sqlite3
from asyncio import Lock, Semaphore, get_running_loop, sleep, timeout_at, to_thread
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal, Self, TypeVar, TypeVarTuple, cast

from attrs import define
from sqlalchemy import URL, Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.sql.selectable import TypedReturnsRows

from watchlist_core.work import Busy, StoreUnavailable
from watchlist_sql.prepared import PreparedStatements
from watchlist_sql.sqlite.aside import Aside
from watchlist_sql.sqlite.checkpoints import Checkpoints
from watchlist_sql.sqlite.inline import InlineConnection, inline_engine, reading, run, writing
from watchlist_sql.sqlite.refusals import is_busy, refusal

__all__ = ["SqliteDatabase"]

Columns = TypeVarTuple("Columns")
T = TypeVar("T")

OLDEST: Final = (3, 37)
"""The first with strict tables."""
FIRST_PAUSE: Final = 0.001
LONGEST_PAUSE: Final = 0.005
"""Bulk works leave the lock alone for a little longer, so that whoever waits for it gets it."""


@define(eq=False)
class SqliteDatabase:
    """One file, one kept connection for all readers, another for the one writer at a time."""

    _engine: AsyncEngine
    _reader: Connection
    _writer: Connection
    _turn: Lock
    _aside: Aside
    _checkpoints: Checkpoints
    _threads: ThreadPoolExecutor
    _patience: float
    _statements: PreparedStatements
    _syncs_works: bool

    @classmethod
    async def open(
        cls,
        url: URL,
        *,
        patience: float = 5.0,
        threads: int = 2,
        largest_log: int = 4 << 20,
        syncs_works: bool = True,
    ) -> Self:
        """Open the file; where only its folder exists, it is made.

        *patience* is how many seconds to wait for others before giving up, *threads* how many
        reads may run aside, *largest_log* how many bytes of write-ahead log start a checkpoint.
        Without *syncs_works*, a power cut may undo the last works, each as a whole: the disk has
        them for sure when the database is closed. That is for works that can be done again.

        Raises:
            ValueError: The URL names no file, or the SQLite of this Python is too old.
            StoreUnavailable: The file cannot be opened, or is no database.
            Busy: Another process kept it locked.
        """
        if sqlite3.sqlite_version_info < OLDEST:
            raise ValueError(f"this Python has SQLite {sqlite3.sqlite_version}, older than 3.37")
        file = _file_of(url)
        engine = inline_engine(file)
        deadline = get_running_loop().time() + patience
        async with AsyncExitStack() as opened:
            try:
                reader = await _patiently(engine.connect().start, deadline)
                opened.push_async_callback(reader.close)
                writer = await _patiently(engine.connect().start, deadline)
            except DBAPIError as error:
                unavailable = StoreUnavailable()
                unavailable.add_note(f"{file}: {error.orig}")  # not a field: those are for clients
                raise unavailable from error
            opened.pop_all()

        turn = Lock()
        # One thread more, for checkpoints: they never wait for a reader.
        pool = ThreadPoolExecutor(threads + 1, thread_name_prefix="watchlist-sqlite")
        statements = PreparedStatements(engine.sync_engine)
        return cls(
            engine,
            reader=await reader.run_sync(reading),
            writer=await writer.run_sync(partial(writing, syncs_works=syncs_works)),
            turn=turn,
            aside=Aside(
                pool,
                lambda: reading(engine.sync_engine.connect(), patience=patience),
                Semaphore(threads),
                patience,
                statements,
            ),
            checkpoints=Checkpoints(file, pool, turn, largest_log),
            threads=pool,
            patience=patience,
            statements=statements,
            syncs_works=syncs_works,
        )

    @property
    def dialect(self) -> Literal["sqlite"]:
        return "sqlite"

    async def fetch(
        self,
        statement: TypedReturnsRows[*Columns],
        parameters: Mapping[str, Any] | None = None,
        *,
        aside: bool = False,
    ) -> Sequence[tuple[*Columns]]:
        read = self._aside.fetch if aside else self._read
        # Even a read can be hindered for a moment: another process repairs the log after a
        # crash, or removes it because it was the last to close the file.
        deadline = get_running_loop().time() + self._patience
        try:
            return await _patiently(lambda: read(statement, parameters), deadline)
        except DBAPIError as error:
            if refused := refusal(error):
                raise refused from error
            raise

    def data_version(self) -> int:
        # The reader never commits: it sees each commit of the writer as one of another's.
        ((version,),), _ = run(self._driver, "PRAGMA data_version")
        return cast("int", version)

    @property
    def _driver(self) -> sqlite3.Connection:
        return cast("sqlite3.Connection", self._reader.connection.driver_connection)

    async def _read(
        self, statement: TypedReturnsRows[*Columns], parameters: Mapping[str, Any] | None
    ) -> Sequence[tuple[*Columns]]:
        # Readers may share the connection, for nobody interrupts a statement. All rows are
        # fetched: a cursor left open would hold on to an old state of the file.
        if found := self._statements.get(statement, parameters):
            prepared, bound = found
            rows, _ = run(self._driver, prepared.sql, bound)
            return cast("Sequence[tuple[*Columns]]", prepared.read(rows))
        with self._reader.execute(statement, parameters) as result:
            return result.all()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        deadline = get_running_loop().time() + self._patience
        try:
            async with timeout_at(deadline):
                await self._turn.acquire()
        except TimeoutError:
            raise Busy from None
        work = InlineConnection(self._engine, self._writer, self._statements)
        try:
            # The file's write lock is taken at once: a work that first reads could not get it
            # later, when another process has written meanwhile.
            await _patiently(work.begin_writing, deadline)
            yield work
        except DBAPIError as error:
            if refused := refusal(error):
                raise refused from error
            raise
        finally:
            try:
                await work.end()
            finally:
                self._turn.release()
                self._checkpoints.after_writing()

    async def close(self) -> None:
        self._aside.call_off()
        await self._checkpoints.close(sync=not self._syncs_works)
        # Whoever closes the file last moves the whole log into it.
        await to_thread(self._close)

    def _close(self) -> None:
        self._threads.shutdown()
        self._aside.close()
        self._reader.close()
        self._writer.close()


def _file_of(url: URL) -> Path:
    if not url.database or url.database == ":memory:" or url.host or url.query:
        raise ValueError(
            "SQLite needs a file and nothing else, as in sqlite:///watchlist.db; memory will "
            "not do, for readers and the writer have connections of their own"
        )
    return Path(url.database)


async def _patiently(attempt: Callable[[], Awaitable[T]], deadline: float) -> T:
    """Repeat *attempt* while others are in the way, asleep between.

    Raises:
        Busy: They were until the *deadline* on the loop's clock.
    """
    pause = FIRST_PAUSE
    while True:
        try:
            return await attempt()
        except DBAPIError as error:
            if not is_busy(error.orig):
                raise
            if get_running_loop().time() + pause > deadline:
                raise Busy from error
        await sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)
