"""Works and reads on a real PostgreSQL, also when others are in the way."""

import sys
from asyncio import CancelledError, Event, create_task, gather, sleep, timeout
from collections.abc import AsyncIterator, Coroutine, Generator
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from attrs import frozen
from sqlalchemy import (
    Integer,
    String,
    Update,
    func,
    insert,
    literal_column,
    make_url,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.util import greenlet_spawn

from tests.servers.notes import COUNT, add, count, create, notes, texts
from watchlist_core.work import Busy, StoreUnavailable
from watchlist_sql.database import Database, open_database
from watchlist_sql.postgresql.liveness import is_alive


@pytest.fixture
async def database(postgresql_url: str) -> AsyncIterator[Database]:
    """One connection of each kind, so that one which is lost is missed."""
    database = await open_database(postgresql_url, patience=20, writers=1, readers=1, asides=1)
    await create(database)
    yield database
    await database.close()


@pytest.fixture
async def impatient(postgresql_url: str, database: Database) -> AsyncIterator[Database]:
    """The same tables, opened by somebody who waits two seconds: also for a connection."""
    del database
    impatient = await open_database(postgresql_url, patience=2, writers=1, readers=1, asides=1)
    yield impatient
    await impatient.close()


@pytest.fixture
async def other(postgresql_url: str, database: Database) -> AsyncIterator[Database]:
    """Another process on the same tables."""
    del database
    other = await open_database(postgresql_url, patience=20)
    yield other
    await other.close()


async def setting(database: Database, name: str, *, aside: bool = False) -> str:
    ((value,),) = await database.fetch(select(func.current_setting(name)), aside=aside)
    return f"{value}"


async def test_only_what_is_committed_is_kept(database: Database) -> None:
    await add(database, "kept")
    await add(database, "left", commit=False)
    async with database.writing() as connection:
        await connection.commit()
        await connection.execute(insert(notes), {"text": "too late"})

    assert await texts(database) == ["kept"]


async def test_a_work_that_fails_keeps_nothing_and_hinders_nobody(database: Database) -> None:
    await add(database, "taken")

    with pytest.raises(IntegrityError):
        await add(database, "taken")
    await add(database, "free")

    assert await texts(database) == ["taken", "free"]


@pytest.mark.parametrize("aside", [False, True])
async def test_readers_see_what_is_committed_and_wait_for_no_writer(
    database: Database, *, aside: bool
) -> None:
    async with database.writing() as connection:
        await connection.execute(insert(notes), [{"text": "a"}, {"text": "b"}])
        assert await connection.scalar(COUNT) == 2
        assert await count(database, aside=aside) == 0
        await connection.commit()

    assert await count(database, aside=aside) == 2


async def test_connections_are_set_for_what_they_are_for(database: Database) -> None:
    async with database.writing() as connection:
        patience = await connection.scalar(select(func.current_setting("lock_timeout")))

    assert patience == "20s"
    assert await setting(database, "jit") == "off"
    assert await setting(database, "plan_cache_mode") == "auto"
    assert await setting(database, "plan_cache_mode", aside=True) == "force_custom_plan"


@pytest.mark.parametrize("options", ["", "?pgbouncer=true"])
async def test_who_has_waited_sees_what_he_waited_for_whatever_the_server_prefers(
    postgresql_url: str, options: str
) -> None:
    prefers = "ALTER DATABASE %s SET default_transaction_isolation = 'serializable'"
    name = make_url(postgresql_url).database or ""
    first = await open_database(postgresql_url)
    async with first.writing() as connection:
        await connection.exec_driver_sql(prefers % name)
        await connection.commit()
    await first.close()
    database = await open_database(f"{postgresql_url}{options}")

    async with database.writing() as connection:
        level = await connection.scalar(select(func.current_setting("transaction_isolation")))

    assert level == "read committed"
    await database.close()


@pytest.mark.parametrize("aside", [False, True])
async def test_a_read_leaves_no_transaction_open(
    database: Database, other: Database, *, aside: bool
) -> None:
    ((reader,),) = await database.fetch(select(func.pg_backend_pid()), aside=aside)

    activity = text("pg_stat_activity WHERE pid = :pid").bindparams(pid=reader)
    states = await other.fetch(select(literal_column("state", String)).select_from(activity))

    assert states == [("idle",)]


async def test_a_lock_that_is_not_given_back_is_not_waited_for_without_end(
    database: Database, impatient: Database
) -> None:
    await add(database, "wanted")
    async with database.writing() as holder:
        await holder.execute(select(notes).with_for_update())

        with pytest.raises(Busy):
            await _change(impatient, "wanted")
    await _change(impatient, "wanted")

    assert await texts(database) == ["wanted!"]


async def test_of_two_works_that_wait_for_each_other_one_gives_way(
    database: Database, other: Database
) -> None:
    await add(database, "left")
    await add(database, "right")
    both = [Event(), Event()]

    async def work(store: Database, mine: str, its: str, first: Event, second: Event) -> None:
        async with store.writing() as connection:
            await connection.execute(text("SET LOCAL deadlock_timeout = '10ms'"))
            await connection.execute(_changing(mine))
            first.set()
            await second.wait()
            await connection.execute(_changing(its))
            await connection.commit()

    results = await gather(
        work(database, "left", "right", both[0], both[1]),
        work(other, "right", "left", both[1], both[0]),
        return_exceptions=True,
    )

    assert [type(result) for result in results if result] == [Busy]
    assert sorted(await texts(database)) == ["left!", "right!"]


async def test_a_work_that_cannot_be_put_in_order_with_another_gives_way(
    database: Database, other: Database
) -> None:
    async def work() -> None:
        async with database.writing() as connection:
            await connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            await connection.scalar(COUNT)
            await _change(other, "contested")
            await connection.execute(_changing("contested"))

    await add(database, "contested")

    with pytest.raises(Busy):
        await work()


async def test_a_work_for_which_no_connection_comes_free_is_told_so(impatient: Database) -> None:
    async with impatient.writing():
        with pytest.raises(Busy):
            await add(impatient, "in vain")
    await add(impatient, "later")

    assert await texts(impatient) == ["later"]


@pytest.mark.parametrize("aside", [False, True])
async def test_a_read_for_which_no_connection_comes_free_is_told_so(
    impatient: Database, *, aside: bool
) -> None:
    long = create_task(impatient.fetch(select(func.pg_sleep(60)), aside=aside))
    await sleep(0)  # it has its turn

    with pytest.raises(Busy):
        await impatient.fetch(select(1), aside=aside)

    long.cancel()
    await gather(long, return_exceptions=True)
    assert await impatient.fetch(select(1), aside=aside) == [(1,)]


async def test_a_long_read_aside_delays_no_other(database: Database) -> None:
    long = create_task(database.fetch(select(func.pg_sleep(60)), aside=True))

    async with timeout(10):
        assert await count(database) == 0

    long.cancel()
    await gather(long, return_exceptions=True)


async def test_connections_that_the_server_ended_are_replaced_unnoticed(
    database: Database, other: Database
) -> None:
    await add(database, "before")
    await count(database, aside=True)

    await _end_all_but(other)

    await add(database, "after")
    assert await texts(database) == ["before", "after"]
    assert await count(database, aside=True) == 2


async def test_a_work_that_the_server_ends_keeps_nothing(
    database: Database, other: Database
) -> None:
    async def work() -> None:
        async with database.writing() as connection:
            await connection.execute(insert(notes), {"text": "half"})
            await _end_all_but(other)
            await connection.execute(insert(notes), {"text": "other half"})
            await connection.commit()

    with pytest.raises(StoreUnavailable):
        await work()
    await add(database, "next")

    assert await texts(database) == ["next"]


@pytest.mark.parametrize("aside", [False, True])
async def test_a_read_that_the_server_ends_is_told_so(
    database: Database, other: Database, *, aside: bool
) -> None:
    long = create_task(database.fetch(select(func.pg_sleep(60)), aside=aside))
    sleeping = text(
        "pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
    )
    async with timeout(10):
        while not await other.fetch(select(literal_column("pid", Integer)).select_from(sleeping)):
            pass

    await _end_all_but(other)
    await _end_all_but(other)  # what it was begun anew with, too

    with pytest.raises(StoreUnavailable):
        await long


async def test_tables_that_were_changed_meanwhile_are_read_anew(
    database: Database, other: Database
) -> None:
    await add(database, "same")
    before = await texts(database)

    await _widen(other)

    assert await texts(database) == before
    assert await texts(database) == before


async def test_a_work_on_tables_that_were_changed_meanwhile_may_begin_anew(
    database: Database, other: Database
) -> None:
    async def work() -> None:
        async with database.writing() as connection:
            await connection.execute(select(notes.c.text))
            await connection.commit()

    await work()
    await _widen(other)

    with pytest.raises(Busy):
        await work()
    await work()


async def test_what_a_use_case_meets_by_itself_is_not_the_databases_fault(
    database: Database,
) -> None:
    async def work() -> None:
        async with database.writing() as connection:
            await connection.execute(insert(notes), {"text": "half"})
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await work()

    assert await count(database) == 0


async def test_a_statement_that_is_wrong_is_no_excuse(database: Database) -> None:
    wrong = select(literal_column("nothing", String)).select_from(text("nowhere"))

    with pytest.raises(ProgrammingError):
        await database.fetch(wrong)

    assert await count(database) == 0


async def _cancelled_at(step: int, awaitable: Coroutine[Any, Any, None]) -> bool:
    """Run *awaitable* in a task that is cancelled as it waits for the *step*-th time."""

    class Counting:
        def __await__(self) -> Generator[Any, Any, None]:
            steps, waits = awaitable.__await__(), 0
            resume = partial(next, steps)
            with suppress(StopIteration):
                while True:
                    waited_for = resume()
                    waits += 1
                    if waits == step:
                        task.cancel()
                    try:
                        yield waited_for
                    except BaseException as thrown:  # noqa: BLE001  whatever it is, it goes inside
                        resume = partial(steps.throw, thrown)
                    else:
                        resume = partial(next, steps)

    async def counting() -> None:
        await Counting()

    task = create_task(counting())
    (result,) = await gather(task, return_exceptions=True)
    return isinstance(result, CancelledError)


async def test_a_work_that_is_cancelled_anywhere_is_kept_whole_or_not_at_all(
    database: Database,
) -> None:
    async def work(number: int) -> None:
        async with database.writing() as connection:
            await connection.execute(insert(notes), {"text": f"{number} a"})
            await connection.execute(insert(notes), {"text": f"{number} b"})
            await connection.commit()

    step = 1
    while await _cancelled_at(step, work(step)):
        step += 1
    await add(database, "next")  # with the only connection for works

    assert step > 4
    halves = [text.split()[0] for text in await texts(database) if text != "next"]
    assert all(halves.count(half) == 2 for half in halves)
    assert f"{step}" in halves


@pytest.mark.parametrize("aside", [False, True])
async def test_a_read_that_is_cancelled_anywhere_hinders_no_other(
    database: Database, *, aside: bool
) -> None:
    async def read() -> None:
        await count(database, aside=aside)

    step = 1
    while await _cancelled_at(step, read()):
        step += 1

    assert step > 1
    assert await count(database, aside=aside) == 0


async def test_behind_a_pgbouncer_nothing_depends_on_the_session(postgresql_url: str) -> None:
    database = await open_database(f"{postgresql_url}?pgbouncer=true", patience=20, readers=1)
    await create(database)
    await add(database, "kept")
    prepared = select(func.count()).select_from(text("pg_prepared_statements"))
    activity = text("pg_stat_activity WHERE pid <> pg_backend_pid() AND state <> 'idle'")

    async with database.writing() as connection:
        patience = await connection.scalar(select(func.current_setting("lock_timeout")))
        named = await connection.scalar(prepared)
        await connection.commit()
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver
        afterwards = await driver.fetchval("SHOW lock_timeout")

    assert (patience, named, afterwards) == ("20s", 0, "0")
    assert await texts(database) == ["kept"]
    assert await database.fetch(prepared) == [(0,)]
    busy = select(func.count()).select_from(text(f"{activity} AND datname = current_database()"))
    assert await database.fetch(busy, aside=True) == [(0,)]
    await database.close()


async def test_closing_gives_all_connections_back(postgresql_url: str, other: Database) -> None:
    activity = text("pg_stat_activity WHERE datname = current_database()")
    connections = select(literal_column("pid", Integer)).select_from(activity)
    before = set(await other.fetch(connections))
    database = await open_database(postgresql_url)
    await add(database, "something")
    await gather(*(count(database, aside=aside) for aside in (False, False, True)))
    long = create_task(database.fetch(select(func.pg_sleep(0.1))))
    await sleep(0)

    await database.close()
    await long

    async with timeout(10):
        while set(await other.fetch(connections)) - before:
            pass  # the server takes a moment


async def test_without_the_driver_it_is_said_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "asyncpg", None)

    with pytest.raises(ValueError, match=r"watchlist-sql\[postgres\]"):
        await open_database("postgresql://nobody@localhost/nothing")


@frozen
class Silent:
    """A connection whose way was cut without a word."""

    async def execute(self, _: str, *, timeout: float) -> str:  # noqa: ASYNC109  as asyncpg has it
        raise TimeoutError(timeout)

    def is_closed(self) -> bool:
        return False


@pytest.mark.parametrize(("unused", "alive"), [(1, True), (3600, False)])
async def test_a_connection_that_lay_unused_for_long_is_asked_first(
    unused: float, *, alive: bool
) -> None:
    assert await greenlet_spawn(is_alive, Silent(), unused) is alive


def _changing(note: str) -> Update:
    return update(notes).where(notes.c.text == note).values(text=note + "!")


async def _change(database: Database, note: str) -> None:
    async with database.writing() as connection:
        await connection.execute(_changing(note))
        await connection.commit()


async def _widen(database: Database) -> None:
    async with database.writing() as connection:
        await connection.execute(text("ALTER TABLE notes ALTER text TYPE varchar(99)"))
        await connection.commit()


async def _end_all_but(database: Database) -> None:
    """End all connections to the tables but the one of *database*, and wait for that."""
    others = text("pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
    ending = select(func.pg_terminate_backend(literal_column("pid", Integer), 5000)).select_from(
        others
    )
    await database.fetch(ending)
