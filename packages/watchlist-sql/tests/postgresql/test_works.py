"""Works on a real PostgreSQL, also when others are in the way."""

from asyncio import Event, gather
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import Update, func, insert, make_url, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.servers.cancelling import cancelled_at
from tests.servers.notes import COUNT, add, count, notes, texts
from watchlist_core.work import Busy, StoreUnavailable
from watchlist_sql.database import Database, open_database


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


async def test_a_work_that_the_server_ends_keeps_nothing(
    database: Database, end_all_others: Callable[[], Awaitable[None]]
) -> None:
    async def work() -> None:
        async with database.writing() as connection:
            await connection.execute(insert(notes), {"text": "half"})
            await end_all_others()
            await connection.execute(insert(notes), {"text": "other half"})
            await connection.commit()

    with pytest.raises(StoreUnavailable):
        await work()
    await add(database, "next")

    assert await texts(database) == ["next"]


async def test_a_work_on_tables_that_were_changed_meanwhile_may_begin_anew(
    database: Database, widen: Callable[[], Awaitable[None]]
) -> None:
    async def work() -> None:
        async with database.writing() as connection:
            await connection.execute(select(notes.c.text))
            await connection.commit()

    await work()
    await widen()

    with pytest.raises(Busy):
        await work()
    await work()


async def test_a_work_that_lost_its_connection_does_not_go_on_with_another(
    database: Database, end_all_others: Callable[[], Awaitable[None]]
) -> None:
    async def work() -> None:
        async with database.writing() as connection:
            await connection.execute(insert(notes), {"text": "half"})
            await end_all_others()
            with pytest.raises(DBAPIError):
                await connection.exec_driver_sql("SELECT 1")
            await connection.rollback()
            await connection.execute(text("INSERT INTO notes (text) VALUES ('other half')"))
            await connection.commit()

    with pytest.raises(StoreUnavailable):
        await work()

    assert await texts(database) == []


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


async def test_a_work_that_is_cancelled_anywhere_is_kept_whole_or_not_at_all(
    database: Database,
) -> None:
    async def work(number: int) -> None:
        async with database.writing() as connection:
            await connection.execute(insert(notes), {"text": f"{number} a"})
            await connection.execute(insert(notes), {"text": f"{number} b"})
            await connection.commit()

    step = 1
    while await cancelled_at(step, work(step)):
        step += 1
    await add(database, "next")  # with the only connection for works

    assert step > 4
    halves = [text.split()[0] for text in await texts(database) if text != "next"]
    assert all(halves.count(half) == 2 for half in halves)
    assert f"{step}" in halves


async def test_what_follows_a_commit_and_is_cancelled_anywhere_is_ended(
    database: Database, other: Database
) -> None:
    async def work(number: int) -> None:
        async with database.writing() as connection:
            await connection.execute(insert(notes), {"text": f"{number}"})
            await connection.commit()
            await connection.execute(insert(notes), {"text": f"{number} too late"})

    step, older = 1, 0
    while await cancelled_at(step, work(step)):
        ((since,),) = await other.fetch(select(func.clock_timestamp()))
        async with database.writing() as connection:  # which has the only connection
            begun = await connection.scalar(select(func.transaction_timestamp()))
        older += begun < since
        step += 1

    assert step > 4
    assert older == 0
    assert not [text for text in await texts(database) if "too late" in text]


def _changing(note: str) -> Update:
    return update(notes).where(notes.c.text == note).values(text=note + "!")


async def _change(database: Database, note: str) -> None:
    async with database.writing() as connection:
        await connection.execute(_changing(note))
        await connection.commit()
