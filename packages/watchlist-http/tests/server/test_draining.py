"""What runs when a server is told to stop is finished, and what is on its way is answered."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from attrs import define

from watchlist_http.server.draining import Drain

REQUEST = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"


@define
class Served:
    """An application that answers on a port of this machine."""

    drain: Drain
    runner: web.AppRunner
    port: int

    async def stop(self) -> int:
        """Stop as a server does, and return how many requests were not finished."""
        unfinished = await self.drain(self.runner, 10)
        await self.runner.cleanup()
        return unfinished

    async def connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Return a connection whose first request was answered."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(REQUEST)
        assert (await reader.readuntil(b"here")).startswith(b"HTTP/1.1 200")
        return reader, writer


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(text="here")

    drain = Drain()
    application = web.Application(middlewares=[drain.around])
    application.router.add_get("/", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    _, port = runner.addresses[0]
    yield Served(drain, runner, port)
    await runner.cleanup()


async def test_a_request_that_is_on_its_way_is_answered(served: Served) -> None:
    reader, writer = await served.connected()

    writer.write(REQUEST)  # is not read before this task waits for something
    unfinished = await served.stop()

    answer = await reader.read()
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"Connection: close" in answer
    assert unfinished == 0
    writer.close()


async def test_a_connection_that_waits_for_its_next_request_is_closed(served: Served) -> None:
    reader, writer = await served.connected()

    unfinished = await served.stop()

    assert (await reader.read(), unfinished) == (b"", 0)
    writer.close()
