"""Who asks too often waits, and everybody is told how he stands."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from attrs import define, frozen
from hypothesis import given
from hypothesis import strategies as st

from watchlist_http.api import CAPABILITIES
from watchlist_http.openapi import document
from watchlist_http.quotas import Quota
from watchlist_http.rate_counts import MemoryCounts
from watchlist_http.rate_limits import Policy, RateLimits, Standing
from watchlist_http.routing import Routes

Client: TypeAlias = TestClient[web.Request, web.Application]
Start: TypeAlias = Callable[..., Awaitable[Client]]
Signature: TypeAlias = Any
SignIn: TypeAlias = Callable[..., Awaitable[Signature]]

NOON: Final = 1_795_176_000.0
"""A whole hour, so that windows begin with it."""


@define
class Seconds:
    at: float = NOON

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


def limits(seconds: Seconds, **quotas: Sequence[Quota]) -> RateLimits:
    return RateLimits(
        {Policy[name.upper()]: given for name, given in quotas.items()}, clock=seconds
    )


async def test_who_asks_too_often_is_refused_and_told_when_to_come_again(
    start: Start, user: Signature, seconds: Seconds
) -> None:
    client = await start(limits=limits(seconds, default=[Quota(2, 60)]))
    seconds.at += 20

    first, second, third = [
        await client.get("/api/v1/auth/me", headers=user.headers) for _ in range(3)
    ]

    assert [first.status, second.status, third.status] == [200, 200, 429]
    assert [one.headers["RateLimit-Policy"] for one in (first, third)] == ['"default";q=2;w=60'] * 2
    told = [one.headers["RateLimit"] for one in (first, second, third)]
    assert told == ['"default";r=1;t=40', '"default";r=0;t=40', '"default";r=0;t=41']
    assert third.headers["Retry-After"] == "41"
    problem = await third.json()
    assert (problem["code"], problem["retry_after"]) == ("rate-limited", 41)


async def test_who_waits_as_long_as_he_is_told_is_let_in(
    start: Start, user: Signature, seconds: Seconds
) -> None:
    client = await start(limits=limits(seconds, default=[Quota(3, 60)]))

    async def statuses(times: int) -> list[int]:
        answers = [await client.get("/api/v1/auth/me", headers=user.headers) for _ in range(times)]
        waits.append(int(answers[-1].headers.get("Retry-After", 0)))
        return [answer.status for answer in answers]

    waits: list[int] = []
    assert await statuses(4) == [200, 200, 200, 429]
    seconds.at += waits[-1] - 1
    assert await statuses(1) == [429]
    seconds.at += 1
    assert await statuses(2) == [200, 429], "the window before still weighs"


async def test_the_end_of_a_window_does_not_double_what_is_allowed(
    start: Start, user: Signature, seconds: Seconds
) -> None:
    client = await start(limits=limits(seconds, default=[Quota(10, 60)]))

    async def let_in() -> int:
        statuses = [
            (await client.get("/api/v1/auth/me", headers=user.headers)).status for _ in range(10)
        ]
        return statuses.count(200)

    seconds.at += 59
    before = await let_in()
    seconds.at += 2

    assert (before, await let_in()) == (10, 1), "a second of the stretch before is over"


async def test_everybody_is_counted_for_himself_wherever_he_is(
    start: Start, sign_in: SignIn, seconds: Seconds
) -> None:
    trinity, morpheus = await sign_in("trinity"), await sign_in("morpheus")
    client = await start(
        limits=limits(seconds, default=[Quota(2, 60)]), trusted_proxies=["127.0.0.1"]
    )

    async def status(who: Signature, address: str, path: str = "/api/v1/auth/me") -> int:
        headers = who.headers | {"X-Forwarded-For": address}
        return (await client.get(path, headers=headers)).status

    assert await status(trinity, "192.0.2.1") == 200
    assert await status(trinity, "192.0.2.2", "/api/v1/movies") == 200
    assert await status(trinity, "192.0.2.3") == 429
    assert await status(trinity, "192.0.2.1", "/api/v1/movies") == 429
    assert await status(morpheus, "192.0.2.1") == 200


async def test_who_is_not_signed_in_is_counted_by_his_address(
    start: Start, seconds: Seconds
) -> None:
    client = await start(
        limits=limits(seconds, default=[Quota(1, 60)]), trusted_proxies=["127.0.0.1"]
    )

    async def status(address: str) -> int:
        headers = {"X-Forwarded-For": address}
        return (await client.get("/api/v1/movies", headers=headers)).status

    assert await status("192.0.2.1") == 200
    assert await status("192.0.2.1") == 429
    assert await status("192.0.2.2") == 200


async def test_a_home_with_many_addresses_is_counted_as_one(start: Start, seconds: Seconds) -> None:
    client = await start(
        limits=limits(seconds, default=[Quota(2, 60)]), trusted_proxies=["127.0.0.1"]
    )

    async def status(address: str) -> int:
        headers = {"X-Forwarded-For": address}
        return (await client.get("/api/v1/movies", headers=headers)).status

    assert [await status(f"2001:db8:1:2::{number}") for number in (1, 2, 3)] == [200, 200, 429]
    assert await status("2001:db8:1:3::1") == 200
    assert [await status(f"::ffff:192.0.2.{number}") for number in (1, 1, 2)] == [200] * 3
    assert await status("192.0.2.1") == 429


async def test_who_guesses_tokens_is_counted_by_his_address(start: Start, seconds: Seconds) -> None:
    client = await start(limits=limits(seconds, default=[Quota(2, 60)]))

    answers = [
        await client.get("/api/v1/auth/me", headers={"Authorization": f"Bearer guessed-{number}"})
        for number in range(3)
    ]

    assert [one.status for one in answers] == [401, 401, 429]
    assert answers[0].headers["RateLimit"] == '"default";r=1;t=60'


async def test_a_wrong_token_is_no_reason_to_refuse_what_is_for_everybody(
    start: Start, seconds: Seconds
) -> None:
    client = await start(limits=limits(seconds, default=[Quota(2, 60)]))

    answer = await client.get("/api/v1/movies", headers={"Authorization": "Bearer wrong"})

    assert answer.status == 200


@pytest.mark.parametrize("path", ["/api/v1/auth/login", "/api/v1/auth/session"])
async def test_nobody_is_kept_out_by_who_tries_to_sign_in_as_him_elsewhere(
    start: Start, user: Signature, seconds: Seconds, path: str
) -> None:
    client = await start(
        limits=limits(seconds, sign_in=[Quota(2, 60)]), trusted_proxies=["127.0.0.1"]
    )

    async def tried(password: str, address: str) -> int:
        body = {"email": user.email, "password": password}
        answer = await client.post(path, json=body, headers={"X-Forwarded-For": address})
        return answer.status

    assert [await tried("Guess-1!", "192.0.2.1") for _ in range(3)] == [401, 401, 429]
    assert await tried(user.password, "192.0.2.2") < 300


async def test_mails_are_counted_by_whom_they_go_to_from_wherever_they_are_asked_for(
    start: Start, seconds: Seconds
) -> None:
    client = await start(limits=limits(seconds, mail=[Quota(2, 60)]), trusted_proxies=["127.0.0.1"])

    async def asked(email: str, address: str) -> int:
        headers = {"X-Forwarded-For": address}
        body = {"email": email}
        answer = await client.post("/api/v1/auth/password-reset", json=body, headers=headers)
        return answer.status

    assert await asked("niobe@example.org", "192.0.2.1") == 202
    assert await asked("Niobe@Example.org", "192.0.2.2") == 202
    assert await asked("niobe@example.org", "192.0.2.3") == 429
    assert await asked("another@example.org", "192.0.2.3") == 202


async def test_sign_ins_are_counted_by_address_to_whatever_account(
    start: Start, seconds: Seconds
) -> None:
    client = await start(limits=limits(seconds, sign_in=[Quota(2, 60)]))

    answers = [
        await client.post(
            "/api/v1/auth/login", json={"email": f"{number}@example.org", "password": "Guess-1!"}
        )
        for number in range(3)
    ]

    assert [one.status for one in answers] == [401, 401, 429]
    told = answers[0].headers
    assert told["RateLimit-Policy"] == '"sign-in";q=2;w=60'
    assert told["RateLimit"] == '"sign-in";r=1;t=60'


async def test_mails_are_counted_together_whatever_they_are_asked_for(
    start: Start, seconds: Seconds
) -> None:
    client = await start(limits=limits(seconds, mail=[Quota(3, 3600)]))
    whom = {"email": "niobe@example.org"}

    statuses = [
        (await client.post(f"/api/v1/auth/{path}", json=body)).status
        for path, body in [
            ("register", whom | {"password": "Follow-the-rabbit-42!"}),
            ("activation", whom),
            ("password-reset", whom),
            ("password-reset", whom),
            ("refresh", {"refresh_token": "none"}),
        ]
    ]

    assert statuses == [201, 202, 202, 429, 401]


async def test_of_several_quotas_all_hold_and_each_is_told(
    start: Start, user: Signature, seconds: Seconds
) -> None:
    client = await start(limits=limits(seconds, default=[Quota(2, 1), Quota(3, 60)]))

    async def ask() -> int:
        answer = await client.get("/api/v1/auth/me", headers=user.headers)
        told.append(answer.headers["RateLimit"])
        return answer.status

    told: list[str] = []
    assert [await ask() for _ in range(3)] == [200, 200, 429]
    seconds.at += 2
    assert [await ask() for _ in range(2)] == [200, 429], "what was refused was not counted"
    assert told[0] == '"default-1";r=1;t=1, "default-60";r=2;t=60'


async def test_a_mounted_api_limits_too(start: Start, user: Signature, seconds: Seconds) -> None:
    client = await start(mounted="/films", limits=limits(seconds, default=[Quota(1, 60)]))

    answers = [await client.get("/films/api/v1/auth/me", headers=user.headers) for _ in range(2)]

    assert [one.status for one in answers] == [200, 429]
    assert all("RateLimit" in one.headers for one in answers)


async def test_health_is_never_limited(start: Start, seconds: Seconds) -> None:
    client = await start(limits=limits(seconds, default=[Quota(1, 60)]))

    answers = [await client.get(path) for path in ("/health", "/health/live") for _ in range(3)]

    assert [one.status for one in answers] == [200] * 6
    assert not any("RateLimit" in one.headers for one in answers)


async def test_unless_somebody_says_how_often_nobody_is_limited(
    client: Client, user: Signature
) -> None:
    answers = [await client.get("/api/v1/auth/me", headers=user.headers) for _ in range(30)]

    assert {one.status for one in answers} == {200}
    assert not any("RateLimit" in one.headers for one in answers)


async def test_what_is_counted_by_account_has_to_name_one(start: Start, seconds: Seconds) -> None:
    @frozen
    class Nobody:
        name: str

    routes = Routes("Nobody")

    @routes.post("/nobody", policy=Policy.MAIL)
    async def meet_nobody(body: Nobody) -> None:
        del body

    with pytest.raises(TypeError, match="meet_nobody"):
        await start([routes], limits=limits(seconds, mail=[Quota(1, 1)]))


def test_two_quotas_for_one_length_of_time_are_refused() -> None:
    with pytest.raises(ValueError, match="default has two quotas"):
        RateLimits({Policy.DEFAULT: [Quota(1, 60), Quota(2, 60)]})


def test_the_document_tells_of_limits_wherever_they_are_and_nowhere_else() -> None:
    paths: Mapping[str, Mapping[str, Any]] = document(CAPABILITIES)["paths"]

    for path, methods in paths.items():
        for operation in methods.values():
            (success,) = [
                answer for status, answer in operation["responses"].items() if status[:2] == "20"
            ]
            is_limited = path.startswith("/api/v1/")
            assert ("429" in operation["responses"]) == is_limited, path
            assert ({"RateLimit", "RateLimit-Policy"} <= success["headers"].keys()) == is_limited


async def test_counts_in_memory_forget_who_has_not_come_for_two_windows() -> None:
    counts = MemoryCounts()

    told = [await counts.add("neo", 60, number) for number in (1, 1, 2, 4, 5)]

    assert told == [(0, 1), (0, 2), (2, 1), (0, 1), (1, 1)]


async def test_counts_in_memory_do_not_grow_without_end() -> None:
    counts = MemoryCounts(most=2)

    told = [await counts.add(key, 60, 1) for key in ("neo", "trinity", "smith", "neo")]

    assert told == [(0, 1), (0, 1), None, (0, 2)]


async def test_who_cannot_be_counted_is_let_in(
    start: Start, sign_in: SignIn, seconds: Seconds
) -> None:
    neo, smith = await sign_in("neo"), await sign_in("smith")
    quotas = {Policy.DEFAULT: [Quota(1, 60)]}
    client = await start(limits=RateLimits(quotas, MemoryCounts(most=1), seconds))

    await client.get("/api/v1/auth/me", headers=neo.headers)
    answers = [await client.get("/api/v1/auth/me", headers=smith.headers) for _ in range(2)]

    assert [one.status for one in answers] == [200, 200]
    assert "RateLimit" not in answers[0].headers


@given(
    amount=st.integers(1, 50),
    length=st.integers(1, 90),
    before=st.integers(0, 50),
    count=st.integers(1, 60),
    into=st.floats(0, 1, exclude_max=True),
)
def test_nobody_is_told_to_wait_too_short_a_time_nor_much_too_long(
    amount: int, length: int, before: int, count: int, into: float
) -> None:
    quota, at = Quota(amount, length), NOON - NOON % length + into * length
    before = min(before, amount)
    count = min(count, amount + 1)
    standing = Standing.of(quota, before, count, at)

    def is_refused(later: float) -> bool:
        passed = int(later // length) - int(at // length)
        windows = {0: (before, count), 1: (count - 1, 1)}
        return Standing.of(quota, *windows.get(passed, (0, 1)), later).is_over

    assert standing.remaining >= 0
    assert standing.reset >= 1
    if standing.is_over:
        assert not is_refused(at + standing.reset)
        assert is_refused(max(at, at + standing.reset - 1.001))
