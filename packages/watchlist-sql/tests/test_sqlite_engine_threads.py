"""What the loop leaves to threads: reads that take long, and checkpoints."""

import sqlite3
from asyncio import CancelledError, Lock, create_task, gather, sleep, timeout
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import func, literal, make_url, select

from tests.servers.notes import add, count, create, texts
from watchlist_core.work import Busy, StoreUnavailable
from watchlist_sql.sqlite import SqliteDatabase
from watchlist_sql.sqlite.checkpoints import Checkpoints

_numbers = select(literal(1).label("number")).cte(recursive=True)
_numbers = _numbers.union_all(select(_numbers.c.number + 1))
ENDLESS = select(func.max(_numbers.c.number))
LOG = 100_000
"""Bytes of log that start a checkpoint here."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "notes.db"


@pytest.fixture
def log(file: Path) -> Path:
    return file.with_name("notes.db-wal")


@pytest.fixture
async def database(file: Path) -> AsyncIterator[SqliteDatabase]:
    database = await SqliteDatabase.open(
        make_url(f"sqlite:///{file}"), patience=2, threads=1, largest_log=LOG
    )
    await create(database)
    yield database
    await database.close()


@pytest.fixture
def other(file: Path, database: SqliteDatabase) -> Iterator[sqlite3.Connection]:
    """Somebody else who has opened the file of the database."""
    del database
    with closing(sqlite3.connect(file, isolation_level=None, timeout=0)) as other:
        yield other


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as threads:
        yield threads


async def test_a_long_read_delays_nobody_and_ends_when_it_is_cancelled(
    database: SqliteDatabase,
) -> None:
    async with timeout(10):
        long = create_task(database.fetch(ENDLESS, aside=True))
        for number in range(3):
            await sleep(0)
            await add(database, f"{number}")
        seen = await count(database)
        long.cancel()
        with pytest.raises(CancelledError):
            await long

        # The only thread is free again, so the statement no longer runs.
        assert (seen, await count(database, aside=True)) == (3, 3)


async def test_a_long_read_that_is_cancelled_before_it_begins_never_does(
    database: SqliteDatabase,
) -> None:
    async with timeout(10):
        long = create_task(database.fetch(ENDLESS, aside=True))
        await sleep(0)
        long.cancel()
        await gather(long, return_exceptions=True)

        assert await count(database, aside=True) == 0


async def test_a_long_read_for_which_no_thread_comes_free_is_told_so(file: Path) -> None:
    database = await SqliteDatabase.open(make_url(f"sqlite:///{file}"), patience=0.05, threads=1)
    await create(database)
    long = create_task(database.fetch(ENDLESS, aside=True))
    await sleep(0)

    with pytest.raises(Busy):
        await count(database, aside=True)

    await database.close()
    await gather(long, return_exceptions=True)


async def test_closing_does_not_wait_for_a_long_read(file: Path) -> None:
    database = await SqliteDatabase.open(make_url(f"sqlite:///{file}"))
    long = create_task(database.fetch(ENDLESS, aside=True))
    await sleep(0.05)

    async with timeout(10):
        await database.close()

    with pytest.raises(StoreUnavailable):
        await long


async def test_the_log_is_moved_into_the_file_while_works_go_on(
    database: SqliteDatabase, log: Path
) -> None:
    largest = 0
    for number in range(300):
        await add(database, f"{number} {'x' * 4000}")
        await sleep(0)
        largest = max(largest, size(log))

    # Without checkpoints, the log would hold each page as often as it was written: 5 million.
    assert LOG < largest < 2_000_000
    assert await count(database) == 300


async def test_a_reader_that_needs_the_log_hinders_no_writer(
    file: Path, log: Path, other: sqlite3.Connection, threads: ThreadPoolExecutor
) -> None:
    database = await SqliteDatabase.open(make_url(f"sqlite:///{file}"), largest_log=1 << 30)
    checkpoints = Checkpoints(file, threads, Lock(), LOG, rest=0)
    other.execute("BEGIN")
    other.execute("SELECT * FROM notes").fetchall()

    for number in range(30):
        await add(database, f"{number} {'x' * 4000}")
        checkpoints.after_writing()
    await checkpoints.close()
    held = size(log)
    other.execute("COMMIT")
    checkpoints.after_writing()
    await checkpoints.close()

    assert (held > LOG, size(log)) == (True, 0)
    assert len(await texts(database)) == 30
    await database.close()


async def test_a_hindered_checkpoint_is_not_repeated_at_once(
    file: Path, log: Path, other: sqlite3.Connection, threads: ThreadPoolExecutor
) -> None:
    database = await SqliteDatabase.open(make_url(f"sqlite:///{file}"), largest_log=1 << 30)
    checkpoints = Checkpoints(file, threads, Lock(), LOG, rest=3600)
    other.execute("BEGIN")
    other.execute("SELECT * FROM notes").fetchall()
    for number in range(30):
        await add(database, f"{number} {'x' * 4000}")
    checkpoints.after_writing()
    checkpoints.after_writing()
    await checkpoints.close()
    other.execute("COMMIT")

    checkpoints.after_writing()
    await checkpoints.close()

    assert size(log) > LOG
    await database.close()


async def test_a_checkpoint_that_fails_fails_no_work(
    tmp_path: Path, threads: ThreadPoolExecutor
) -> None:
    checkpoints = Checkpoints(tmp_path / "gone" / "notes.db", threads, Lock(), LOG)
    checkpoints.after_writing()  # no log, nothing to do

    (tmp_path / "gone").mkdir()
    (tmp_path / "gone" / "notes.db").mkdir()
    (tmp_path / "gone" / "notes.db-wal").write_bytes(b"x" * (LOG + 1))
    checkpoints.after_writing()

    await checkpoints.close()


def size(log: Path) -> int:
    return log.stat().st_size
