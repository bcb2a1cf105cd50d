"""What a work may ask of its connection, on both databases: only while the work lasts."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError, InvalidRequestError
from sqlalchemy.ext.asyncio import AsyncConnection

from tests.servers.notes import COUNT, add, create, notes, texts
from watchlist_core.work import Busy
from watchlist_sql.database import Database

LATE = insert(notes).values(text="late")

WAYS: dict[str, Callable[[AsyncConnection], Awaitable[Any]]] = {
    "a prepared statement": lambda work: work.execute(insert(notes), {"text": "late"}),
    "a statement of SQLAlchemy's": lambda work: work.execute(insert(notes), [{"text": "late"}]),
    "a statement of the driver's": lambda work: work.exec_driver_sql(
        "INSERT INTO notes (text) VALUES ('late')"
    ),
    "a question": lambda work: work.scalar(COUNT),
    "many rows": lambda work: work.stream(COUNT),
    "a function": lambda work: work.run_sync(lambda plain: plain.execute(LATE)),
    "a savepoint": lambda work: work.begin_nested().start(),
    "the driver": lambda work: work.get_raw_connection(),
    "a commit": lambda work: work.commit(),
    "a rollback": lambda work: work.rollback(),
}


@pytest.fixture
async def database(database: Database) -> Database:
    await create(database)
    return database


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
async def test_a_work_that_is_over_can_do_nothing_to_the_next(
    database: Database, way: Callable[[AsyncConnection], Awaitable[Any]]
) -> None:
    async with database.writing() as over:
        await over.execute(insert(notes), {"text": "first"})
        await over.commit()

    async with database.writing() as next_work:
        await next_work.execute(insert(notes), {"text": "half"})
        with pytest.raises(InvalidRequestError, match="over"):
            await way(over)

    assert await texts(database) == ["first"]


async def test_what_a_work_says_after_a_refused_statement_is_what_its_database_keeps(
    database: Database,
) -> None:
    """SQLite undoes the statement alone, and PostgreSQL the whole work, whatever follows."""
    await add(database, "taken")

    async def work() -> None:
        async with database.writing() as connection:
            await connection.execute(insert(notes), {"text": "before"})
            with pytest.raises(IntegrityError):
                await connection.execute(insert(notes), {"text": "taken"})
            await connection.commit()

    if database.dialect == "postgresql":
        with pytest.raises(Busy):
            await work()
        assert await texts(database) == ["taken"]
    else:
        await work()
        assert await texts(database) == ["taken", "before"]


async def test_a_change_after_the_commit_is_in_another_transaction_which_is_not_kept(
    database: Database,
) -> None:
    same = select(notes.c.key).cte("same")
    changing = notes.update().where(notes.c.key.in_(select(same.c.key))).values(text="changed")
    await add(database, "kept")

    async with database.writing() as connection:
        await connection.commit()
        await connection.execute(changing)

    assert await texts(database) == ["kept"]
