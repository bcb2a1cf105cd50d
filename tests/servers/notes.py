"""A table to try a database with, whatever it is."""

from typing import Final

from sqlalchemy import Column, Integer, MetaData, String, Table, func, insert, select

from watchlist_sql.database import Database

__all__ = ["COUNT", "add", "count", "create", "notes", "texts"]

metadata: Final = MetaData()
notes: Final = Table(
    "notes",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("text", String, unique=True),
)
COUNT: Final = select(func.count()).select_from(notes)


async def create(database: Database) -> None:
    async with database.writing() as connection:
        await connection.run_sync(metadata.create_all)
        await connection.commit()


async def add(database: Database, text: str, *, commit: bool = True) -> None:
    async with database.writing() as connection:
        await connection.execute(insert(notes), {"text": text})
        if commit:
            await connection.commit()


async def count(database: Database, *, aside: bool = False) -> int:
    ((number,),) = await database.fetch(COUNT, aside=aside)
    return number


async def texts(database: Database) -> list[str]:
    """Return all notes in the order they were made."""
    return [text for (text,) in await database.fetch(select(notes.c.text).order_by(notes.c.key))]
