"""The schema goes up, down and up again, and its head is what the tables say."""

import json
import sqlite3
import subprocess
import sys
from asyncio import gather
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Timer
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Engine, event, make_url

from watchlist_sql.database import Database, open_database
from watchlist_sql.schema import HEAD, SchemaKind, configuration, migrate, run, schema_state
from watchlist_sql.tables import exists_on, metadata

REVISIONS: list[Script] = list(
    reversed(list(ScriptDirectory.from_config(configuration()).walk_revisions()))
)

# What the databases themselves say of all that was made, whichever way it was made.
DESCRIPTIONS = {
    "sqlite": """
        SELECT type || ' ' || name, coalesce(sql, '') FROM sqlite_master
    """,
    "postgresql": """
        SELECT 'constraint ' || conname, conrelid::regclass || ' ' || pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        UNION ALL
        SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL
        SELECT
            'column ' || table_name || '.' || column_name,
            concat_ws(
                ' ', data_type, udt_name, collation_name, is_nullable, column_default, is_identity
            )
        FROM information_schema.columns WHERE table_schema = 'public'
    """,
}
TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
}


@pytest.fixture
async def empty_database(database_url: str) -> AsyncIterator[Database]:
    async with opened(database_url) as database:
        yield database


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    database = await open_database(url)
    try:
        yield database
    finally:
        await database.close()


async def read(database: Database, sql: str) -> list[tuple[Any, ...]]:
    async with database.writing() as connection:
        return [tuple(row) for row in await connection.exec_driver_sql(sql)]


async def execute(database: Database, *statements: str) -> None:
    async with database.writing() as connection:
        for statement in statements:
            await connection.exec_driver_sql(statement)
        await connection.commit()


async def description(database: Database) -> dict[str, list[str]]:
    """Return what there is by its name, its lines in one order however they were written.

    The two tables about the migrations themselves are not made by migrations, and SQLite quotes the
    name of a table that was once called otherwise.
    """
    described = await read(database, DESCRIPTIONS[database.dialect])
    return {
        name: sorted(line.strip(" ,\t") for line in sql.replace('"', "").split("\n"))
        for name, sql in described
        if "watchlist_" not in name
    }


async def upgrade(database: Database, revision: str) -> None:
    await run(database, lambda config: command.upgrade(config, revision))


async def downgrade(database: Database, revision: str) -> None:
    await run(database, lambda config: command.downgrade(config, revision))


@pytest.mark.parametrize("revision", REVISIONS, ids=lambda revision: revision.revision)
async def test_each_step_goes_up_and_down_and_up_again(
    empty_database: Database, revision: Script
) -> None:
    before = str(revision.down_revision or "base")
    if revision.down_revision:
        await upgrade(empty_database, before)
    lower = await description(empty_database)
    await upgrade(empty_database, revision.revision)
    upper = await description(empty_database)

    await downgrade(empty_database, before)

    went_down = await description(empty_database)
    await upgrade(empty_database, revision.revision)
    sequence = {"table sqlite_sequence"}  # SQLite makes it once, and keeps it
    assert {name: went_down[name] for name in went_down.keys() - sequence} == {
        name: lower[name] for name in lower.keys() - sequence
    }
    assert await description(empty_database) == upper


async def test_the_head_is_what_the_tables_say(
    empty_database: Database, database_url_of_tables: str
) -> None:
    await migrate(empty_database)

    async with opened(database_url_of_tables) as made_of_tables:
        assert await description(empty_database) == await description(made_of_tables)
    await run(empty_database, command.check)


