"""Answers that are given again are whole answers, as if each had been made for who asks."""

import json
import zlib
from collections.abc import Awaitable, Callable, Collection
from typing import Any, Final, NamedTuple, TypeAlias

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from attrs import define, frozen

from tests.servers.promises import Json
from watchlist_core.auth import Identity
from watchlist_core.paging import Page, Total
from watchlist_http.answers import Answer
from watchlist_http.freshness import Kept
from watchlist_http.paging import Pagination, Paging
from watchlist_http.quotas import Quota
from watchlist_http.rate_limits import Policy, RateLimits
from watchlist_http.routing import Routes, Services

Start: TypeAlias = Callable[..., Awaitable[TestClient[web.Request, web.Application]]]

routes: Final = Routes("Numbers")
LIST: Final = "/api/v1/numbers"


class State(NamedTuple):
    catalogue: int = 1
    counters: int = 0


FIRST: Final = State()
PLAIN: Final = {"Accept-Encoding": "identity"}


@define
class Told:
    """A freshness that says what a test wants."""

    state: State | None = FIRST

    async def stamp(self) -> State | None:
        return self.state

    def rated_since(self, counters: int) -> Collection[str] | None:
        del counters
        return ()


@define
class Counter:
    """Counts how often it was asked."""

    count: int = 0

    async def __call__(self) -> int:
        self.count += 1
        return self.count


class Numbers(Answer, frozen=True):
    """Numbers."""

    items: list[int]
    pagination: Pagination


@frozen
class WantedNumbers:
    """Which numbers."""

    least: int = 0


@routes.get("/numbers", kept=Kept.FOR_A_SECOND)
async def list_numbers(query: WantedNumbers, paging: Paging, counter: Counter) -> Numbers:
    """List numbers."""
    page = Page([query.least, await counter()] * 1_000, None, Total(1))
    return Numbers(list(page.items), paging.pagination(page))


@pytest.fixture
def counter(services: Services) -> Counter:
    counter = Counter()
    services.add(counter)
    return counter


@pytest.fixture
def told() -> Told:
    return Told()


async def test_it_is_made_once_and_each_time_named_and_noted_anew(
    start: Start, counter: Counter, told: Told
) -> None:
    lines: list[bytes] = []
    client = await start([routes], freshness=told, request_log=lines.append)

    answers = [await client.get(LIST, headers=PLAIN) for _ in range(3)]
    bodies = [await answer.read() for answer in answers]
    await client.close()

    logged = [json.loads(line) for line in b"".join(lines).splitlines()]
    names = [answer.headers["X-Request-ID"] for answer in answers]
    assert counter.count == 1
    assert len(set(bodies)) == 1
    assert len(set(names)) == 3
    assert [line["request_id"] for line in logged] == names
    assert {line["bytes"] for line in logged} == {len(bodies[0])}
    for name in ("ETag", "Link", "Cache-Control", "Content-Security-Policy", "Vary"):
        assert len({answer.headers[name] for answer in answers}) == 1


async def test_a_change_is_shown_at_once(start: Start, counter: Counter, told: Told) -> None:
    client = await start([routes], freshness=told)

    before = (await client.get(LIST)).headers["ETag"]
    told.state = State(2)
    after = (await client.get(LIST)).headers["ETag"]

    assert counter.count == 2
    assert before != after


async def test_where_nobody_knows_whether_it_stands_nothing_is_given_again(
    start: Start, counter: Counter, told: Told
) -> None:
    client = await start([routes], freshness=told)
    await client.get(LIST)
    told.state = None

    answers = [await client.get(LIST) for _ in range(2)]

    assert [answer.status for answer in answers] == [200, 200]
    assert counter.count == 3


@pytest.mark.parametrize("options", [{"freshness": None}, {"kept_bytes": 0}])
async def test_nothing_is_kept_unless_it_is_wanted(
    start: Start, counter: Counter, told: Told, options: Json
) -> None:
    client = await start([routes], **{"freshness": told, **options})

    for _ in range(2):
        await client.get(LIST)

    assert counter.count == 2


async def test_one_page_is_one_answer_however_its_query_is_written(
    start: Start, counter: Counter, told: Told
) -> None:
    client = await start([routes], freshness=told)

    for query in ("?least=1", "?page=1&least=1", "?least=%31", "?least=1&page_size=20", "?least=1"):
        assert (await client.get(LIST + query)).status == 200
    same = counter.count
    for query in ("", "?least=2", "?least=1&page=2", "?least=1&page_size=21"):
        assert (await client.get(LIST + query)).status == 200

    assert same == 1
    assert counter.count == 5


