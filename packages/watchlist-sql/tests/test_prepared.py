"""Statements that are made ready once give what SQLAlchemy itself gives."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, Text, bindparam, event, insert, make_url, select
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import DBAPIError, StatementError

from tests.servers.notes import COUNT
from watchlist_core.testing.contracts import NOON
from watchlist_sql.database import Database
from watchlist_sql.prepared import Prepared
from watchlist_sql.tables import accounts

ACCOUNT = {
    "id": UUID(int=7),
    "username": "vera",
    "role": "user",
    "is_active": True,
    "created_at": NOON,
    "email": "Vera@example.org",
    "folded_email": "vera@example.org",
    "is_activated": True,
    "wanted_username": None,
    "password_hash": None,
}
BY_ID = select(accounts).where(accounts.c.id == bindparam("id"))


@pytest.fixture
async def database(database: Database) -> Database:
    async with database.writing() as connection:
        await connection.execute(insert(accounts), ACCOUNT)
        await connection.commit()
    return database


async def test_values_are_read_as_sqlalchemy_reads_them(database: Database) -> None:
    heard_by_sqlalchemy: list[str] = []
    with listening(heard_by_sqlalchemy):
        expected = await database.fetch(BY_ID, {"id": ACCOUNT["id"]})

    for _ in range(2):
        assert await database.fetch(BY_ID, {"id": ACCOUNT["id"]}) == expected
    assert tuple(expected[0]) == (1, *ACCOUNT.values())
    assert len(heard_by_sqlalchemy) == 1


@pytest.mark.parametrize("url", ["sqlite://", "postgresql+asyncpg://"])
def test_a_kept_statement_is_prepared(url: str) -> None:
    assert Prepared.of(BY_ID, make_url(url).get_dialect()(), ["id"])


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


async def test_an_error_of_the_driver_is_an_error_of_sqlalchemy(database: Database) -> None:
    await database.fetch(BY_ID, {"id": ACCOUNT["id"]})

    with pytest.raises(DBAPIError, match="notes"):
        await database.fetch(COUNT)


async def test_a_statement_whose_text_depends_on_its_values_is_left_to_sqlalchemy(
    database: Database,
) -> None:
    among = select(accounts.c.key).where(
        accounts.c.username.in_(bindparam("names", expanding=True))
    )

    assert Prepared.of(among, SQLiteDialect_pysqlite(), ["names"]) is None
    assert await database.fetch(among, {"names": ["vera", "else"]}) == [(1,)]
    assert await database.fetch(among, {"names": []}) == []


async def test_who_listens_to_statements_hears_the_reads(database: Database) -> None:
    await database.fetch(BY_ID, {"id": ACCOUNT["id"]})
    heard: list[str] = []

    with listening(heard):
        await database.fetch(BY_ID, {"id": ACCOUNT["id"]})
    await database.fetch(BY_ID, {"id": ACCOUNT["id"]})

    assert [statement.split()[0] for statement in heard] == ["SELECT"]


@contextmanager
def listening(heard: list[str]) -> Iterator[None]:
    def hear(_: Any, __: Any, statement: str, *___: Any) -> None:
        heard.append(statement)

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", hear)
