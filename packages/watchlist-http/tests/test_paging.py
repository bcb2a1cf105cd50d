"""Lists, a page at a time: by number near the start, by cursor at any depth."""

import re
from asyncio import open_connection
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, TypeAlias
from uuid import uuid4

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient
from attrs import frozen
from msgspec import Meta

from watchlist_core.catalogue import MovieSort
from watchlist_core.paging import After, Page, PageNumber, Position, Total, Window
from watchlist_http.answers import Answer
from watchlist_http.paging import Cursors, Pagination, Paging, WantedPage
from watchlist_http.routing import Routes, Services
from watchlist_http.sorting import Sort

Client: TypeAlias = TestClient[web.Request, web.Application]
Start: TypeAlias = Callable[..., Awaitable[Client]]


@frozen
class Numbers:
    """A use case that lists the numbers below *count*, which needs no store."""

    count: int

    async def __call__(self, window: Window) -> Page[int]:
        if isinstance(window, PageNumber):
            first, total = window.offset, Total.counted(self.count)
        else:
            first, total = int(window.position[0] or 0) + 1, None
        items = range(first, min(first + window.page_size, self.count))
        is_last = first + window.page_size >= self.count
        return Page(items, None if is_last else (items[-1],), total)


class NumberList(Answer, frozen=True):
    """A page of numbers."""

    items: Sequence[int]
    pagination: Pagination


@frozen
class WantedNumbers:
    text: Annotated[str, Meta(max_length=20)] | None = None
    sort: Sort[MovieSort] = Sort(((MovieSort.TITLE, False),))  # noqa: RUF009  it is frozen


routes = Routes("Numbers", under="")


@routes.get("/numbers")
async def list_numbers(query: WantedNumbers, paging: Paging, numbers: Numbers) -> NumberList:
    """List numbers."""
    assert query.sort.fields
    page = await numbers(paging.window)
    return NumberList(list(page.items), paging.pagination(page))


@routes.get("/numbers/{kind}/again")
async def list_numbers_again(kind: str, paging: Paging, numbers: Numbers) -> NumberList:
    """List numbers of a kind."""
    assert kind
    page = await numbers(paging.window)
    return NumberList(list(page.items), paging.pagination(page))


@pytest.fixture
def services() -> Services:
    return Services().add(Numbers(45))


@pytest.fixture
async def client(start: Start) -> Client:
    return await start([routes], mounted="/mounted")


def links(answer: ClientResponse) -> dict[str, str]:
    pairs = re.findall(r'<([^>]*)>; rel="(\w+)"', answer.headers["Link"])
    return {rel: target for target, rel in pairs}


async def test_a_page_tells_where_it_stands(client: Client) -> None:
    answer = await client.get("/mounted/numbers?page=2&page_size=10")

    told = await answer.json()
    assert told["items"] == list(range(10, 20))
    cursor = told["pagination"].pop("next_cursor")
    assert re.fullmatch(r"[A-Za-z0-9_-]+", cursor)
    assert told["pagination"] == {
        "page": 2,
        "page_size": 10,
        "total_items": 45,
        "total_is_exact": True,
        "total_pages": 5,
    }
    assert links(answer) == {
        "first": "/mounted/numbers?page=1&page_size=10",
        "prev": "/mounted/numbers?page=1&page_size=10",
        "next": "/mounted/numbers?page=3&page_size=10",
        "last": "/mounted/numbers?page=5&page_size=10",
    }


async def test_a_page_by_cursor_has_no_number_and_no_total(client: Client) -> None:
    first = await client.get("/mounted/numbers")
    cursor = (await first.json())["pagination"]["next_cursor"]

    answer = await client.get("/mounted/numbers", params={"cursor": cursor, "page_size": 5})

    told = await answer.json()
    assert told["items"] == [20, 21, 22, 23, 24]
    following = told["pagination"].pop("next_cursor")
    assert told["pagination"] == {
        "page": None,
        "page_size": 5,
        "total_items": None,
        "total_is_exact": None,
        "total_pages": None,
    }
    assert links(answer) == {
        "first": "/mounted/numbers?page=1&page_size=5",
        "next": f"/mounted/numbers?cursor={following}&page_size=5",
    }


@pytest.mark.parametrize(
    "begin",
    [
        "numbers?page_size=7",
        "numbers/odd/again",
        "numbers/%3Ca%20b%3E%3F%2F%C3%A9/again?page_size=9",
    ],
)
async def test_links_lead_through_the_whole_list(client: Client, begin: str) -> None:
    seen: list[int] = []
    target: str | None = f"/mounted/{begin}"

    while target:
        answer = await client.get(target)
        seen += (await answer.json())["items"]
        target = links(answer).get("next")

    assert seen == list(range(45))


