"""Statements that may break a constraint, inside works that go on without them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

__all__ = ["savepoint"]


@asynccontextmanager
async def savepoint(connection: AsyncConnection) -> AsyncIterator[None]:
    """Undo, where a constraint is broken inside, what was done inside, and nothing else.

    SQLite undoes the statement by itself. PostgreSQL would keep nothing of the whole work.
    """
    if connection.dialect.name == "sqlite":
        yield
        return
    await connection.exec_driver_sql("SAVEPOINT before")
    try:
        yield
    except IntegrityError:
        await connection.exec_driver_sql("ROLLBACK TO SAVEPOINT before")
        raise
    await connection.exec_driver_sql("RELEASE SAVEPOINT before")
