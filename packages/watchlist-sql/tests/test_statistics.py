"""After an import, the planner knows how large the tables have become."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import Integer, Text, column, select, table

from tests.servers.databases import SqliteFiles
from watchlist_core.catalogue import ExternalId, ImportMovies, MediaType, NewMovie
from watchlist_core.ids import Uuid7
from watchlist_core.work import now
from watchlist_sql.database import Database, open_database
from watchlist_sql.statistics import SMALL_CATALOGUE, refresh_statistics
from watchlist_sql.unit_of_work import unit_of_work


async def import_movies(database: Database, numbers: range) -> None:
    movies = [
        NewMovie(f"Movie {n}", external_ids={ExternalId("other", MediaType.MOVIE, str(n))})
        for n in numbers
    ]
    await ImportMovies(unit_of_work(database), now, Uuid7())(movies, identified_by="other")


async def believed_movies(database: Database) -> int:
    """Return how many movies the planner counts with."""
    if database.dialect == "postgresql":
        counts = select(column("reltuples", Integer)).select_from(table("pg_class"))
        rows = await database.fetch(counts.where(column("relname", Text) == "movies"))
        return int(rows[0][0])
    found = select(column("stat", Text)).select_from(table("sqlite_stat1"))
    texts = await database.fetch(found.where(column("idx", Text) == "ix_movies_title_up"))
    return int(texts[0][0].split()[0])


async def test_the_planner_learns_what_was_imported(database: Database) -> None:
    await import_movies(database, range(SMALL_CATALOGUE))
    await refresh_statistics(database)
    first = await believed_movies(database)

    await import_movies(database, range(SMALL_CATALOGUE, SMALL_CATALOGUE + 200))
    await refresh_statistics(database)

    assert first == SMALL_CATALOGUE
    # SQLite looks at some rows only, and reckons.
    assert await believed_movies(database) == pytest.approx(SMALL_CATALOGUE + 200, rel=0.1)


async def test_of_a_small_catalogue_nothing_is_told(database: Database) -> None:
    await import_movies(database, range(12))

    await refresh_statistics(database)

    if database.dialect == "postgresql":
        assert await believed_movies(database) == -1  # which means that nobody has counted
    else:
        tables = select(column("name", Text)).select_from(table("sqlite_master"))
        assert ("sqlite_stat1",) not in await database.fetch(tables)


async def test_sqlite_is_told_nothing_that_is_wrong_when_a_table_grows(
    sqlite: SqliteFiles,
) -> None:
    told = select(column("tbl", Text)).select_from(table("sqlite_stat1")).distinct()
    tables = select(column("name", Text)).select_from(table("sqlite_master"))
    async with sqlite.migrated() as url, opened(url) as database:
        await import_movies(database, range(SMALL_CATALOGUE - 1))
        await refresh_statistics(database)
        while_small = {name for (name,) in await database.fetch(tables)}

        await import_movies(database, range(SMALL_CATALOGUE - 1, SMALL_CATALOGUE))
        await refresh_statistics(database)

        # Accounts, watches and the rest grow without an import, and nobody would count them again.
        assert "sqlite_stat1" not in while_small
        # And the movies have no genres here.
        assert {name for (name,) in await database.fetch(told)} == {
            *("movies", "external_ids"),
            *("movie_words", "movie_names", "catalogue_words", "word_deletes"),
        }


async def test_connections_that_are_open_learn_it_too(sqlite: SqliteFiles) -> None:
    version = select(column("schema_version", Integer)).select_from(table("pragma_schema_version"))
    async with sqlite.migrated() as url, opened(url) as server, opened(url) as importer:
        await import_movies(importer, range(SMALL_CATALOGUE))
        await refresh_statistics(importer)
        before = await server.fetch(version)

        await refresh_statistics(importer)

        # A connection that meets another version of the schema reads it again, statistics and all.
        assert await server.fetch(version) != before


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    database = await open_database(url)
    try:
        yield database
    finally:
        await database.close()
