"""Processes count together in a real Redis, and go on without it."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from aiohttp import ClientSession
from attrs import define
from structlog.testing import capture_logs

from tests.servers.redis import NoRedis, RedisServer, find_redis, pip_redis, shared_redis
from tests.servers.run import TestRun
from tests.servers.watchlist import KEY, House, Start, signed_in
from watchlist_core.auth import AddAccount, Role
from watchlist_core.ids import Uuid7
from watchlist_core.work import now
from watchlist_http.rate_counts import Counts, MemoryCounts
from watchlist_http.server.outbound.limits.redis_counts import RedisAway, RedisCounts
from watchlist_sql.store import SqlStore

SOMEBODY = "2001:db8::1"


@define
class Minutes:
    at: float = 0.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def who() -> str:
    """Somebody whom no other test knows."""
    return uuid4().hex


@pytest.fixture
def minutes() -> Minutes:
    return Minutes()


@pytest.fixture
async def counts(redis: RedisServer, minutes: Minutes) -> AsyncIterator[RedisCounts]:
    """Counts in a Redis that may be stopped."""
    counts = RedisCounts.at(redis.url)
    counts.clock = minutes
    yield counts
    await counts.close()


async def test_redis_and_memory_count_alike(redis_url: str, who: str) -> None:
    shared = RedisCounts.at(redis_url)

    async def told(counts: Counts) -> list[tuple[int, int] | None]:
        told = [await counts.add(who, 600, number) for number in (7, 7, 7)]
        await counts.take_back(who, 600, 7)
        return [*told, *[await counts.add(who, 600, number) for number in (7, 8, 8, 10, 11)]]

    try:
        assert await told(shared) == await told(MemoryCounts())
    finally:
        await shared.close()


async def test_what_is_counted_in_redis_does_not_stay(redis: RedisServer, who: str) -> None:
    from redis.asyncio import Redis  # noqa: PLC0415  named like the fixture

    counts = RedisCounts.at(redis.url)
    await counts.add(who, 60, 1)

    async with Redis.from_url(redis.url) as client:
        lives = [await client.ttl(key) for key in await client.keys("*")]
    await counts.close()

    assert lives in ([120], [119])


async def test_two_processes_share_a_limit(
    serve: Start, sqlite_house: House, redis_url: str
) -> None:
    settings = {"limits_default": "6 per hour", "limits_redis_url": redis_url}
    servers = [await serve(**sqlite_house.settings, **settings) for _ in range(2)]
    token = sqlite_house.tokens[sqlite_house.accounts[0]]

    async with ClientSession(headers={"Authorization": f"Bearer {token}"}) as client:
        statuses = [
            (await client.get(f"{servers[number % 2].url}/api/v1/movies")).status
            for number in range(8)
        ]

    assert statuses == [200] * 6 + [429] * 2


async def test_without_redis_requests_go_on_and_with_it_they_are_limited_again(
    serve: Start, sqlite_house: House, redis: RedisServer
) -> None:
    server = await serve(
        **sqlite_house.settings, limits_default="2 per hour", limits_redis_url=redis.url
    )
    token = sqlite_house.tokens[sqlite_house.accounts[0]]

    async with ClientSession(headers={"Authorization": f"Bearer {token}"}) as client:

        async def status() -> int:
            return (await client.get(f"{server.url}/api/v1/movies")).status

        assert [await status() for _ in range(3)] == [200, 200, 429]
        redis.stop()
        assert [await status() for _ in range(9)] == [200] * 9
        await server.says("requests are not limited")
        redis.start()
        # What stood in Redis is gone with it: the first that are counted are let in again.
        statuses = [await status()]
        while statuses[-1] == 200:
            statuses.append(await status())

    assert len(server.told("requests are not limited")) == 1


async def test_whether_limits_are_counted_is_told_and_no_reason_to_refuse_requests(
    serve: Start, redis: RedisServer, sqlite_url: str
) -> None:
    server = await serve(database_url=sqlite_url, auth_secret_keys=KEY, limits_redis_url=redis.url)
    store = await SqlStore.open(sqlite_url)
    admin = await AddAccount(store.begin, now, Uuid7())("oracle", Role.ADMIN)
    headers = {"Authorization": f"Bearer {await signed_in(store, admin.id, KEY)}"}
    await store.close()

    async def told(client: ClientSession) -> tuple[int, str, dict[str, Any]]:
        async with client.get("/health/detailed", headers=headers) as answer:
            report = await answer.json()
        (limits,) = [one for one in report["components"] if one["name"] == "rate-limits"]
        return answer.status, report["status"], limits

    async with ClientSession(server.url) as client:
        status, state, limits = await told(client)
        assert (status, state, limits["state"]) == (200, "ready", "up")
        redis.stop()
        status, state, limits = await told(client)
        assert (status, state, limits["state"]) == (200, "degraded", "down")
        assert not limits["is_needed"]


async def test_a_server_does_not_start_without_the_client_that_it_was_told_to_use(
    run: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    none = tmp_path / "nothing" / "redis"
    none.mkdir(parents=True)
    (none / "__init__.py").write_text("raise ModuleNotFoundError('no redis', name='redis')")
    monkeypatch.setenv("PYTHONPATH", str(none.parent), prepend=os.pathsep)

    for command in ("serve", "check"):
        refused = await run(command, limits_redis_url="redis://127.0.0.1:1/0")

        assert await refused.ended() == 1
        (told,) = refused.told("limits.redis_url needs a client")
        assert told.string.endswith("pip install 'watchlist-http[redis]'\n")
        assert "Traceback" not in refused.output


async def test_what_could_not_be_counted_is_told_once_a_minute(
    counts: RedisCounts, redis: RedisServer, minutes: Minutes, who: str
) -> None:
    redis.stop()

    with capture_logs() as logs:
        for minutes.at in (0, 0.5, 2, 59, 61, 62):
            assert await counts.add(who, 60, 1) is None
            await counts.take_back(who, 60, 1)

    assert counts.uncounted == 6
    assert [line["event"] for line in logs] == ["requests are not limited"] * 2


async def test_who_has_failed_to_reach_redis_leaves_it_alone_for_a_second(
    counts: RedisCounts, redis: RedisServer, minutes: Minutes, who: str
) -> None:
    redis.stop()
    assert await counts.add(who, 60, 1) is None
    redis.start()

    told = []
    for minutes.at in (0.9, 1.0):
        told.append(await counts.add(who, 60, 1))

    assert told == [None, (0, 1)]


async def test_a_redis_that_hangs_keeps_nobody_waiting(who: str) -> None:
    left = asyncio.Event()

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        left.set()

    async with await asyncio.start_server(hang, "127.0.0.1") as server:
        port = server.sockets[0].getsockname()[1]
        counts = RedisCounts.at(f"redis://127.0.0.1:{port}/0", patience=0.05)
        async with asyncio.timeout(5):
            assert await counts.add(who, 60, 1) is None
            await counts.close()
            await left.wait()

    assert counts.uncounted == 1


async def test_whether_redis_is_there_can_be_asked(counts: RedisCounts, redis: RedisServer) -> None:
    await counts.ask()
    redis.stop()

    with pytest.raises(RedisAway):
        await counts.ask()


def test_the_redis_of_a_wheel_does_where_the_system_has_none(test_run: TestRun) -> None:
    binary = find_redis({"PATH": ""})

    assert binary == pip_redis()
    with RedisServer.started(test_run, binary) as server:
        assert server.url.startswith("redis://127.0.0.1:")


def test_without_any_redis_the_tests_say_so() -> None:
    with pytest.raises(NoRedis, match="WATCHLIST_TEST_REDIS"):
        pip_redis("no_such_package_of_redis")


def test_a_redis_that_is_named_is_taken(tmp_path: Path) -> None:
    run = TestRun(tmp_path)

    with shared_redis(run, {"WATCHLIST_TEST_REDIS": "redis://named/7"}) as url:
        assert url == "redis://named/7"

    assert run.all_used == ["Redis: the one that WATCHLIST_TEST_REDIS names"]
