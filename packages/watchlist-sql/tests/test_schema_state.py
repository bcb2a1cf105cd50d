"""What a release finds in a database, and whether it may go on."""

from collections.abc import AsyncIterator

import pytest

from watchlist_sql.database import Database, open_database
from watchlist_sql.schema import (
    HEAD,
    SchemaKind,
    SchemaState,
    UnusableSchema,
    migrate,
    schema_state,
)

NEWER = "9999"


@pytest.fixture
async def empty_database(database_url: str) -> AsyncIterator[Database]:
    database = await open_database(database_url)
    yield database
    await database.close()


async def execute(database: Database, *statements: str) -> None:
    async with database.writing() as connection:
        for statement in statements:
            await connection.exec_driver_sql(statement)
        await connection.commit()


async def make_newer(database: Database, works_with: str) -> None:
    await execute(
        database,
        f"UPDATE watchlist_version SET version_num = '{NEWER}'",  # noqa: S608  ours
        f"INSERT INTO watchlist_revisions VALUES ('{NEWER}', '{works_with}')",  # noqa: S608
    )


async def test_a_database_without_tables_is_empty(empty_database: Database) -> None:
    assert await schema_state(empty_database) == SchemaState(SchemaKind.EMPTY, None)


async def test_looking_changes_nothing(empty_database: Database) -> None:
    await schema_state(empty_database)

    assert (await schema_state(empty_database)).kind is SchemaKind.EMPTY


async def test_a_database_with_other_tables_only_is_empty_too(empty_database: Database) -> None:
    await execute(empty_database, "CREATE TABLE customers (id INTEGER PRIMARY KEY)")

    assert (await migrate(empty_database)).kind is SchemaKind.CURRENT


async def test_a_migrated_database_is_current(database: Database) -> None:
    state = await schema_state(database)

    assert state == SchemaState(SchemaKind.CURRENT, HEAD)
    assert state.is_usable


async def test_migrating_a_current_database_changes_nothing(database: Database) -> None:
    assert await migrate(database) == SchemaState(SchemaKind.CURRENT, HEAD)


async def test_an_older_schema_is_told_with_its_revision(database: Database) -> None:
    await execute(database, "UPDATE watchlist_version SET version_num = '0000'")

    state = await schema_state(database)

    assert (state.kind, state.revision, state.is_usable) == (SchemaKind.OLDER, "0000", False)


async def test_a_newer_schema_that_works_with_this_release_is_used_as_it_is(
    database: Database,
) -> None:
    await make_newer(database, works_with=HEAD)

    state = await migrate(database)

    assert (state.kind, state.revision) == (SchemaKind.NEWER_COMPATIBLE, NEWER)
    assert state.is_usable


async def test_a_newer_schema_that_does_not_is_neither_used_nor_changed(
    database: Database,
) -> None:
    await make_newer(database, works_with=NEWER)

    with pytest.raises(UnusableSchema, match=rf"the schema \(9999\) is newer; .* wants {HEAD}"):
        await migrate(database)

    assert (await schema_state(database)).kind is SchemaKind.NEWER_INCOMPATIBLE


async def test_a_newer_schema_that_says_nothing_is_incompatible(database: Database) -> None:
    await execute(database, f"UPDATE watchlist_version SET version_num = '{NEWER}'")  # noqa: S608

    assert not (await schema_state(database)).is_usable


async def test_tables_of_our_names_that_we_did_not_make_are_left_alone(
    empty_database: Database,
) -> None:
    await execute(empty_database, "CREATE TABLE movies (id INTEGER PRIMARY KEY)")

    with pytest.raises(UnusableSchema, match=r"the schema \(no revision\) is not of this program"):
        await migrate(empty_database)

    assert (await schema_state(empty_database)).kind is SchemaKind.FOREIGN
