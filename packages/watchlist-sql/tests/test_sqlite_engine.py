"""One file, one loop: who waits for whom."""

import sqlite3
from asyncio import CancelledError, Event, Task, create_task, gather, sleep
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import ColumnClause, bindparam, insert, literal_column, make_url, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from tests.servers.notes import COUNT, add, count, create, notes, texts
from watchlist_core.work import Busy, StoreUnavailable
from watchlist_sql.sqlite import SqliteDatabase


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "notes.db"


@pytest.fixture
async def database(file: Path) -> AsyncIterator[SqliteDatabase]:
    database = await SqliteDatabase.open(make_url(f"sqlite:///{file}"), patience=30)
    await create(database)
    yield database
    await database.close()


@pytest.fixture
async def impatient(file: Path, database: SqliteDatabase) -> AsyncIterator[SqliteDatabase]:
    """The same file, opened by somebody who waits for a tenth of a second."""
    del database
    impatient = await SqliteDatabase.open(make_url(f"sqlite:///{file}"), patience=0.1)
    yield impatient
    await impatient.close()


@pytest.fixture
def other(file: Path, database: SqliteDatabase) -> Iterator[sqlite3.Connection]:
    """Somebody else who has opened the file of the database."""
    del database
    with closing(sqlite3.connect(file, isolation_level=None, timeout=0)) as other:
        yield other


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)],
)
async def test_every_connection_is_careful(
    database: SqliteDatabase, pragma: str, value: object
) -> None:
    value_of: ColumnClause[object] = literal_column(pragma)
    question = select(value_of).select_from(text(f"pragma_{pragma}"))

    async with database.writing() as connection:
        writer = await connection.scalar(question)
    ((reader,),) = await database.fetch(question)
    ((aside,),) = await database.fetch(question, aside=True)

    assert (writer, reader, aside) == (value, value, value)


@pytest.mark.parametrize("aside", [False, True])
async def test_a_read_cannot_write(database: SqliteDatabase, *, aside: bool) -> None:
    sneaking = insert(notes).values(text="sneaked in").returning(notes.c.key)

    with pytest.raises(OperationalError, match="readonly"):
        await database.fetch(sneaking, aside=aside)

    assert await count(database) == 0


async def test_only_what_is_committed_is_kept(database: SqliteDatabase) -> None:
    await add(database, "kept")
    await add(database, "left", commit=False)
    async with database.writing() as connection:
        await connection.commit()
        await connection.execute(insert(notes), {"text": "too late"})

    assert await texts(database) == ["kept"]


async def test_a_work_that_fails_keeps_nothing_and_hinders_nobody(
    database: SqliteDatabase,
) -> None:
    async def add_two(first: str, second: str) -> None:
        async with database.writing() as connection:
            await connection.execute(insert(notes), {"text": first})
            await connection.execute(insert(notes), {"text": second})
            await connection.commit()

    await add(database, "first")

    with pytest.raises(IntegrityError):
        await add_two("second", "first")
    await add(database, "third")

    assert await texts(database) == ["first", "third"]


async def test_an_asynchronous_connection_can_be_used_in_all_its_ways(
    database: SqliteDatabase,
) -> None:
    async with database.writing() as connection:
        await connection.exec_driver_sql("INSERT INTO notes (text) VALUES (?)", ("one",))
        await connection.exec_driver_sql("INSERT INTO notes (text) VALUES ('two')")
        async with connection.begin_nested() as savepoint:
            await connection.execute(insert(notes).values(text="three"))
            await savepoint.rollback()

        rows = (await connection.execute(select(notes.c.text))).all()
        scalars = (await connection.scalars(select(notes.c.text))).all()
        number = await connection.run_sync(lambda plain: plain.scalar(COUNT))

    assert (rows, scalars, number) == ([("one",), ("two",)], ["one", "two"], 2)


async def test_reads_and_works_never_suspend(database: SqliteDatabase) -> None:
    async def read_and_write() -> None:
        await database.fetch(select(notes).where(notes.c.key == bindparam("key")), {"key": 1})
        await add(database, "at once")

    coroutine = read_and_write()

    with pytest.raises(StopIteration):
        coroutine.send(None)


