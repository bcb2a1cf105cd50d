from asyncio import run
from collections.abc import AsyncIterator, Awaitable, Callable
from threading import Thread

import pytest
from sqlalchemy import Integer, func, literal_column, select, text

from tests.servers.notes import create
from watchlist_sql.database import Database, open_database


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


@pytest.fixture
def end_all_others(other: Database) -> Callable[[], Awaitable[None]]:
    """End all connections to the tables but the one of *other*, and wait for that."""

    async def end() -> None:
        await _end_all_but(other)

    return end


@pytest.fixture
def widen(other: Database) -> Callable[[], Awaitable[None]]:
    """Change the table, so that what was prepared for it is out of date."""

    async def widen() -> None:
        async with other.writing() as connection:
            await connection.execute(text("ALTER TABLE notes ALTER text TYPE varchar(99)"))
            await connection.commit()

    return widen


@pytest.fixture
def end_all_unnoticed(postgresql_url: str, database: Database) -> Callable[[], None]:
    """End all connections to the tables while the loop stands still and hears of nothing."""
    del database

    async def end() -> None:
        stranger = await open_database(postgresql_url)
        await _end_all_but(stranger)
        await stranger.close()

    def end_while_waiting() -> None:
        thread = Thread(target=run, args=[end()])
        thread.start()
        thread.join()

    return end_while_waiting


async def _end_all_but(database: Database) -> None:
    others = text("pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
    ending = select(func.pg_terminate_backend(literal_column("pid", Integer), 5000)).select_from(
        others
    )
    await database.fetch(ending)
