"""Databases of their own for tests: in files, and on the one PostgreSQL server of the run."""

import json
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, Final, Protocol, Self
from uuid import uuid4

import asyncpg  # type: ignore[import-untyped]  # it has types, but does not say so
from attrs import frozen
from sqlalchemy import make_url

from tests.servers.postgresql import NoPostgresql, PostgresqlServer, find_binaries
from tests.servers.run import TestRun
from watchlist_sql.database import open_database
from watchlist_sql.schema import migrate

__all__ = ["Databases", "PostgresqlDatabases", "SqliteFiles"]

NAMED: Final = "WATCHLIST_TEST_POSTGRES"
CAN_BE_TOLD: Final = 15
"""The first version that can be told how to copy a database."""


class Databases(Protocol):
    def empty(self) -> AbstractAsyncContextManager[str]:
        """Give the URL of a database in which there is nothing."""

    def migrated(self) -> AbstractAsyncContextManager[str]:
        """Give the URL of a database with all tables, and nothing in them."""


@frozen
class SqliteFiles:
    """A new file in *folder* for each."""

    run: TestRun
    folder: Path

    @asynccontextmanager
    async def empty(self) -> AsyncIterator[str]:
        yield self._url(self.folder / f"{uuid4().hex[:12]}.db")

    @asynccontextmanager
    async def migrated(self) -> AsyncIterator[str]:
        template = self.run.folder / "migrated.db"
        with self.run.alone("migrated.db"):
            if not template.exists():
                await _migrate(self._url(template))
        file = self.folder / f"{uuid4().hex[:12]}.db"
        shutil.copy(template, file)
        yield self._url(file)

    def _url(self, file: Path) -> str:
        self.run.used(f"SQLite {sqlite3.sqlite_version}", "of this Python")
        return f"sqlite:///{file}"


@frozen
class PostgresqlDatabases:
    """A new database on one server for each, dropped when it is left."""

    run: TestRun
    server: str
    origin: str
    is_own: bool
    """Whether the run has started it for itself."""

    @classmethod
    def of(cls, run: TestRun, environment: Mapping[str, str] = os.environ) -> Self:
        """Use the server that is named, or start one, unless another process of the run did.

        Raises:
            NoPostgresql: None is named, and there are no binaries to start one.
        """
        told = run.folder / "postgresql.json"
        with run.alone("postgresql"):
            if not told.exists():
                try:
                    told.write_text(json.dumps(_server_for(run, environment)))
                except NoPostgresql:
                    run.used("PostgreSQL", "none can be had")
                    raise
        return cls(run, **json.loads(told.read_text()))

    @asynccontextmanager
    async def empty(self) -> AsyncIterator[str]:
        async with self._copy_of("template0") as url:
            yield url

    @asynccontextmanager
    async def migrated(self) -> AsyncIterator[str]:
        template, is_there = f"{self._prefix}_migrated", self.run.folder / "migrated"
        with self.run.alone("migrated"):
            if not is_there.exists():
                await self._create(template, "template0")
                await _migrate(self._url(template))
                is_there.touch()
        async with self._copy_of(template) as url:
            yield url

    async def drop_all(self) -> None:
        """Drop what the run leaves behind, on a server that outlives it."""
        async with self._connected() as connection:
            names = await connection.fetch(
                "SELECT datname FROM pg_database WHERE starts_with(datname, $1)", self._prefix
            )
            for (name,) in names:
                await connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    @asynccontextmanager
    async def _copy_of(self, template: str) -> AsyncIterator[str]:
        name = f"{self._prefix}_{uuid4().hex[:12]}"
        await self._create(name, template)
        try:
            yield self._url(name)
        finally:
            async with self._connected() as connection:
                await connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    async def _create(self, name: str, template: str) -> None:
        async with self._connected() as connection:
            version = connection.get_server_version()
            # Half the time of the default where nothing waits for a disk.
            copied = "STRATEGY FILE_COPY" if self.is_own and version.major >= CAN_BE_TOLD else ""
            await connection.execute(
                f'CREATE DATABASE "{name}" TEMPLATE "{template}" ENCODING \'UTF8\' {copied}'
            )
        self.run.used(f"PostgreSQL {version.major}.{version.micro}", self.origin)

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[asyncpg.Connection]:
        connection = await asyncpg.connect(self.server)
        try:
            yield connection
        finally:
            await connection.close()

    @property
    def _prefix(self) -> str:
        return f"watchlist_{self.run.name}"

    def _url(self, name: str) -> str:
        url = make_url(self.server).set(database=name)
        return url.render_as_string(hide_password=False)


def _server_for(run: TestRun, environment: Mapping[str, str]) -> dict[str, Any]:
    if named := environment.get(NAMED):
        return {"server": named, "origin": f"named by {NAMED}", "is_own": False}
    binaries = find_binaries(run)
    server = PostgresqlServer.start_new(run, "postgresql", binaries)
    return {"server": server.url, "origin": binaries.origin, "is_own": True}


async def _migrate(url: str) -> None:
    database = await open_database(url)
    try:
        await migrate(database)
    finally:
        await database.close()
