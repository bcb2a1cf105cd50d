"""A broken constraint becomes the core's refusal, where it stands for one."""

import pytest
from attrs import astuple
from sqlalchemy.exc import IntegrityError

from watchlist_core.auth import AccountNotFound
from watchlist_core.catalogue import MovieNotFound
from watchlist_core.errors import WatchlistError
from watchlist_core.ids import AccountId, MovieId, Uuid7
from watchlist_core.testing.contracts import a_movie, an_account
from watchlist_sql.constraints import ERRORS, broken_constraint, refusals
from watchlist_sql.database import Database
from watchlist_sql.store import SqlStore
from watchlist_sql.tables import metadata

NOBODY, NOTHING = AccountId(Uuid7()()), MovieId(Uuid7()())
ROW = {"account": NOBODY, "movie": NOTHING}


def names() -> set[str]:
    constraints = {
        str(constraint.name)
        for table in metadata.tables.values()
        for constraint in table.constraints
    }
    needed = {
        f"nn_{table.name}_{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if not column.nullable
    }
    return constraints | needed


def test_only_constraints_that_the_tables_have_stand_for_errors() -> None:
    assert ERRORS.keys() <= names()


@pytest.mark.parametrize(
    ("name", "error"),
    [
        *(
            (f"fk_{table}_{key}", error)
            for table in ("watches", "ratings")
            for key, error in (
                ("account_key", AccountNotFound(NOBODY)),
                ("movie_key", MovieNotFound(NOTHING)),
            )
        ),
    ],
)
def test_each_error_tells_of_the_row_that_was_refused(name: str, error: WatchlistError) -> None:
    told = ERRORS[name](ROW)

    assert (type(told), astuple(told, recurse=False)) == (
        type(error),
        astuple(error, recurse=False),
    )


def test_each_constraint_that_stands_for_an_error_was_tried() -> None:
    assert len(ERRORS) == 4


async def test_a_movie_that_goes_between_look_up_and_insert_is_not_found(
    database: Database,
) -> None:
    """PostgreSQL names the foreign key; on SQLite nobody else writes in between."""
    store = SqlStore(database)
    await an_account(store)

    async with database.writing() as connection:
        expected = MovieNotFound if database.dialect == "postgresql" else IntegrityError
        with pytest.raises(expected), refusals(ROW):
            await connection.exec_driver_sql(
                "INSERT INTO ratings (account_key, movie_key, halves, rated_at)"
                " SELECT 1, 999, 9, created_at FROM accounts"
            )


async def test_a_constraint_that_stands_for_no_error_is_a_mistake_of_ours(
    database: Database,
) -> None:
    await a_movie(SqlStore(database))

    async with database.writing() as connection:
        with pytest.raises(IntegrityError) as mistake, refusals(ROW):
            await connection.exec_driver_sql("UPDATE movies SET year = 1")

    assert broken_constraint(mistake.value) == "ck_movies_year"


async def test_a_constraint_of_somebody_elses_table_has_no_name_of_ours(
    database: Database,
) -> None:
    async with database.writing() as connection:
        await connection.exec_driver_sql("CREATE TABLE customers (name TEXT)")
        await connection.exec_driver_sql("CREATE UNIQUE INDEX uq_theirs ON customers (name)")
        with pytest.raises(IntegrityError) as mistake, refusals(ROW):
            await connection.exec_driver_sql("INSERT INTO customers VALUES ('a'), ('a')")

    name = broken_constraint(mistake.value)
    assert name == (None if database.dialect == "sqlite" else "uq_theirs")


async def test_an_index_that_is_no_constraint_of_ours_has_no_name_on_sqlite(
    database: Database,
) -> None:
    await a_movie(SqlStore(database))
    await a_movie(SqlStore(database), "Solaris")

    async with database.writing() as connection:
        await connection.exec_driver_sql("CREATE UNIQUE INDEX uq_theirs ON movies (revision, year)")
        with pytest.raises(IntegrityError) as mistake:
            await connection.exec_driver_sql("UPDATE movies SET year = 1979")

    name = broken_constraint(mistake.value)
    assert name == (None if database.dialect == "sqlite" else "uq_theirs")
