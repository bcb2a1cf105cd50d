import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, TypeAlias

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from watchlist_http.health import Health, NotReady

Start: TypeAlias = Callable[..., Awaitable[TestClient[web.Request, web.Application]]]

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Database:
    """Answers as it is told to, and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.answers: Callable[[], Awaitable[bool]] = self.well

    async def __call__(self) -> bool:
        self.asked += 1
        return await self.answers()

    async def well(self) -> bool:
        return True

    async def foreign(self) -> bool:
        return False

    async def broken(self) -> bool:
        raise ConnectionError

    async def silent(self) -> bool:
        await asyncio.Event().wait()
        raise AssertionError


@pytest.fixture
def database() -> Database:
    return Database()


async def test_a_server_that_can_serve_says_so(start: Start, database: Database) -> None:
    client = await start(ready=database, version="1.2.3")

    response = await client.get("/health")

    told = await response.json()
    assert (response.status, response.headers["Cache-Control"]) == (200, "no-store")
    assert (told["status"], told["version"]) == ("ready", "1.2.3")
    assert datetime.fromisoformat(told["timestamp"]).utcoffset() is not None


@pytest.mark.parametrize("trouble", ["foreign", "broken"])
async def test_a_server_that_cannot_says_so_with_a_problem(
    start: Start, database: Database, trouble: str
) -> None:
    database.answers = getattr(database, trouble)
    client = await start(ready=database)

    response = await client.get("/health")

    problem = await response.json()
    assert (response.status, problem["code"]) == (503, "not-ready")
    assert response.headers["Retry-After"] == "1"


async def test_a_process_lives_whatever_is_out_of_order(start: Start, database: Database) -> None:
    database.answers = database.silent
    client = await start(ready=database, version="1.2.3")

    response = await client.get("/health/live")

    told: dict[str, Any] = await response.json()
    assert (response.status, told["status"], told["version"]) == (200, "alive", "1.2.3")
    assert database.asked == 0


async def test_health_is_told_under_a_prefix_and_to_head(start: Start, database: Database) -> None:
    client = await start(mounted="/movies", ready=database)

    response = await client.head("/movies/health")

    assert (response.status, await response.read()) == (200, b"")


async def test_all_who_ask_at_once_get_one_answer(database: Database) -> None:
    health = Health(database, "1.2.3", clock=lambda: NOON)

    reports = await asyncio.gather(*(health.ready() for _ in range(20)))

    assert (database.asked, len(set(reports))) == (1, 1)


async def test_an_answer_is_kept_for_its_time(database: Database) -> None:
    health = Health(database, "1.2.3", kept_for=60)

    await health.ready()
    await health.ready()

    assert database.asked == 1


async def test_an_answer_is_not_kept_for_longer(database: Database) -> None:
    health = Health(database, "1.2.3", kept_for=0)
    database.answers = database.foreign
    with pytest.raises(NotReady):
        await health.ready()
    database.answers = database.well

    report = await health.ready()

    assert (report.status, database.asked) == ("ready", 2)


async def test_who_does_not_answer_in_time_is_not_ready(database: Database) -> None:
    health = Health(database, "1.2.3", patience=0.01)
    database.answers = database.silent

    async with asyncio.timeout(5):
        with pytest.raises(NotReady):
            await health.ready()


async def test_one_who_leaves_takes_nothing_from_the_others(database: Database) -> None:
    answer = asyncio.Event()

    async def slow() -> bool:
        await answer.wait()
        return True

    database.answers = slow
    health = Health(database, "1.2.3")
    first, second = (asyncio.create_task(health.ready()) for _ in range(2))
    await asyncio.sleep(0)

    first.cancel()
    answer.set()

    assert (await second).status == "ready"
    assert database.asked == 1


async def test_asking_ends_with_the_server(database: Database) -> None:
    health = Health(database, "1.2.3", patience=60)
    database.answers = database.silent
    asking = asyncio.create_task(health.ready())
    await asyncio.sleep(0)

    await health.close(web.Application())

    with pytest.raises(asyncio.CancelledError):
        await asking


async def test_a_server_that_was_never_asked_ends_too(database: Database) -> None:
    await Health(database, "1.2.3").close(web.Application())

    assert database.asked == 0
