"""One server, from its start to its end."""

import asyncio
import json
import re
import signal
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from aiohttp import ClientSession

from tests.servers.watchlist import KEY, PATIENCE, House, Running, Start
from tests.transcripts import Terminal

TOKEN = r"TOKEN=(\S+)"  # noqa: S105  where it stands in what is said
PRODUCTION = {
    "environment": "production",
    "auth_secret_keys": KEY,
    "http_public_url": "https://movies.example.org",
    "auth_require_activation": "false",
}


@asynccontextmanager
async def connection(server: Running) -> AsyncIterator[tuple[StreamReader, StreamWriter]]:
    address = urlsplit(server.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        yield reader, writer
    finally:
        writer.close()


@asynccontextmanager
async def begun_request(server: Running) -> AsyncIterator[tuple[StreamReader, StreamWriter]]:
    """Begin a request that is being answered, but whose body has not come."""
    token = (await server.says(TOKEN))[0][1]
    async with connection(server) as (reader, writer):
        writer.write(
            f"PUT /api/v1/movies/{UUID(int=0)}/rating HTTP/1.1\r\nHost: here\r\n"
            f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
            f"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n".encode()
        )
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        yield reader, writer


async def refuses_connections(server: Running) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                async with connection(server):
                    pass
            except ConnectionError:
                return


async def test_a_demonstration_is_one_command_away(serve: Start, tmp_path: Path) -> None:
    server = await serve("--demo")
    token = (await server.says(TOKEN))[0][1]

    async with ClientSession(server.url) as client:
        health = await client.get("/health")
        found = await client.get("/api/v1/movies", params={"title": "metropolis"})
        movie = (await found.json())["items"][0]["id"]
        rated = await client.put(
            f"/api/v1/movies/{movie}/rating",
            json={"stars": 4.5},
            headers={"Authorization": f"Bearer {token}"},
        )

    assert (health.status, found.status, rated.status) == (200, 200, 200)
    assert (tmp_path / "data" / "demonstration.db").exists()
    assert await server.stop() == 0


async def test_a_database_of_somebody_is_no_place_for_a_demonstration(
    run: Start, sqlite_house: House
) -> None:
    server = await run("serve", "--demo", "--port=0", **sqlite_house.settings)

    assert await server.ended() == 1
    assert server.output == (
        f"Error: {sqlite_house.url} has movies or accounts of its own, to which --demo adds "
        "nothing: start without --demo, or name an empty database\n"
    )


async def test_what_a_demonstration_says_to_type_can_be_typed(serve: Start, tmp_path: Path) -> None:
    server = await serve("--demo")
    await server.says("Ctrl-C ends it")
    token = server.told(TOKEN)[0][1]
    commands = re.findall(r"^  (curl .*)$", server.output.replace("\\\n", ""), re.MULTILINE)
    terminal = Terminal(tmp_path, variables={"TOKEN": token})

    found = json.loads(await terminal.type(commands[0]))
    movie = found["items"][0]["id"]
    rated = json.loads(await terminal.type(commands[1].replace("/ID/", f"/{movie}/")))

    assert rated["rating_count"] == 3


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_what_runs_when_it_is_told_to_stop_is_finished_first(
    serve: Start, number: signal.Signals
) -> None:
    server = await serve("--demo")
    async with begun_request(server) as (reader, writer):
        server.process.send_signal(number)
        await refuses_connections(server)
        writer.write(b"{}")

        assert (await reader.readline()).startswith(b"HTTP/1.1 422 ")
        assert await server.ended() == 0


async def test_a_connection_that_waits_for_its_next_request_delays_nothing(serve: Start) -> None:
    server = await serve()
    async with connection(server) as (reader, writer):
        writer.write(b"GET /health HTTP/1.1\r\nHost: here\r\n\r\n")
        await reader.readuntil(b"}")

        code = await server.stop()

        assert code == 0
        assert await reader.read() == b""


async def test_a_request_does_not_get_more_than_its_grace(serve: Start) -> None:
    server = await serve("--demo", http_grace="0.2")

    async with begun_request(server):
        assert await server.stop() == 0

    assert server.told("stopped without finishing all requests.* unfinished=1")


async def test_who_is_told_twice_ends_at_once(serve: Start) -> None:
    server = await serve("--demo", http_grace="3600")

    async with begun_request(server):
        server.process.send_signal(signal.SIGTERM)
        await refuses_connections(server)

        assert await server.stop(signal.SIGTERM) == -signal.SIGTERM


async def test_a_second_start_finds_what_the_first_kept(serve: Start, house: House) -> None:
    account, movie = house.accounts[0], house.movies[0]
    first = await serve(**house.settings)
    async with house.client(first, account) as client:
        await client.post("/api/v1/watches", json={"movie_id": str(movie)})
        rated = await client.put(f"/api/v1/movies/{movie}/rating", json={"stars": 4.5})
        assert rated.status == 200, await rated.text()
    assert await first.stop() == 0

    second = await serve(**house.settings)

    async with house.client(second, account) as client:
        shown = await (await client.get(f"/api/v1/movies/{movie}")).json()
    assert (shown["rating_count"], shown["average_rating"]) == (1, 4.5)


async def test_production_says_in_json_what_it_does(serve: Start) -> None:
    server = await serve(**PRODUCTION)

    async with ClientSession(server.url) as client:
        await client.get("/health", headers={"X-Request-ID": "mine"})
    await server.stop()

    told = [json.loads(line) for line in server.lines]
    events = {line["event"]: line for line in told}
    assert events.keys() == {"serving", "request", "stopping", "stopped"}
    assert events["serving"]["address"] == server.url
    assert events["request"]["request_id"] == "mine"
    assert KEY not in server.output


async def test_the_request_log_can_be_off(serve: Start) -> None:
    server = await serve(**PRODUCTION, log_requests="no")

    async with ClientSession(server.url) as client:
        await client.get("/health")
    await server.stop()

    assert not server.told('"event":"request"')