async def test_cursors_lead_through_the_whole_list(client: Client) -> None:
    seen: list[int] = []
    parameters: dict[str, str] = {}

    while parameters.get("cursor") != "end":
        answer = await client.get("/mounted/numbers", params=parameters)
        told = await answer.json()
        seen += told["items"]
        parameters["cursor"] = told["pagination"]["next_cursor"] or "end"

    assert seen == list(range(45))


async def test_links_keep_the_filters(client: Client) -> None:
    query = "text=a%26b%3D%C3%A9+%3E&sort=-year%2Ctitle&page_size=40"

    answer = await client.get(f"/mounted/numbers?{query}")

    assert links(answer)["next"] == (
        "/mounted/numbers?sort=-year%2Ctitle&text=a%26b%3D%C3%A9+%3E&page=2&page_size=40"
    )


async def test_links_start_with_the_public_address(start: Start) -> None:
    client = await start([routes], public_url="https://example.org/m")

    answer = await client.get("/numbers", headers={"Host": "evil.example"})

    assert links(answer)["next"] == "https://example.org/m/numbers?page=2&page_size=20"


async def test_past_the_last_page_there_is_nothing(client: Client) -> None:
    answer = await client.get("/mounted/numbers?page=9")

    told = await answer.json()
    assert (answer.status, told["items"]) == (200, [])
    assert (told["pagination"]["total_pages"], told["pagination"]["next_cursor"]) == (3, None)
    assert links(answer).keys() == {"first", "prev", "last"}


@pytest.mark.parametrize(
    ("query", "parameter", "message"),
    [
        ("page=0", "page", "must be 1 to 10000"),
        ("page=-1", "page", "must be 1 to 10000"),
        ("page=10001", "page", "must be 1 to 10000"),
        ("page=", "page", "must be a whole number below 2^53"),
        ("page=1.5", "page", "must be a whole number below 2^53"),
        ("page=+1", "page", "must be a whole number below 2^53"),
        ("page=1_0", "page", "must be a whole number below 2^53"),
        ("page=true", "page", "must be a whole number below 2^53"),
        ("page=" + "9" * 5000, "page", "must be a whole number below 2^53"),
        ("page=%D9%A1", "page", "must be a whole number below 2^53"),
        ("page_size=0", "page_size", "must be 1 to 100"),
        ("page_size=101", "page_size", "must be 1 to 100"),
        ("page=1&page=2", "page", "is given twice"),
        ("page=1&p%61ge=2", "page", "is given twice"),
        ("cursor=", "cursor", "must have 1 to 2000 characters"),
        ("text=%00", "text", "must be a text without NUL"),
        ("text=%ff", "text", "must be UTF-8"),
        ("text=%ed%a0%80", "text", "must be UTF-8"),
        ("text=" + "x" * 21, "text", "must have at most 20 characters"),
        ("pagesize=5", "pagesize", "is not known here"),
        ("%FF=1", "%FF", "must be UTF-8"),
        ("=1", "", "is not known here"),
        ("page[]=1", "page[]", "is not known here"),
    ],
)
async def test_nothing_is_clipped_silently(
    client: Client, query: str, parameter: str, message: str
) -> None:
    answer = await client.get(f"/mounted/numbers?{query}")

    assert answer.status == 422
    assert (await answer.json())["errors"] == [{"message": message, "parameter": parameter}]


async def test_no_more_than_a_hundred_misfits_are_told(client: Client) -> None:
    answer = await client.get(f"/mounted/numbers?{'&'.join('x' * 2_000)}")

    assert (answer.status, len((await answer.json())["errors"])) == (422, 100)


@pytest.mark.parametrize(
    "sort",
    [
        *("", "nothing", "Title", "title,", "title,title", "title,-title", "--title", "+title"),
        *("title;year", "title,year,rating_count,created_at", "title, year"),
    ],
)
async def test_an_unknown_order_is_refused(client: Client, sort: str) -> None:
    answer = await client.get("/mounted/numbers", params={"sort": sort})

    assert answer.status == 422
    (error,) = (await answer.json())["errors"]
    assert error["parameter"] == "sort"
    assert "title, year, average_rating, rating_count, created_at" in error["message"]


async def test_all_that_is_wrong_with_a_query_is_told_at_once(client: Client) -> None:
    answer = await client.get("/mounted/numbers?page=0&page_size=x&sort=y&z=1&text=ok")

    wrong = [error["parameter"] for error in (await answer.json())["errors"]]
    assert wrong == ["page", "page_size", "sort", "z"]


@pytest.mark.parametrize("query", [b"text=\xff", b"\xff=1", b"text=\xed\xa0\x80"])
async def test_bytes_that_are_no_text_are_refused(client: Client, query: bytes) -> None:
    reader, writer = await open_connection(client.host, client.port)
    writer.write(b"GET /mounted/numbers?" + query + b" HTTP/1.0\r\n\r\n")

    answer = await reader.read()

    writer.close()
    await writer.wait_closed()
    assert answer.startswith((b"HTTP/1.0 422", b"HTTP/1.0 400")), answer


