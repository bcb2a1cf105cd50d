"""What an error of the database tells to whoever reads the log."""

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from tests.servers.notes import create, notes
from watchlist_sql.database import Database


async def test_an_error_hides_the_values_of_its_statement(database: Database) -> None:
    await create(database)

    with pytest.raises(IntegrityError) as caught:
        await keep(database, {"key": 1, "text": "a secret"}, {"key": 1, "text": "another secret"})

    assert "secret" not in str(caught.value)


async def keep(database: Database, *rows: dict[str, object]) -> None:
    async with database.writing() as connection:
        await connection.execute(insert(notes), rows)
        await connection.commit()
