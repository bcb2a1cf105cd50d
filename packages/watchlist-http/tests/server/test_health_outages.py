"""What whoever looks after a server is told while its database does not answer."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any

import pytest
from aiohttp import ClientSession
from attrs import define, field, frozen
from sqlalchemy import make_url, text

from tests.servers.databases import PostgresqlDatabases
from tests.servers.watchlist import KEY, Start, signed_in
from watchlist_core.auth import AddAccount, Role
from watchlist_core.ids import Uuid7
from watchlist_core.work import now
from watchlist_sql.store import SqlStore

SOON = 25.0
"""Seconds: a read that hangs takes thirty; four are enough where the machine does nothing else."""


@define
class Way:
    """The way to a database server, which may be blocked so that nothing comes through, or end."""

    url: str
    """Of the database itself."""
    _open: asyncio.Event = field(factory=asyncio.Event)
    _writers: list[StreamWriter] = field(factory=list)
    _server: asyncio.Server | None = None

    @asynccontextmanager
    async def passable(self) -> AsyncIterator[str]:
        """Give the URL that leads over it."""
        self._open.set()
        self._server = await asyncio.start_server(self._lead, "127.0.0.1")
        port = self._server.sockets[0].getsockname()[1]
        try:
            through = make_url(self.url).set(host="127.0.0.1", port=port)
            yield through.render_as_string(hide_password=False)
        finally:
            self._open.set()
            self.end()

    def block(self) -> None:
        self._open.clear()

    def free(self) -> None:
        self._open.set()

    def end(self) -> None:
        """Let nobody in any more, and break off who is on it."""
        assert self._server
        self._server.close()
        for writer in self._writers:
            writer.close()

    async def _lead(self, reader: StreamReader, writer: StreamWriter) -> None:
        there = make_url(self.url)
        there_reader, there_writer = await asyncio.open_connection(there.host, there.port)
        self._writers += [writer, there_writer]
        await asyncio.gather(self._pass(reader, there_writer), self._pass(there_reader, writer))

    async def _pass(self, reader: StreamReader, writer: StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                await self._open.wait()
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()


@frozen
class Asked:
    """A server, and tokens that it has not seen yet."""

    client: ClientSession
    admin: str
    user: str

    async def detailed(self, token: str = "") -> tuple[int, dict[str, Any]]:
        shown = {"Authorization": f"Bearer {token}"} if token else {}
        async with self.client.get("/health/detailed", headers=shown) as answer:
            return answer.status, await answer.json(content_type=None)

    async def named(self, token: str) -> set[tuple[str, str]]:
        """Return what is named as down, of whatever is told instead of a report."""
        started = monotonic()
        status, problem = await self.detailed(token)
        assert (status, problem["code"]) == (503, "component-down")
        assert monotonic() - started < SOON
        return {(one["name"], one["state"]) for one in problem["components"]}


@asynccontextmanager
async def asked(serve: Start, url: str, through: str) -> AsyncIterator[Asked]:
    """Give a server on the database of *url*, which it reaches *through* another one."""
    store = await SqlStore.open(url)
    try:
        add = AddAccount(store.begin, now, Uuid7())
        people = [await add("oracle", Role.ADMIN), await add("trinity")]
        admin, user = [await signed_in(store, one.id, KEY) for one in people]
    finally:
        await store.close()
    server = await serve(database_url=through, auth_secret_keys=KEY)
    async with ClientSession(server.url) as client:
        yield Asked(client, admin, user)
    assert await server.stop() == 0


@pytest.fixture
async def way(postgresql: PostgresqlDatabases) -> AsyncIterator[Way]:
    async with postgresql.migrated() as url:
        yield Way(url)


@pytest.mark.parametrize("whom", ["admin", "user"])
async def test_a_database_that_hangs_is_named_within_a_few_seconds(
    serve: Start, way: Way, whom: str
) -> None:
    async with way.passable() as through, asked(serve, way.url, through) as server:
        way.block()
        named = await asyncio.gather(*[server.named(getattr(server, whom)) for _ in range(8)])
        way.free()

        # Nobody can be told apart from an admin: all are told the same, and no more than needed.
        assert named == [{("database", "down"), ("migrations", "down")}] * 8
        status, report = await server.detailed(server.admin)
        assert (status, report["status"]) == (200, "ready")


async def test_a_database_that_is_gone_is_named(serve: Start, way: Way) -> None:
    async with way.passable() as through, asked(serve, way.url, through) as server:
        way.end()

        assert await server.named(server.admin) == {("database", "down"), ("migrations", "down")}
        for token in ("", f"{server.admin[:-3]}AAA"):
            assert (await server.detailed(token))[0] == 401


async def test_tables_that_are_gone_are_named(serve: Start, migrated_url: str) -> None:
    async with asked(serve, migrated_url, migrated_url) as server:
        store = await SqlStore.open(migrated_url)
        async with store.database.writing() as connection:
            await connection.execute(text("ALTER TABLE sessions RENAME TO sessions_of_others"))
            await connection.execute(text("DROP TABLE watchlist_version"))
            await connection.commit()
        await store.close()

        assert await server.named(server.admin) == {("migrations", "down")}
