"""Engines and sessions; the URL stands in the environment as ``PEER_DATABASE_URL``."""

import os
from collections.abc import AsyncIterator
from sqlite3 import Connection

from sqlalchemy import URL, event, make_url
from sqlalchemy import Connection as SqlConnection
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)


def engine_for(url: URL, *, pool_size: int) -> AsyncEngine:
    if url.get_backend_name() == "postgresql":
        return create_async_engine(url.set(drivername="postgresql+asyncpg"), pool_size=pool_size)
    engine = create_async_engine(
        url.set(drivername="sqlite+aiosqlite"), pool_size=pool_size, max_overflow=0
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Connection, _: object) -> None:
        connection.isolation_level = None
        for pragma in "journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON":
            connection.execute(f"PRAGMA {pragma}")

    return engine


URL_OF_DATABASE = make_url(os.environ.get("PEER_DATABASE_URL", "sqlite:///peer.db"))
IS_SQLITE = URL_OF_DATABASE.get_backend_name() == "sqlite"

reading = engine_for(URL_OF_DATABASE, pool_size=10)
# SQLite has one writer: more connections would only wait for each other inside the driver.
writing = engine_for(URL_OF_DATABASE, pool_size=1) if IS_SQLITE else reading

if IS_SQLITE:

    @event.listens_for(writing.sync_engine, "begin")
    def _begin_immediate(connection: SqlConnection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


_reading_sessions = async_sessionmaker(reading, expire_on_commit=False)
_writing_sessions = async_sessionmaker(writing, expire_on_commit=False)


async def reading_session() -> AsyncIterator[AsyncSession]:
    async with _reading_sessions() as session:
        yield session


async def writing_session() -> AsyncIterator[AsyncSession]:
    async with _writing_sessions() as session:
        yield session