@pytest.fixture
async def database_url_of_tables(request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """A database whose tables were made of the metadata, without any migration."""
    databases = request.getfixturevalue("databases")
    async with databases.empty() as url:
        async with opened(url) as database, database.writing() as connection:
            ours = [t for t in metadata.sorted_tables if exists_on(t, database.dialect)]
            await connection.run_sync(metadata.create_all, tables=ours)
            await connection.commit()
        yield url


async def test_what_others_keep_in_the_same_database_is_left_alone(
    empty_database: Database,
) -> None:
    await execute(
        empty_database,
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)",
        "INSERT INTO alembic_version VALUES ('f00d')",
        "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT)",
        "CREATE INDEX ix_customers_name ON customers (name)",
    )

    await migrate(empty_database)
    await run(empty_database, command.check)
    await downgrade(empty_database, "base")

    assert await read(empty_database, "SELECT version_num FROM alembic_version") == [("f00d",)]
    names = {name for (name,) in await read(empty_database, TABLES[empty_database.dialect])}
    assert names - {"watchlist_version", "watchlist_revisions"} == {"alembic_version", "customers"}


async def test_a_schema_that_went_all_the_way_down_is_empty(database: Database) -> None:
    await downgrade(database, "base")

    assert (await schema_state(database)).kind is SchemaKind.EMPTY
    assert (await migrate(database)).is_usable


async def test_of_two_who_migrate_at_once_one_does_and_both_can_begin(database_url: str) -> None:
    async with opened(database_url) as first, opened(database_url) as second:
        states = await gather(migrate(first), migrate(second))

    assert [state.kind for state in states] == [SchemaKind.CURRENT, SchemaKind.CURRENT]


async def test_on_sqlite_a_migration_waits_for_whoever_writes_just_before_it(
    sqlite_url: str,
) -> None:
    other = sqlite3.connect(
        make_url(sqlite_url).database or "", isolation_level=None, check_same_thread=False
    )
    ending = Timer(0.05, other.execute, ["ROLLBACK"])

    def come_between(_: object, __: object, statement: str, *___: object) -> None:
        if statement == "PRAGMA foreign_keys = OFF":
            other.execute("BEGIN IMMEDIATE")
            ending.start()

    async with opened(sqlite_url) as database:
        event.listen(Engine, "before_cursor_execute", come_between)
        try:
            state = await migrate(database)
        finally:
            event.remove(Engine, "before_cursor_execute", come_between)
    ending.join()
    other.close()

    assert state.is_usable


async def test_a_migration_that_fails_leaves_nothing(empty_database: Database) -> None:
    def fail(config: Config) -> None:
        command.upgrade(config, HEAD)
        raise RuntimeError("the power went")

    with pytest.raises(RuntimeError, match="the power went"):
        await run(empty_database, fail)

    assert await description(empty_database) == {}
    assert (await schema_state(empty_database)).kind is SchemaKind.EMPTY


async def test_on_sqlite_no_migration_leaves_rows_that_refer_to_nothing(sqlite_url: str) -> None:
    async with opened(sqlite_url) as database:
        await migrate(database)

        def drop_what_is_referred_to(config: Config) -> None:
            connection = config.attributes["connection"]
            connection.exec_driver_sql("INSERT INTO movie_genres VALUES (1, 0, 1, NULL, NULL)")

        with pytest.raises(RuntimeError, match="2 rows"):
            await run(database, drop_what_is_referred_to)

        assert await read(database, "SELECT * FROM movie_genres") == []


async def test_on_sqlite_foreign_keys_are_watched_again_after_a_migration(sqlite_url: str) -> None:
    async with opened(sqlite_url) as database:
        await migrate(database)

        assert await read(database, "PRAGMA foreign_keys") == [(1,)]


ADD_OF_0001 = """
    INSERT INTO accounts (id, username, role, is_active, created_at)
    VALUES ({id}, '{username}', 'user', {true}, {now})
"""
RATE = """
    INSERT INTO ratings (account_key, movie_key, halves, rated_at)
    SELECT accounts.key, movies.key, 9, accounts.created_at FROM accounts, movies
"""
ADD_MOVIE = """
    INSERT INTO movies (
        id, title, folded_title, media_type, description, genres, revision, created_at
    ) VALUES ({id}, 'Stalker', 'stalker', 'movie', '', '[]', 1, {now})
"""


