"""Real databases for every test that asks for one; the end of a run tells which they were."""

# ruff: noqa: PLC0415  the core's own tests load neither SQLAlchemy nor a driver

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.servers.run import TestRun

if TYPE_CHECKING:
    from tests.servers.databases import Databases, PostgresqlDatabases, SqliteFiles
    from tests.servers.redis import RedisServer
    from watchlist_core.testing.contracts import Store
    from watchlist_sql.database import Database

pytest.register_assert_rewrite("watchlist_core.testing.contracts")

RUN = pytest.StashKey[TestRun]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[RUN] = TestRun.join()


def pytest_unconfigure(config: pytest.Config) -> None:
    run = config.stash[RUN]
    try:
        if run.was_begun_here and (run.folder / "postgresql.json").exists():
            from tests.servers.databases import PostgresqlDatabases

            asyncio.run(PostgresqlDatabases.of(run).drop_all())
    finally:
        run.leave()


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    for line in config.stash[RUN].all_used:
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def test_run(pytestconfig: pytest.Config) -> TestRun:
    return pytestconfig.stash[RUN]


@pytest.fixture(scope="session")
def movielens_folder(pytestconfig: pytest.Config, test_run: TestRun) -> Path:
    """The real files of MovieLens, whose terms do not let them be a part of this repository."""
    data = os.environ.get("WATCHLIST_DATA") or pytestconfig.rootpath.parent / "shared" / "data"
    folder = Path(data) / "ml-latest-small"
    if not folder.is_dir():
        test_run.used("MovieLens", f"not in {data}, so what needs its real files was skipped")
        pytest.skip(f"the real MovieLens files are not in {data} (set WATCHLIST_DATA)")
    test_run.used("MovieLens", "the real files")
    return folder


@pytest.fixture
def sqlite(test_run: TestRun, tmp_path: Path) -> "SqliteFiles":
    from tests.servers.databases import SqliteFiles

    return SqliteFiles(test_run, tmp_path)


@pytest.fixture(scope="session")
def postgresql(test_run: TestRun) -> "PostgresqlDatabases":
    from tests.servers.databases import PostgresqlDatabases

    return PostgresqlDatabases.of(test_run)


@pytest.fixture(scope="session")
def redis_url(test_run: TestRun) -> Iterator[str]:
    """A Redis that others use too: nothing in it may be taken for one's own but by its name."""
    from tests.servers.redis import shared_redis

    with shared_redis(test_run) as url:
        yield url


@pytest.fixture
def redis(test_run: TestRun) -> "Iterator[RedisServer]":
    """A Redis of one's own, to be stopped and started."""
    from tests.servers.redis import RedisServer

    with RedisServer.started(test_run) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest) -> "Databases":
    databases: Databases = request.getfixturevalue(request.param)
    return databases


@pytest.fixture
async def sqlite_url(sqlite: "SqliteFiles") -> AsyncIterator[str]:
    """An empty database."""
    async with sqlite.empty() as url:
        yield url


@pytest.fixture
async def postgresql_url(postgresql: "PostgresqlDatabases") -> AsyncIterator[str]:
    """An empty database."""
    async with postgresql.empty() as url:
        yield url


@pytest.fixture
async def database_url(databases: "Databases") -> AsyncIterator[str]:
    """An empty database, of each kind in turn."""
    async with databases.empty() as url:
        yield url


@pytest.fixture
async def migrated_url(databases: "Databases") -> AsyncIterator[str]:
    """A database with all tables and no rows, of each kind in turn."""
    async with databases.migrated() as url:
        yield url


@pytest.fixture
async def database(migrated_url: str) -> "AsyncIterator[Database]":
    """A database with all tables and no rows, opened, of each kind in turn."""
    from watchlist_sql.database import open_database

    database = await open_database(migrated_url)
    try:
        yield database
    finally:
        await database.close()


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
async def store(request: pytest.FixtureRequest) -> "AsyncIterator[Store]":
    """Every adapter of the core's ports that this repository has, empty, in turn."""
    if request.param == "memory":
        from watchlist_core.testing import MemoryStore

        yield MemoryStore()
        return

    from watchlist_sql.store import SqlStore

    databases: Databases = request.getfixturevalue(request.param)
    async with databases.migrated() as url:
        store = await SqlStore.open(url)
        try:
            yield store
        finally:
            await store.close()
