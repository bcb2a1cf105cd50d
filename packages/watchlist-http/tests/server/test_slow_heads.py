"""Who sends half a head and then nothing does not keep a connection."""

import asyncio
import socket
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from attrs import frozen

from tests.servers.watchlist import KEY, PATIENCE
from watchlist_http.server.auth_settings import AuthSettings
from watchlist_http.server.listening import bound_socket
from watchlist_http.server.secret import DatabaseUrl, SecretKeys
from watchlist_http.server.serving import serve
from watchlist_http.server.settings import (
    DatabaseSettings,
    Environment,
    LogSettings,
    Settings,
)
from watchlist_http.server.slow_heads import SlowHeads

WHOLE = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"
PARTS = [b"", b"G", b"GET / HTTP/1.1\r\nHost: he"]


@frozen
class Served:
    port: int
    go_on: asyncio.Event

    async def connected(self) -> tuple[StreamReader, StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def is_ended(self, sent: bytes) -> None:
        """Send this much and nothing more, and wait for the end."""
        reader, writer = await self.connected()
        writer.write(sent)
        await ended(reader)
        writer.close()


async def ended(reader: StreamReader) -> None:
    async with asyncio.timeout(PATIENCE):
        assert await reader.read() == b""


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    go_on = asyncio.Event()

    async def answer(_: web.Request) -> web.Response:
        await go_on.wait()
        return web.Response(text="here")

    heads = SlowHeads(longest=0.05)
    application = web.Application(middlewares=[heads.around])
    application.router.add_route("*", "/", answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    with bound_socket("127.0.0.1", 0) as listener:
        server = await asyncio.get_running_loop().create_server(
            heads.connections(runner), sock=listener
        )
        yield Served(listener.getsockname()[1], go_on)
        server.close()
        await runner.cleanup()


@pytest.mark.parametrize("sent", PARTS)
async def test_a_connection_without_a_whole_head_is_ended(served: Served, sent: bytes) -> None:
    await served.is_ended(sent)


@pytest.mark.parametrize("sent", PARTS[1:])
async def test_so_is_one_whose_second_head_does_not_come(served: Served, sent: bytes) -> None:
    served.go_on.set()
    reader, writer = await served.connected()
    writer.write(WHOLE)
    assert (await reader.readuntil(b"here")).startswith(b"HTTP/1.1 200")

    writer.write(sent)

    await ended(reader)
    writer.close()


async def test_who_waits_for_an_answer_keeps_the_connection(served: Served) -> None:
    reader, writer = await served.connected()
    writer.write(WHOLE)
    await served.is_ended(b"G")  # which takes longer than a head may
    served.go_on.set()

    assert (await reader.readuntil(b"here")).startswith(b"HTTP/1.1 200")
    writer.close()


async def test_who_rests_between_two_requests_keeps_the_connection(served: Served) -> None:
    served.go_on.set()
    reader, writer = await served.connected()
    writer.write(WHOLE)
    await reader.readuntil(b"here")
    await served.is_ended(b"G")

    writer.write(WHOLE)

    assert (await reader.readuntil(b"here")).startswith(b"HTTP/1.1 200")
    writer.close()


async def test_the_server_watches_its_connections(sqlite_url: str) -> None:
    settings = Settings(
        environment=Environment.DEVELOPMENT,
        database=DatabaseSettings(url=DatabaseUrl(sqlite_url)),
        auth=AuthSettings(secret_keys=SecretKeys.parse(KEY)),
        log=LogSettings(requests=False),
    )
    stop, ready = asyncio.Event(), asyncio.Event()
    with bound_socket("127.0.0.1", 0) as listener:
        serving = asyncio.create_task(
            serve(listener, settings, stop, on_ready=lambda _: ready.set(), heads=SlowHeads(0.05))
        )
        await ready.wait()

        await Served(port_of(listener), ready).is_ended(b"GET")

        stop.set()
        await serving


def port_of(listener: socket.socket) -> int:
    port: int = listener.getsockname()[1]
    return port
