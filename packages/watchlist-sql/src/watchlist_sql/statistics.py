"""What the planner of the database believes of the tables."""

from typing import Final

from sqlalchemy import Table, select

from watchlist_sql.database import Database
from watchlist_sql.tables import (
    catalogue,
    catalogue_words,
    exists_on,
    external_ids,
    movie_genres,
    movie_names,
    movie_title_trigrams,
    movie_vectors,
    movie_words,
    movies,
    word_deletes,
)
from watchlist_sql.word_indexes import merge_word_indexes

__all__ = ["SMALL_CATALOGUE", "refresh_statistics"]

SMALL_CATALOGUE: Final = 1_000
_ROWS_LOOKED_AT: Final = 1_000
"""Of each index on SQLite, so that this takes milliseconds however large the tables are."""
# Only what this is called for: SQLite goes on believing a table small, and reads the whole of it
# for each look-up, when it grows by other ways after it was counted.
_GROWN_BY_IMPORTS: Final[tuple[Table, ...]] = (
    movies,
    movie_genres,
    external_ids,
    movie_title_trigrams,
    movie_words,
    movie_names,
    movie_vectors,
    catalogue_words,
    word_deletes,
)


async def refresh_statistics(database: Database) -> None:
    """Count the catalogue again, and tidy its indexes of words, as after a large import.

    Nothing is told of a small one, for what is assumed then suits all sizes better: SQLite goes on
    believing it small, and PostgreSQL checks foreign keys by the plans that it made for it, so that
    each batch of the first large import took it longer, at the end ten times as long.

    Raises:
        Busy, StoreUnavailable: As every work.
    """
    tables = [t.name for t in _GROWN_BY_IMPORTS if exists_on(t, database.dialect)]
    ((movie_count,),) = await database.fetch(select(catalogue.c.movie_count))
    if movie_count < SMALL_CATALOGUE:
        return
    if database.dialect == "sqlite":
        await _refresh_on_sqlite(database, tables)
        await merge_word_indexes(database)
    else:
        async with database.writing() as connection:
            await connection.exec_driver_sql(f"ANALYZE {', '.join(tables)}")
            await connection.commit()


async def _refresh_on_sqlite(database: Database, tables: list[str]) -> None:
    async with database.writing() as connection:
        await connection.exec_driver_sql(f"PRAGMA analysis_limit = {_ROWS_LOOKED_AT}")
        # Other connections read the statistics anew only when the schema is changed, as it is by
        # this; the table comes back within the same transaction.
        await connection.exec_driver_sql("DROP TABLE IF EXISTS sqlite_stat1")
        for name in tables:
            await connection.exec_driver_sql(f"ANALYZE {name}")
        await connection.commit()
