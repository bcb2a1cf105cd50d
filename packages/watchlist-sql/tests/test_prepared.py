"""Statements that are made ready once give what SQLAlchemy itself gives."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from gc import collect
from typing import Any
from uuid import UUID
from weakref import ref

import pytest
from sqlalchemy import (
    Engine,
    Numeric,
    Text,
    bindparam,
    event,
    insert,
    literal,
    make_url,
    select,
    text,
)
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import DBAPIError, NoSuchTableError, ObjectNotExecutableError, StatementError

from tests.servers.notes import COUNT
from watchlist_core.testing.contracts import NOON
from watchlist_sql.database import Database
from watchlist_sql.prepared import Prepared, as_sqlalchemy_tells
from watchlist_sql.sqlite.inline import InlineSqlite
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
ADD = insert(accounts)
PRICE = literal(Decimal("9.99"), Numeric(5, 2)).label("price")


def numbered(number: int) -> dict[str, Any]:
    """Return the row of another account, without an address."""
    own = {"id": UUID(int=number), "username": f"user{number}"}
    return ACCOUNT | own | {"email": None, "folded_email": None}


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


async def test_a_change_is_prepared_for_the_names_it_is_given(database: Database) -> None:
    anybody = numbered(8)
    named = numbered(9) | {"username": "chytilova"}
    del anybody["username"]

    async with database.writing() as connection:
        for row in (anybody, named):
            await connection.execute(ADD, row)
        await connection.commit()

    names = select(accounts.c.username).order_by(accounts.c.key)
    assert await database.fetch(names) == [("vera",), (None,), ("chytilova",)]


async def test_many_rows_are_added_at_once(database: Database) -> None:
    rows = [numbered(8), numbered(9)]

    async with database.writing() as connection:
        await connection.execute(ADD, rows)
        await connection.commit()

    assert sorted(await database.fetch(select(accounts.c.username))) == [
        ("user8",),
        ("user9",),
        ("vera",),
    ]


async def test_of_many_rows_one_that_lacks_a_value_is_an_error_of_sqlalchemy(
    database: Database,
) -> None:
    lacking = {"id": UUID(int=9)}

    async with database.writing() as connection:
        with pytest.raises(StatementError, match="required"):
            await connection.execute(ADD, [ACCOUNT | {"id": UUID(int=8)}, lacking])


async def test_what_is_made_of_a_prepared_change_returns_what_it_says(database: Database) -> None:
    one, another = numbered(8), numbered(9)

    async with database.writing() as connection:
        await connection.execute(ADD, one)
        added = await connection.scalar(ADD.returning(accounts.c.username), another)

    assert added == "user9"


def test_many_rows_of_which_each_answers_are_left_to_sqlalchemy() -> None:
    answering = ADD.returning(accounts.c.key)

    assert Prepared.of(answering, InlineSqlite(), ["id"])
    assert Prepared.of(answering, InlineSqlite(), ["id"], for_many=True) is None


@pytest.mark.parametrize("columns", [[text("1")], [text("1"), accounts.c.id], [PRICE]])
@pytest.mark.parametrize("url", ["sqlite://", "postgresql+asyncpg://"])
def test_a_column_that_nobody_knows_how_to_read_is_left_to_sqlalchemy(
    url: str, columns: list[Any]
) -> None:
    assert Prepared.of(select(*columns), make_url(url).get_dialect()(), []) is None


async def test_a_work_reads_pieces_of_text_and_numbers_as_sqlalchemy_does(
    database: Database,
) -> None:
    async with database.writing() as connection:
        piece = await connection.scalar(select(text("1")))
        price = await connection.scalar(select(PRICE))

    assert (piece, price) == (1, Decimal("9.99"))


async def test_what_is_no_statement_is_an_error_of_sqlalchemy(database: Database) -> None:
    no_statement: Any = "SELECT 1"

    async with database.writing() as connection:
        with pytest.raises(ObjectNotExecutableError):
            await connection.execute(no_statement)


async def test_a_statement_that_nobody_keeps_is_forgotten(database: Database) -> None:
    passing = select(accounts.c.key).where(accounts.c.id == bindparam("id"))
    await database.fetch(BY_ID, {"id": ACCOUNT["id"]})  # SQLAlchemy keeps what it runs itself
    await database.fetch(passing, {"id": ACCOUNT["id"]})
    kept = ref(passing)

    del passing
    collect()

    assert kept() is None


@pytest.mark.parametrize("error", [TimeoutError(), ConnectionResetError(), NoSuchTableError()])
def test_whatever_the_driver_raises_is_told_as_the_databases_error(error: Exception) -> None:
    told = as_sqlalchemy_tells(error, "ROLLBACK", is_lost=True)

    assert isinstance(told, DBAPIError)
    assert (told.orig, told.connection_invalidated) == (error, True)


@contextmanager
def listening(heard: list[str]) -> Iterator[None]:
    def hear(_: Any, __: Any, statement: str, *___: Any) -> None:
        heard.append(statement)

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", hear)
