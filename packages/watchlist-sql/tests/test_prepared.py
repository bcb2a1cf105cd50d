"""Statements that are made ready once give what SQLAlchemy itself gives."""

from collections.abc import AsyncIterator, Mapping
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, Text, bindparam, event, insert, select
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import DBAPIError, StatementError

from tests.servers.databases import SqliteFiles
from tests.servers.notes import COUNT
from watchlist_core.testing.contracts import NOON
from watchlist_sql.database import Database, open_database
from watchlist_sql.sqlite.prepared import Prepared
from watchlist_sql.tables import accounts

ACCOUNT = {
    "id": UUID(int=7),
    "username": "vera",
    "role": "user",
    "is_active": True,
    "created_at": NOON,
}
BY_ID = select(accounts).where(accounts.c.id == bindparam("id"))


@pytest.fixture
async def database(sqlite: SqliteFiles) -> AsyncIterator[Database]:
    async with sqlite.migrated() as url:
        database = await open_database(url)
        async with database.writing() as connection:
            await connection.execute(insert(accounts), ACCOUNT)
            await connection.commit()
        yield database
        await database.close()


async def test_values_are_read_as_sqlalchemy_reads_them(database: Database) -> None:
    for _ in range(2):
        (row,) = await database.fetch(BY_ID, {"id": ACCOUNT["id"]})

        assert tuple(row) == (1, *ACCOUNT.values())
    assert Prepared.of(BY_ID, SQLiteDialect_pysqlite())


async def test_a_parameter_may_have_a_value_of_its_own(database: Database) -> None:
    name = bindparam("name", "vera", type_=Text)
    by_name = select(accounts.c.key).where(accounts.c.username == name)

    assert await database.fetch(by_name) == [(1,)]
    assert await database.fetch(by_name, {"name": "nobody"}) == []


@pytest.mark.parametrize("given", [None, {}, {"other": 1}, {"id": "no uuid"}, {"id": 7}])
async def test_a_parameter_that_is_missing_or_unfit_is_an_error_of_sqlalchemy(
    database: Database, given: Mapping[str, Any] | None
) -> None:
    with pytest.raises(StatementError):
        await database.fetch(BY_ID, given)


async def test_an_error_of_sqlite_is_an_error_of_sqlalchemy(database: Database) -> None:
    with pytest.raises(DBAPIError, match="no such table: notes"):
        await database.fetch(COUNT)


async def test_a_statement_whose_text_depends_on_its_values_is_left_to_sqlalchemy(
    database: Database,
) -> None:
    among = select(accounts.c.key).where(
        accounts.c.username.in_(bindparam("names", expanding=True))
    )

    assert Prepared.of(among, SQLiteDialect_pysqlite()) is None
    assert await database.fetch(among, {"names": ["vera", "else"]}) == [(1,)]
    assert await database.fetch(among, {"names": []}) == []


async def test_who_listens_to_statements_hears_the_reads(database: Database) -> None:
    await database.fetch(BY_ID, {"id": ACCOUNT["id"]})
    heard = []

    def hear(_: Any, __: Any, statement: str, *___: Any) -> None:
        heard.append(statement)

    event.listen(Engine, "before_cursor_execute", hear)
    await database.fetch(BY_ID, {"id": ACCOUNT["id"]})
    event.remove(Engine, "before_cursor_execute", hear)
    await database.fetch(BY_ID, {"id": ACCOUNT["id"]})

    assert [statement.split()[0] for statement in heard] == ["SELECT"]