async def test_a_query_that_is_refused_is_refused_each_time(
    start: Start, counter: Counter, told: Told
) -> None:
    client = await start([routes], freshness=told)
    await client.get(LIST)

    refused = [await client.get(LIST + "?page=0") for _ in range(2)]

    assert [answer.status for answer in refused] == [422, 422]
    assert counter.count == 1


async def test_who_has_it_already_is_only_told_so(
    start: Start, counter: Counter, told: Told
) -> None:
    client = await start([routes], freshness=told)
    tag = (await client.get(LIST, headers=PLAIN)).headers["ETag"]

    same = [
        await client.get(LIST, headers={**PLAIN, "If-None-Match": named})
        for named in (tag, f"W/{tag}", f'"another", {tag}', "*", '"another"')
    ]

    assert [answer.status for answer in same] == [304, 304, 304, 304, 200]
    assert [answer.headers["ETag"] for answer in same] == [tag, f"W/{tag}", tag, tag, tag]
    assert {answer.headers["Cache-Control"] for answer in same} == {"public, no-cache"}
    assert counter.count == 1


async def test_its_head_has_the_same_headers_and_no_body(
    start: Start, counter: Counter, told: Told
) -> None:
    client = await start([routes], freshness=told)
    whole = await client.get(LIST, headers=PLAIN)

    head = await client.head(LIST, headers=PLAIN)

    assert await head.read() == b""
    for name in ("ETag", "Link", "Content-Length", "Content-Type"):
        assert head.headers[name] == whole.headers[name]
    assert counter.count == 1


async def test_it_is_packed_for_who_asks_for_that_and_for_nobody_else(
    start: Start, counter: Counter, told: Told
) -> None:
    client = await start([routes], freshness=told)
    plain = await client.get(LIST, headers=PLAIN)
    body = await plain.read()

    for coding, window in (("gzip", 31), ("deflate", 15)) * 2:
        async with client.get(
            LIST, headers={"Accept-Encoding": coding}, auto_decompress=False
        ) as answer:
            assert answer.headers["Content-Encoding"] == coding
            assert answer.headers["ETag"] == f"W/{plain.headers['ETag']}"
            assert zlib.decompress(await answer.read(), window) == body
    again = await client.get(LIST, headers=PLAIN)

    assert "Content-Encoding" not in again.headers
    assert again.headers["ETag"] == plain.headers["ETag"]
    assert await again.read() == body
    assert counter.count == 1


async def test_who_is_not_signed_in_gets_none_where_there_are_no_guests(
    start: Start,
    counter: Counter,
    told: Told,
    user: Any,
) -> None:
    client = await start([routes], freshness=told, guests=False)

    answers = [
        await client.get(LIST, headers=user.headers),
        await client.get(LIST, headers=user.headers),
        await client.get(LIST),
    ]

    assert [answer.status for answer in answers] == [200, 200, 401]
    assert answers[1].headers["Cache-Control"] == "private, no-cache"
    assert counter.count == 1


async def test_each_counts_though_it_was_made_for_others(
    start: Start, counter: Counter, told: Told
) -> None:
    limits = RateLimits({Policy.DEFAULT: [Quota(2, 60)]}, clock=lambda: 60.0)
    client = await start([routes], freshness=told, limits=limits)

    answers = [await client.get(LIST) for _ in range(3)]

    assert [answer.status for answer in answers] == [200, 200, 429]
    assert answers[0].headers["RateLimit"] != answers[1].headers["RateLimit"]
    assert counter.count == 1


async def test_pages_of_other_sites_read_it_where_they_may(
    start: Start, counter: Counter, told: Told
) -> None:
    client = await start([routes], freshness=told, cors_origins=("https://example.org",))

    answers = [
        await client.get(LIST, headers={"Origin": origin})
        for origin in ("https://example.org", "https://example.com", "https://example.org")
    ]

    allowed = [answer.headers.get("Access-Control-Allow-Origin") for answer in answers]
    assert allowed == ["https://example.org", None, "https://example.org"]
    assert counter.count == 1


def test_what_belongs_to_somebody_cannot_be_declared_to_be_kept() -> None:
    async def show_mine(identity: Identity) -> Numbers:
        raise NotImplementedError(identity)

    with pytest.raises(TypeError, match="only what is shared"):
        Routes("Mine").get("/mine", kept=Kept.FOR_A_SECOND)(show_mine)
