"""Another process holds SQLite's write lock, such as an import beside a server."""

import asyncio
import sqlite3
from asyncio import create_task
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

from aiohttp import ClientSession

from tests.servers.watchlist import House, Start


@asynccontextmanager
async def locked(house: House) -> AsyncIterator[None]:
    """Hold the write lock of the file, which the server of another process shares."""
    file = house.url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


async def longest_read(client: ClientSession, house: House) -> float:
    """Read for a second, and return how many seconds one answer took at most."""
    clock = asyncio.get_running_loop().time
    longest, end = 0.0, clock() + 1
    while clock() < end:
        before = clock()
        answer = await client.get(f"/api/v1/movies/{house.movies[0]}")
        assert answer.status == 200
        longest = max(longest, clock() - before)
    return longest


async def test_readers_do_not_wait_and_a_writer_gets_through(
    serve: Start, sqlite_house: House
) -> None:
    server = await serve(**sqlite_house.settings)
    async with sqlite_house.client(server, sqlite_house.accounts[0]) as client:
        watch = {"movie_id": str(sqlite_house.movies[0])}
        longest = 1.0
        for _ in range(10):
            async with locked(sqlite_house):
                writer = create_task(client.post("/api/v1/watches", json=watch))
                longest = await longest_read(client, sqlite_house)
                assert not writer.done()
            assert (await writer).status == 201
            # Who waits inside SQLite is late each time; a machine that is busy otherwise is not.
            if longest < 0.05:
                break

    assert longest < 0.05


async def test_a_writer_is_told_when_to_come_again(serve: Start, sqlite_house: House) -> None:
    server = await serve(**sqlite_house.settings)
    async with sqlite_house.client(server, sqlite_house.accounts[0]) as client:
        watch = {"movie_id": str(sqlite_house.movies[0])}
        async with locked(sqlite_house), asyncio.timeout(10):  # it is patient for five seconds
            refused = await client.post("/api/v1/watches", json=watch)
        taken = await client.post("/api/v1/watches", json=watch)

        assert (refused.status, refused.headers["Retry-After"]) == (503, "1")
        assert (await refused.json())["code"] == "busy"
        assert taken.status == 201
