"""The indexes of words and of parts of titles on SQLite, made quick to read after an import.

FTS5 writes what is added into pieces, merges some of them by and by, and looks each word up in all:
after an import these are dozens, and a search takes several times as long as in one.
"""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from watchlist_sql.database import Database

__all__ = ["merge_word_indexes"]

_INDEXES: Final = ("movie_search", "movie_titles")
_PAGES_AT_ONCE: Final = 200
"""Of four kilobytes: others wait for some milliseconds at most, readers and writers alike."""
_UNCHANGED: Final = 2
"""Fewer changes are those of a merge that found nothing to do."""


async def merge_word_indexes(database: Database) -> None:
    """Merge the pieces of each index into one, in many small works.

    Raises:
        Busy, StoreUnavailable: As every work; what was merged stays so.
    """
    for index in _INDEXES:
        pages = -_PAGES_AT_ONCE  # at first: all pieces, whatever their sizes
        while await _merge(database, index, pages) >= _UNCHANGED:
            pages = _PAGES_AT_ONCE


async def _merge(database: Database, index: str, pages: int) -> int:
    """Merge so many pages, and return how many rows were changed by that."""
    async with database.writing() as connection:
        before = await _changes(connection)
        await connection.exec_driver_sql(
            f"INSERT INTO {index} ({index}, rank) VALUES ('merge', {pages})"  # noqa: S608  our own
        )
        after = await _changes(connection)
        await connection.commit()
        return after - before


async def _changes(connection: AsyncConnection) -> int:
    ((number,),) = (await connection.exec_driver_sql("SELECT total_changes()")).all()
    return int(number)
