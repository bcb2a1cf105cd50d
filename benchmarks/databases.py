"""Empty databases, one for each server: a file, or a database of a private PostgreSQL."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.servers.postgresql import PostgresqlServer, find_binaries
from tests.servers.run import TestRun

__all__ = ["empty_databases", "settle"]


@contextmanager
def empty_databases(
    database: str, names: Sequence[str], folder: Path
) -> Iterator[Mapping[str, str]]:
    """Give the URL of an empty database for each name; what is committed reaches the disk."""
    if database == "sqlite":
        yield {name: f"sqlite:///{folder}/{number}.db" for number, name in enumerate(names)}
        return
    test_run = TestRun.join(in_memory=False)
    try:
        server = PostgresqlServer.start_new(
            test_run, "benchmark", find_binaries(test_run), safe=True
        )
        urls = {}
        for number, name in enumerate(names):
            asyncio.run(_run(server.url, f"CREATE DATABASE benchmark{number}"))
            urls[name] = server.url.removesuffix("/postgres") + f"/benchmark{number}"
        yield urls
    finally:
        test_run.leave()


async def settle(url: str) -> None:
    """Do at once what PostgreSQL does by itself within a minute after so many rows were added."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        await _run(url, "VACUUM ANALYZE")


async def _run(url: str, statement: str) -> None:
    driver = make_url(url).set(drivername="postgresql+asyncpg")
    engine = create_async_engine(driver, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()
