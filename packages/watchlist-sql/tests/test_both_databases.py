"""What works and readers see of each other, alike on both databases."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import insert

from tests.servers.notes import COUNT, count, create, notes
from watchlist_sql.database import Database, open_database


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = await open_database(database_url, patience=20)
    await create(database)
    yield database
    await database.close()


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