async def test_a_page_goes_not_with_a_cursor(client: Client) -> None:
    cursor = (await (await client.get("/mounted/numbers")).json())["pagination"]["next_cursor"]

    answer = await client.get("/mounted/numbers", params={"cursor": cursor, "page": "2"})

    assert answer.status == 422
    assert (await answer.json())["errors"] == [
        {"message": "does not go with cursor", "parameter": "page"}
    ]


@pytest.mark.parametrize("query", ["page=101&page_size=100", "page=501", "page=10000&page_size=2"])
async def test_beyond_the_10_000th_item_leads_the_cursor(client: Client, query: str) -> None:
    answer = await client.get(f"/mounted/numbers?{query}")

    problem = await answer.json()
    assert (answer.status, problem["code"]) == (422, "page-too-deep")
    assert "cursor" in problem["title"]


class TestALongList:
    @pytest.fixture
    def services(self) -> Services:
        return Services().add(Numbers(20_000))

    async def test_its_total_is_not_exact_and_its_last_page_unknown(self, client: Client) -> None:
        answer = await client.get("/mounted/numbers?page_size=100")

        pagination = (await answer.json())["pagination"]
        assert (pagination["total_items"], pagination["total_is_exact"]) == (10_000, False)
        assert links(answer).keys() == {"first", "next"}

    async def test_where_numbers_end_the_cursor_goes_on(self, client: Client) -> None:
        deepest = await client.get("/mounted/numbers?page=100&page_size=100")

        following = await client.get(links(deepest)["next"])

        assert "cursor=" in links(deepest)["next"]
        assert (await following.json())["items"][0] == 10_000

    async def test_its_cursor_belongs_to_it(self, client: Client) -> None:
        first = await client.get("/mounted/numbers?text=a&sort=year")
        cursor = (await first.json())["pagination"]["next_cursor"]
        foreign = [
            "/mounted/numbers?cursor={}",
            "/mounted/numbers?text=a&cursor={}",
            "/mounted/numbers?text=b&sort=year&cursor={}",
            "/mounted/numbers?text=a&sort=-year&cursor={}",
            "/mounted/numbers/a/again?cursor={}",
        ]

        right = await client.get(f"/mounted/numbers?sort=year&text=%61&cursor={cursor}")
        wrong = [await client.get(target.format(cursor)) for target in foreign]

        assert (await right.json())["items"][0] == 20
        assert [(await answer.json()).get("code") for answer in wrong] == ["foreign-position"] * 5

    async def test_a_changed_cursor_is_refused(self, client: Client) -> None:
        first = await client.get("/mounted/numbers")
        cursor = (await first.json())["pagination"]["next_cursor"]
        raw = urlsafe_b64decode(cursor + "==")
        changed = [
            cursor[:-1],
            cursor + "A",
            cursor + "=",
            f"{cursor[:3]}!{cursor[3:]}",
            cursor.swapcase(),
            urlsafe_b64encode(raw[:16] + b"[19999]").decode(),
            urlsafe_b64encode(bytes(16) + raw[16:]).decode(),
            urlsafe_b64encode(raw[:10]).decode(),
            "A",
            "\u00e9",
            "x" * 2000,
        ]

        answers = [await client.get("/mounted/numbers", params={"cursor": one}) for one in changed]

        assert [(one.status, (await one.json())["code"]) for one in answers] == [
            (422, "foreign-position")
        ] * len(changed)


def test_the_window_is_that_of_the_core() -> None:
    cursors = Cursors(uuid4().bytes * 2)
    cursor = cursors.write(("a",), "/movies?")

    by_number = Paging(WantedPage(page=3, page_size=7), cursors, "/movies")
    by_cursor = Paging(WantedPage(cursor=cursor), cursors, "/movies")

    assert by_number.window == PageNumber(3, 7)
    assert by_cursor.window == After(("a",), 20)


def linked(position: Position) -> dict[str, int]:
    """Return the links at the end of the numbers, where most stand; filtered as long as can be."""
    filters = [("title", "\U0001f600" * 100), ("sort", "-average_rating,-title,-year")]
    paging = Paging(
        WantedPage(page=100, page_size=100), Cursors(b"k" * 32), "/api/v1/movies", filters
    )
    page = Page[int]((), position, Total.counted(20_000))

    links = paging.links("https://movies.example", paging.pagination(page))

    assert len(links) < 6 * 1024
    return {rel: len(target) for target, rel in re.findall(r'<([^>]*)>; rel="(\w+)"', links)}


def test_links_are_short_where_the_cursor_goes_on() -> None:
    assert linked(("\U0001f600" * 300, None, 2000, "id")).keys() == {"first", "prev", "next"}


def test_a_cursor_that_would_be_refused_is_no_link() -> None:
    assert linked(("x" * 2000,)).keys() == {"first", "prev"}
