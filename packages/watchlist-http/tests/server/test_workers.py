"""Several processes on one socket, and what one must not lose for another."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from functools import partial
from typing import Any

import pytest
from aiohttp import ClientResponse, ClientSession
from attrs import define
from sqlalchemy import update
from structlog.testing import capture_logs

from tests.servers.watchlist import PATIENCE, House, Running, Start
from watchlist_http.server.auth_settings import AuthSettings
from watchlist_http.server.listening import bound_socket
from watchlist_http.server.secret import DatabaseUrl, SecretKeys
from watchlist_http.server.settings import (
    DatabaseSettings,
    Environment,
    HttpSettings,
    Settings,
)
from watchlist_http.server.workers import Workers
from watchlist_sql.schema import versions
from watchlist_sql.store import SqlStore

ANSWERS = r"a worker answers requests.* pid=(\d+)"


async def pids(server: Running, count: int) -> list[int]:
    """Wait until so many workers have answered requests since the start."""
    return [int(found[1]) for found in await server.says(ANSWERS, times=count)]


async def unless_busy(ask: Callable[[], Awaitable[ClientResponse]]) -> ClientResponse:
    """Ask again what was refused for want of time: on a machine with much to do some will be."""
    answer = await ask()
    for _ in range(20):
        if answer.status != 503:
            break
        answer = await ask()
    return answer


async def test_100_raters_of_one_movie_lose_nothing_in_two_processes(
    serve: Start, house: House
) -> None:
    server = await serve("--workers=2", **house.settings)
    await pids(server, 2)
    movie = house.movies[0]

    async def rate(number: int) -> None:
        async with house.client(server, house.accounts[number]) as client:
            watching = partial(client.post, "/api/v1/watches", json={"movie_id": str(movie)})
            assert (await unless_busy(watching)).status == 201
            stars = {"stars": 1 + number % 9 / 2}
            rating = partial(client.put, f"/api/v1/movies/{movie}/rating", json=stars)
            assert (await unless_busy(rating)).status == 200

    await asyncio.gather(*map(rate, range(100)))

    stars = [1 + number % 9 / 2 for number in range(100)]
    async with ClientSession(server.url) as client:
        shown = await (await client.get(f"/api/v1/movies/{movie}")).json()
    assert (shown["rating_count"], shown["average_rating"]) == (100, round(sum(stars) / 100, 2))
    assert await server.stop() == 0
    store = await SqlStore.open(house.url)
    events = await store.events()
    await store.close()
    assert (events.count("movie-watched"), events.count("movie-rated")) == (100, 100)


async def test_a_worker_that_dies_is_replaced(serve: Start, sqlite_house: House) -> None:
    server = await serve("--workers=2", **sqlite_house.settings)
    victim, other = await pids(server, 2)

    os.kill(victim, signal.SIGKILL)

    successor = (await pids(server, 3))[-1]
    assert len({victim, other, successor}) == 3
    await server.says(rf"a worker died .*exit_code=-9 .*pid={victim}")
    async with ClientSession(server.url) as client:
        assert (await client.get("/health")).status == 200
    assert await server.stop(signal.SIGINT) == 0


async def test_workers_end_when_nobody_looks_after_them(serve: Start, sqlite_house: House) -> None:
    server = await serve("--workers=2", **sqlite_house.settings)
    await pids(server, 2)

    server.process.kill()

    assert await server.ended() == -signal.SIGKILL  # they held its output open until they ended


async def test_who_is_told_twice_ends_at_once_with_all_workers(
    serve: Start, sqlite_house: House
) -> None:
    server = await serve("--workers=2", http_grace="3600", **sqlite_house.settings)
    for pid in await pids(server, 2):
        os.kill(pid, signal.SIGSTOP)  # none of them can end by itself

    server.process.send_signal(signal.SIGTERM)
    server.process.send_signal(signal.SIGINT)

    assert await server.ended() in {-signal.SIGTERM, -signal.SIGINT}


async def test_what_keeps_the_first_worker_from_starting_is_told_once(run: Start) -> None:
    server = await run("serve", "--workers=3", "--port=0", database_url="sqlite:////nowhere/a.db")

    assert await server.ended() == 1
    assert len(server.lines) == 1
    assert server.output.startswith("Error: the database sqlite:////nowhere/a.db cannot be opened")


@define
class Hired:
    """Workers that are looked after in this process, and what is told of them."""

    exit_code: "asyncio.Task[int]"
    logs: list[MutableMapping[str, Any]]

    async def pids(self) -> list[int]:
        """Return the processes of both workers once they answer requests."""
        async with asyncio.timeout(PATIENCE):
            while len(told := [log for log in self.logs if "answers requests" in log["event"]]) < 2:  # noqa: ASYNC110  it is told to a list
                await asyncio.sleep(0.01)
        return [log["pid"] for log in told]


@pytest.fixture
async def hire(sqlite_house: House) -> AsyncIterator[Callable[..., Hired]]:
    with capture_logs() as logs, bound_socket("127.0.0.1", 0) as listener:

        def start(*, grace: float = 20.0, **patience: Any) -> Hired:
            settings = Settings(
                environment=Environment.DEVELOPMENT,
                database=DatabaseSettings(url=DatabaseUrl(sqlite_house.url)),
                http=HttpSettings(workers=2, grace=grace),
                auth=AuthSettings(secret_keys=SecretKeys.parse("k" * 32)),
            )
            workers = Workers(listener, settings, **patience)
            return Hired(asyncio.create_task(workers()), logs)

        yield start


async def test_it_gives_up_when_no_worker_lives_long(
    hire: Callable[..., Hired], sqlite_house: House
) -> None:
    hired = hire(pause=0.001, soon=PATIENCE, deaths=1)
    victim, _ = await hired.pids()
    store = await SqlStore.open(sqlite_house.url)
    async with store.database.writing() as connection:
        await connection.execute(update(versions).values(version_num="9999"))
        await connection.commit()
    await store.close()

    os.kill(victim, signal.SIGKILL)

    assert await hired.exit_code == 1
    assert hired.logs[-1]["event"] == "workers do not live long: giving up"


async def test_a_worker_that_does_not_end_is_killed(hire: Callable[..., Hired]) -> None:
    hired = hire(grace=0.0, margin=1.0)
    victim, _ = await hired.pids()
    os.kill(victim, signal.SIGSTOP)

    os.kill(os.getpid(), signal.SIGTERM)

    assert await hired.exit_code == 1
    killed = [log["pid"] for log in hired.logs if log["event"].endswith("killing it")]
    assert victim in killed