async def test_works_take_turns_in_the_order_they_came(database: SqliteDatabase) -> None:
    order = []

    async def work(number: int) -> None:
        async with database.writing() as connection:
            order.append(number)
            await sleep(0)
            await connection.execute(insert(notes), {"text": f"{number}"})
            await connection.commit()
            order.append(number)

    await gather(*(work(number) for number in range(3)))

    assert order == [0, 0, 1, 1, 2, 2]
    assert await count(database) == 3


async def test_a_work_whose_turn_does_not_come_is_told_so(
    database: SqliteDatabase, impatient: SqliteDatabase
) -> None:
    async with impatient.writing():
        with pytest.raises(Busy):
            await add(impatient, "in vain")
    await add(database, "later")

    assert await texts(database) == ["later"]


async def test_somebody_elses_lock_is_waited_for(
    database: SqliteDatabase, other: sqlite3.Connection
) -> None:
    other.execute("BEGIN IMMEDIATE")
    waiting = create_task(add(database, "patient"))
    await _a_moment()

    seen, was_done = await texts(database), waiting.done()
    other.execute("ROLLBACK")
    await waiting

    assert (seen, was_done) == ([], False)
    assert await texts(database) == ["patient"]


async def test_somebody_elses_lock_is_not_waited_for_without_end(
    database: SqliteDatabase, impatient: SqliteDatabase, other: sqlite3.Connection
) -> None:
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(Busy):
        await add(impatient, "in vain")
    other.execute("ROLLBACK")
    await add(database, "later")

    assert await texts(database) == ["later"]


async def test_what_somebody_else_wrote_is_seen_by_the_next_read(
    database: SqliteDatabase, other: sqlite3.Connection
) -> None:
    before = await count(database)

    other.execute("INSERT INTO notes (text) VALUES ('from elsewhere')")

    assert (before, await count(database), await count(database, aside=True)) == (0, 1, 1)


async def test_a_full_disk_is_no_mistake_of_the_work(database: SqliteDatabase) -> None:
    async def limit(pages: int) -> None:
        async with database.writing() as connection:
            await connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    await limit(1)  # that is, as many as there are

    with pytest.raises(StoreUnavailable):
        await add(database, "x" * 100_000)
    await limit(1000)
    await add(database, "room again")

    assert await texts(database) == ["room again"]


async def test_a_work_that_sqlite_has_rolled_back_is_not_kept_by_half(
    database: SqliteDatabase,
) -> None:
    async def work() -> None:
        async with database.writing() as connection:
            await connection.exec_driver_sql("PRAGMA max_page_count = 1")  # as many as there are
            await connection.execute(insert(notes), {"text": "half"})
            with pytest.raises(OperationalError, match="full"):
                await connection.execute(insert(notes), {"text": "x" * 100_000})
            await connection.exec_driver_sql("PRAGMA max_page_count = 1000")
            await connection.execute(insert(notes), {"text": "other half"})
            await connection.commit()

    with pytest.raises(StoreUnavailable):
        await work()

    assert await texts(database) == []


async def in_line(database: SqliteDatabase, _: sqlite3.Connection) -> None:
    async with database.writing() as connection:
        await connection.execute(insert(notes), {"text": "holds the turn"})
        task = create_task(add(database, "in line"))
        await sleep(0)
        await _cancel(task)


async def at_the_door(database: SqliteDatabase, other: sqlite3.Connection) -> None:
    other.execute("BEGIN IMMEDIATE")
    task = create_task(add(database, "at the door"))
    await _a_moment()
    await _cancel(task)
    other.execute("ROLLBACK")


async def half_way(database: SqliteDatabase, _: sqlite3.Connection) -> None:
    async def work() -> None:
        async with database.writing() as connection:
            await connection.execute(insert(notes), {"text": "half"})
            await Event().wait()

    task = create_task(work())
    await sleep(0)
    await _cancel(task)


@pytest.mark.parametrize("cancelled", [in_line, at_the_door, half_way])
async def test_a_cancelled_work_keeps_nothing_and_hinders_nobody(
    database: SqliteDatabase,
    other: sqlite3.Connection,
    cancelled: Callable[[SqliteDatabase, sqlite3.Connection], Awaitable[None]],
) -> None:
    await cancelled(database, other)

    await add(database, "next")

    assert await texts(database) == ["next"]


async def _cancel(task: Task[None]) -> None:
    task.cancel()
    with pytest.raises(CancelledError):
        await task


async def _a_moment() -> None:
    for _ in range(10):
        await sleep(0)
