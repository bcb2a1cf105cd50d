"""What is told of limits is true: it counts down, and who waits as long as he is told is let in."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, Final, TypeAlias
from uuid import uuid4

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient
from attrs import define

from watchlist_http.quotas import Quota
from watchlist_http.rate_counts import Counts, MemoryCounts
from watchlist_http.rate_limits import Policy, RateLimits
from watchlist_http.server.outbound.limits.redis_counts import RedisCounts

Client: TypeAlias = TestClient[web.Request, web.Application]
Ask: TypeAlias = Callable[[], Awaitable[ClientResponse]]

HOUR_ON_THE_HOUR: Final = 1_795_176_000.0
AMOUNT: Final = 3
STANDING: Final = re.compile(r'"([\w-]+)";r=(-?\d+);t=(-?\d+)')


@define
class Seconds:
    at: float = HOUR_ON_THE_HOUR

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture(params=["memory", "redis"])
async def counts(request: pytest.FixtureRequest) -> AsyncIterator[Counts]:
    if request.param == "memory":
        yield MemoryCounts()
        return
    counts = RedisCounts.at(request.getfixturevalue("redis_url"))
    yield counts
    await counts.close()


@pytest.fixture
async def client(start: Any, counts: Counts, seconds: Seconds) -> Client:
    quotas = {policy: [Quota(AMOUNT, 60)] for policy in Policy}
    limits = RateLimits(quotas, counts, clock=seconds)
    client: Client = await start(limits=limits, trusted_proxies=["127.0.0.1"])
    return client


def new_address() -> Mapping[str, str]:
    """Return headers of somebody from where nobody has come before, in Redis either."""
    digits = uuid4().hex
    return {"X-Forwarded-For": f"2001:db8:{digits[:4]}:{digits[4:8]}::1"}


@pytest.fixture
def ways(client: Client, user: Any) -> Mapping[str, Ask]:
    """All ways to be counted: each asks for the same again."""
    address, name = new_address(), f"{uuid4().hex}@example.org"

    async def by_account() -> ClientResponse:
        return await client.get("/api/v1/auth/me", headers=user.headers | new_address())

    async def by_address() -> ClientResponse:
        return await client.get("/api/v1/movies", headers=address)

    async def by_sign_ins() -> ClientResponse:
        body = {"email": user.email, "password": user.password}
        return await client.post("/api/v1/auth/login", json=body, headers=address)

    async def by_mails() -> ClientResponse:
        body = {"email": name}
        return await client.post("/api/v1/auth/password-reset", json=body, headers=new_address())

    return {
        "by account": by_account,
        "by address": by_address,
        "by sign-ins": by_sign_ins,
        "by mails to somebody": by_mails,
    }


WAYS: Final = ("by account", "by address", "by sign-ins", "by mails to somebody")


def standing(answer: ClientResponse) -> tuple[int, int]:
    """Return what remains, and the seconds until there is more, of the quota that is nearest."""
    told = STANDING.findall(answer.headers["RateLimit"])
    assert told
    return min((int(remaining), int(reset)) for _, remaining, reset in told)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("into", [0.0, 0.4, 29.7, 59.0, 59.999])
async def test_who_asks_counts_down_to_nothing_and_is_let_in_when_he_is_told(
    ways: Mapping[str, Ask], seconds: Seconds, way: str, into: float
) -> None:
    seconds.at += into
    ask = ways[way]

    let_in = [await ask() for _ in range(AMOUNT)]
    refused = [await ask() for _ in range(2)]

    assert [one.ok for one in let_in] == [True] * AMOUNT
    assert [standing(one)[0] for one in let_in] == list(range(AMOUNT))[::-1]
    assert [one.status for one in refused] == [429, 429]
    assert [standing(one)[0] for one in refused] == [0, 0]
    assert all(standing(one)[1] >= 1 for one in (*let_in, *refused))
    waits = [int(one.headers["Retry-After"]) for one in refused]
    assert waits[0] == waits[1] == (await refused[0].json(content_type=None))["retry_after"]
    assert 1 <= waits[0] <= 2 * 60
    seconds.at += waits[0] - 1
    assert (await ask()).status == 429
    seconds.at += 1
    assert (await ask()).ok


async def test_each_way_is_counted_for_itself(ways: Mapping[str, Ask]) -> None:
    for ask in ways.values():
        told = [(await ask()).status for _ in range(AMOUNT + 1)]

        assert [status < 300 for status in told] == [True] * AMOUNT + [False]
        assert told[-1] == 429


async def test_who_stays_below_what_is_allowed_is_never_refused(
    ways: Mapping[str, Ask], seconds: Seconds
) -> None:
    ask = ways["by account"]

    for _ in range(40):
        assert (await ask()).ok
        seconds.at += 60 / AMOUNT + 0.1