def of_0001(database: Database, sql: str, number: int, username: str = "") -> str:
    """Return *sql* as the release of revision 0001 would send it."""
    is_sqlite = database.dialect == "sqlite"
    digits = f"{number:032x}"
    return sql.format(
        id=f"x'{digits}'" if is_sqlite else f"'{digits}'",
        username=username,
        true="1" if is_sqlite else "true",
        now="0" if is_sqlite else "now()",
    )


async def test_accounts_of_the_first_release_are_kept_and_it_can_go_on_adding_some(
    empty_database: Database,
) -> None:
    database = empty_database
    await upgrade(database, "0001")
    await execute(
        database,
        of_0001(database, ADD_OF_0001, 1, "andrei"),
        of_0001(database, ADD_MOVIE, 2),
        RATE,
    )

    await upgrade(database, "0002")
    await execute(database, of_0001(database, ADD_OF_0001, 3, "kelvin"))

    rows = await read(
        database, "SELECT username, email, is_activated FROM accounts ORDER BY username"
    )
    assert rows == [("andrei", None, True), ("kelvin", None, True)]

    await downgrade(database, "0001")

    kept = "SELECT username, halves FROM accounts LEFT JOIN ratings ON account_key = accounts.key"
    assert await read(database, f"{kept} ORDER BY username") == [("andrei", 9), ("kelvin", None)]


ADD_GENRE = "INSERT INTO genres (id, name, folded_name) VALUES ({id}, '{username}', '{username}')"
LINK = """
    INSERT INTO movie_genres (movie_key, position, genre_key)
    SELECT movies.key, 2 - genres.key, genres.key FROM movies, genres
"""
SCORE = "UPDATE movies SET year = 1979, rating_count = 2, rating_halves = 9"
WITHDRAW = "UPDATE movies SET is_withdrawn = {true}"


async def test_movies_get_to_know_their_genres_by_key_and_lose_nothing(
    empty_database: Database,
) -> None:
    database = empty_database
    await upgrade(database, "0002")
    await execute(
        database,
        of_0001(database, ADD_MOVIE, 1),
        of_0001(database, ADD_GENRE, 2, "drama"),
        of_0001(database, ADD_GENRE, 3, "horror"),
        LINK,
        SCORE,
    )

    await upgrade(database, "0003")

    cards = "SELECT CAST(genre_keys AS TEXT), exact_average, folded_title FROM movies"
    ((keys, average, title),) = await read(database, cards)
    assert (json.loads(keys), average, title) == ([2, 1], 9 << 58, "stalker")
    links = await read(database, "SELECT DISTINCT year, listed_title FROM movie_genres")
    assert links == [(1979, "stalker")]
    assert await read(database, "SELECT movie_count FROM genres") == [(1,), (1,)]
    assert await read(database, "SELECT year, movie_count FROM movie_years") == [(1979, 1)]

    await execute(database, of_0001(database, WITHDRAW, 1))
    await downgrade(database, "0002")

    ((names,),) = await read(database, "SELECT CAST(genres AS TEXT) FROM movies")
    assert json.loads(names) == ["horror", "drama"]
    if database.dialect == "sqlite":
        found = "SELECT rowid FROM movie_titles WHERE movie_titles MATCH 'alk'"
        assert await read(database, found) == [(1,)]


async def test_a_migrated_database_is_ready_for_its_first_movie(database: Database) -> None:
    rows = await read(database, "SELECT version, movie_count FROM catalogue")

    assert rows == [(0, 0)]


def test_revisions_are_numbered_and_the_last_is_that_of_this_release() -> None:
    numbers = [revision.revision for revision in REVISIONS]

    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]
    assert numbers[-1] == HEAD


@pytest.mark.parametrize("revision", REVISIONS, ids=lambda revision: revision.revision)
def test_each_revision_says_which_oldest_one_works_with_it(revision: Script) -> None:
    assert "0001" <= revision.module.works_with <= revision.revision


def test_alembic_is_loaded_by_migrating_and_by_nothing_else() -> None:
    program = "import sys, watchlist_sql; sys.exit('alembic' in sys.modules)"

    finished = subprocess.run([sys.executable, "-c", program], check=False, timeout=60)  # noqa: S603  ours

    assert finished.returncode == 0
