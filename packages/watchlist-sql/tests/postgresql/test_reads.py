"""Reads on a real PostgreSQL, also when others are in the way."""

from asyncio import create_task, gather, sleep, timeout
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import Integer, String, func, literal_column, select, text
from sqlalchemy.exc import ProgrammingError

from tests.servers.cancelling import cancelled_at
from tests.servers.notes import add, count, texts
from watchlist_core.work import Busy, StoreUnavailable
from watchlist_sql.database import Database


@pytest.mark.parametrize("aside", [False, True])
async def test_a_read_leaves_no_transaction_open(
    database: Database, other: Database, *, aside: bool
) -> None:
    ((reader,),) = await database.fetch(select(func.pg_backend_pid()), aside=aside)

    activity = text("pg_stat_activity WHERE pid = :pid").bindparams(pid=reader)
    states = await other.fetch(select(literal_column("state", String)).select_from(activity))

    assert states == [("idle",)]


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


@pytest.mark.parametrize("aside", [False, True])
async def test_a_read_that_the_server_ends_is_told_so(
    database: Database,
    other: Database,
    end_all_others: Callable[[], Awaitable[None]],
    *,
    aside: bool,
) -> None:
    long = create_task(database.fetch(select(func.pg_sleep(60)), aside=aside))
    sleeping = text(
        "pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
    )
    async with timeout(10):
        while not await other.fetch(select(literal_column("pid", Integer)).select_from(sleeping)):
            pass

    await end_all_others()
    await end_all_others()  # what it was begun anew with, too

    with pytest.raises(StoreUnavailable):
        await long


async def test_tables_that_were_changed_meanwhile_are_read_anew(
    database: Database, widen: Callable[[], Awaitable[None]]
) -> None:
    await add(database, "same")
    before = await texts(database)

    await widen()

    assert await texts(database) == before
    assert await texts(database) == before


async def test_a_statement_that_is_wrong_is_no_excuse(database: Database) -> None:
    wrong = select(literal_column("nothing", String)).select_from(text("nowhere"))

    with pytest.raises(ProgrammingError):
        await database.fetch(wrong)

    assert await count(database) == 0


@pytest.mark.parametrize("aside", [False, True])
async def test_a_read_that_is_cancelled_anywhere_hinders_no_other(
    database: Database, *, aside: bool
) -> None:
    async def read() -> None:
        await count(database, aside=aside)

    step = 1
    while await cancelled_at(step, read()):
        step += 1

    assert step > 1
    assert await count(database, aside=aside) == 0
