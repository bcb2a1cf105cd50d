"""After an import, the planner knows how large the tables have become."""

from sqlalchemy import Integer, Text, column, select, table

from tests.servers.databases import SqliteFiles
from watchlist_core.catalogue import ExternalId, ImportMovies, MediaType, NewMovie
from watchlist_core.ids import Uuid7
from watchlist_core.work import now
from watchlist_sql.database import Database, open_database
from watchlist_sql.statistics import refresh_statistics
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
    await import_movies(database, range(50))
    await refresh_statistics(database)
    first = await believed_movies(database)

    await import_movies(database, range(50, 80))
    await refresh_statistics(database)

    assert first == 50
    assert await believed_movies(database) == 80


async def test_connections_that_are_open_learn_it_too(sqlite: SqliteFiles) -> None:
    version = select(column("schema_version", Integer)).select_from(table("pragma_schema_version"))
    async with sqlite.migrated() as url:
        server, importer = await open_database(url), await open_database(url)
        await refresh_statistics(importer)
        before = await server.fetch(version)

        await refresh_statistics(importer)

        # A connection that meets another version of the schema reads it again, statistics and all.
        assert await server.fetch(version) != before
        await importer.close()
        await server.close()
