"""What an error of the database tells, to whoever reads the log and to clients."""

from importlib import import_module
from pkgutil import walk_packages

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

import watchlist_sql
from tests.servers.notes import create, notes
from watchlist_core.errors import WatchlistError
from watchlist_sql.database import Database


async def test_an_error_hides_the_values_of_its_statement(database: Database) -> None:
    await create(database)

    with pytest.raises(IntegrityError) as caught:
        await keep(database, {"key": 1, "text": "a secret"}, {"key": 1, "text": "another secret"})

    assert "secret" not in str(caught.value)


def test_what_clients_are_told_is_said_by_the_core_alone() -> None:
    """The fields of an error are told to clients, who must not learn of files and servers."""
    for module in walk_packages(watchlist_sql.__path__, "watchlist_sql."):
        if ".migrations" not in module.name:
            import_module(module.name)

    errors = {WatchlistError}
    while below := {kind for error in errors for kind in error.__subclasses__()} - errors:
        errors |= below

    assert [error for error in errors if error.__module__.startswith("watchlist_sql")] == []


async def keep(database: Database, *rows: dict[str, object]) -> None:
    async with database.writing() as connection:
        await connection.execute(insert(notes), rows)
        await connection.commit()
