"""Connections to a real PostgreSQL: how they are set, replaced and given back."""

import sys
from asyncio import Semaphore, create_task, gather, sleep, timeout
from collections.abc import Awaitable, Callable

import pytest
from attrs import define, frozen
from sqlalchemy import Integer, NullPool, Select, func, literal_column, make_url, select, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.util import greenlet_spawn

from tests.servers.cancelling import cancelled_at
from tests.servers.notes import add, count, create, texts
from watchlist_sql.database import Database, open_database
from watchlist_sql.postgresql.liveness import LONG_UNUSED, is_alive
from watchlist_sql.postgresql.pool import Pool

CONNECTIONS: Select[int] = select(literal_column("pid", Integer)).select_from(
    text("pg_stat_activity WHERE datname = current_database()")
)


async def setting(database: Database, name: str, *, aside: bool = False) -> str:
    ((value,),) = await database.fetch(select(func.current_setting(name)), aside=aside)
    return f"{value}"


async def test_connections_are_set_for_what_they_are_for(database: Database) -> None:
    async with database.writing() as connection:
        patience = await connection.scalar(select(func.current_setting("lock_timeout")))

    assert patience == "20s"
    assert await setting(database, "jit") == "off"
    assert await setting(database, "plan_cache_mode") == "auto"
    assert await setting(database, "plan_cache_mode", aside=True) == "force_custom_plan"


async def test_connections_that_the_server_ended_are_replaced_unnoticed(
    database: Database, end_all_others: Callable[[], Awaitable[None]]
) -> None:
    await add(database, "before")
    await count(database, aside=True)

    await end_all_others()

    await add(database, "after")
    assert await texts(database) == ["before", "after"]
    assert await count(database, aside=True) == 2


async def test_a_connection_that_ended_before_anybody_heard_of_it_fails_no_work(
    database: Database, end_all_unnoticed: Callable[[], None]
) -> None:
    await add(database, "before")

    end_all_unnoticed()
    await add(database, "after")

    assert await texts(database) == ["before", "after"]


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
    before = set(await other.fetch(CONNECTIONS))
    database = await open_database(postgresql_url)
    await add(database, "something")
    await gather(*(count(database, aside=aside) for aside in (False, False, True)))
    long = create_task(database.fetch(select(func.pg_sleep(0.1))))
    await sleep(0)

    await database.close()
    await long

    await _all_gone(other, but=before)


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


async def test_a_connection_that_is_asked_in_vain_because_of_a_cancellation_is_given_back(
    postgresql_url: str, other: Database
) -> None:
    before = set(await other.fetch(CONNECTIONS))
    url = make_url(postgresql_url).set(drivername="postgresql+asyncpg")
    time = Time()
    pool = Pool(create_async_engine(url, poolclass=NullPool), Semaphore(1), 20, time)

    async def use() -> None:
        connection = await greenlet_spawn(pool.kept)
        if connection is None:
            connection = await greenlet_spawn(pool.new)
        pool.give_back(connection)
        time.seconds += LONG_UNUSED + 1

    await use()
    step = 1
    while await cancelled_at(step, use()):
        step += 1
        await use()
    await pool.close()

    assert step > 1
    await _all_gone(other, but=before)


async def test_whoever_is_cancelled_anywhere_at_first_leaves_no_connection(
    postgresql_url: str, other: Database
) -> None:
    before = set(await other.fetch(CONNECTIONS))

    async def first() -> None:
        database = await open_database(postgresql_url)
        try:
            await add(database, "first")
        finally:
            await database.close()

    step = 1
    while await cancelled_at(step, first()):
        step += 1

    assert step > 4
    await _all_gone(other, but=before)


@define
class Time:
    """A clock that goes only when it is told to."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


async def _all_gone(database: Database, *, but: set[tuple[int]]) -> None:
    async with timeout(10):
        while set(await database.fetch(CONNECTIONS)) - but:
            pass  # the server takes a moment
