"""What clients can rely on when they look for movies by words, and while somebody is typing."""

import re
from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient

Client: TypeAlias = TestClient[web.Request, web.Application]
Json: TypeAlias = dict[str, Any]

SEARCH: Final = "/api/v1/movies/search"
SUGGEST: Final = "/api/v1/movies/suggest"
MOVIES: Final[Sequence[Json]] = [
    {"title": "The Matrix", "year": 1999, "genres": ["Science fiction"]},
    {"title": "The Matrix Reloaded", "year": 2003, "genres": ["Science fiction", "Action"]},
    {"title": "Amélie", "original_title": "Le Fabuleux Destin d'Amélie Poulain", "year": 2001},
    {"title": "Headache", "description": "A matrix of numbers, and what it does to somebody."},
    {"title": "Dekalog", "year": 1989, "media_type": "series", "genres": ["Drama"]},
]


@pytest.fixture
async def movies(client: Client, moderator: Any) -> dict[str, Json]:
    """A few movies, by their titles."""
    added = {}
    for movie in MOVIES:
        answer = await client.post("/api/v1/movies", json=movie, headers=moderator.headers)
        added[movie["title"]] = await answer.json()
    return added


async def titles(answer: ClientResponse) -> list[str]:
    assert answer.status == 200, await answer.text()
    return [one["title"] for one in (await answer.json())["items"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=matrix", ["The Matrix", "The Matrix Reloaded", "Headache"]),
        ("q=reloaded+MATRIX", ["The Matrix Reloaded"]),
        ("q=amelie", ["Amélie"]),
        ("q=fabuleux+dest", ["Amélie"]),
        ("q=dekalgo", ["Dekalog"]),
        ("q=nothing+of+that", []),
        ("q=matrix&genre=action", ["The Matrix Reloaded"]),
        ("q=matrix&year_from=2000&year_to=2003", ["The Matrix Reloaded"]),
        ("q=matrix&title=head", ["Headache"]),
        ("q=matrix&media_type=series", []),
        ("q=%22%2A%27%3B--", []),
        ("q=%22matrix%22%20AND%20(", ["Headache"]),
        ("q=%22matrix%22%20reloaded*", ["The Matrix Reloaded"]),
    ],
)
async def test_a_search_finds_what_has_all_words_the_best_first(
    client: Client, movies: dict[str, Json], query: str, expected: list[str]
) -> None:
    answer = await client.get(f"{SEARCH}?{query}")

    assert set(expected) <= set(movies)
    assert await titles(answer) == expected
    pagination = (await answer.json())["pagination"]
    assert (pagination["total_items"], pagination["total_is_exact"]) == (len(expected), True)


async def test_a_hit_is_a_card_as_in_the_list(client: Client, movies: dict[str, Json]) -> None:
    found = await (await client.get(SEARCH, params={"q": "amelie"})).json()
    listed = await (await client.get("/api/v1/movies", params={"title": "amelie"})).json()

    assert found["items"] == listed["items"]
    assert found["items"][0]["id"] == movies["Amélie"]["id"]


async def test_a_withdrawn_movie_is_neither_found_nor_suggested(
    client: Client, movies: dict[str, Json], moderator: Any
) -> None:
    address = f"/api/v1/movies/{movies['The Matrix']['id']}"
    gone = await client.delete(address, headers={**moderator.headers, "If-Match": "*"})

    assert gone.status == 204
    found = await client.get(SEARCH, params={"q": "the matrix"})
    assert await titles(found) == ["The Matrix Reloaded"]
    suggested = await client.get(SUGGEST, params={"q": "the matrix"})
    assert await titles(suggested) == ["The Matrix Reloaded"]


@pytest.mark.parametrize("in_pages", ["by number", "by cursor"])
async def test_the_pages_of_a_search_show_each_hit_once(
    client: Client, movies: dict[str, Json], in_pages: str
) -> None:
    first = await client.get(SEARCH, params={"q": "matrix", "page_size": "1"})
    told = (await first.json())["pagination"]
    assert (told["total_items"], told["total_pages"]) == (3, 3)
    shown, page = await titles(first), first
    for _ in range(2):
        if in_pages == "by number":
            page = await client.get(_link(page, "next"))
        else:
            cursor = (await page.json())["pagination"]["next_cursor"]
            page = await client.get(
                SEARCH, params={"q": "matrix", "page_size": 1, "cursor": cursor}
            )
        shown += await titles(page)

    assert shown == ["The Matrix", "The Matrix Reloaded", "Headache"]
    assert set(shown) <= set(movies)
    assert (await page.json())["pagination"]["next_cursor"] is None
    assert 'rel="next"' not in page.headers["Link"]


def _link(answer: ClientResponse, rel: str) -> str:
    found = re.search(rf'<([^>]*)>; rel="{rel}"', answer.headers["Link"])
    assert found is not None
    return found[1]


async def test_a_cursor_belongs_to_its_words_and_its_filters(
    client: Client, movies: dict[str, Json]
) -> None:
    first = await client.get(SEARCH, params={"q": "matrix", "page_size": "1"})
    cursor = (await first.json())["pagination"]["next_cursor"]

    others = [
        await client.get(f"{address}cursor={cursor}")
        for address in (
            f"{SEARCH}?q=matri&",
            f"{SEARCH}?q=matrix&year=1999&",
            "/api/v1/movies?",
        )
    ]

    assert len(movies) > 1
    assert [(await answer.json())["code"] for answer in others] == ["foreign-position"] * 3


async def test_what_a_search_found_may_be_kept(
    client: Client, movies: dict[str, Json], moderator: Any
) -> None:
    for address in (f"{SEARCH}?q=amelie", f"{SUGGEST}?q=ame"):
        answer = await client.get(address)
        held = {"If-None-Match": answer.headers["ETag"]}
        same = await client.get(address, headers=held)
        assert (same.status, await same.text()) == (304, "")
        seen = {**moderator.headers, "If-Match": "*"}
        title = {"title": "Amelie" if "search" in address else "Amélie from Montmartre"}
        movie = f"/api/v1/movies/{movies['Amélie']['id']}"
        assert (await client.patch(movie, json=title, headers=seen)).status == 200
        assert (await client.get(address, headers=held)).status == 200


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("matr", ["The Matrix", "The Matrix Reloaded"]),
        ("the matrix r", ["The Matrix Reloaded"]),
        ("reloaded matrix", []),
        ("fabuleux", ["Amélie"]),
        ("d", ["Dekalog"]),
        ("numbers", []),
        ("?!", []),
    ],
)
async def test_titles_are_suggested_while_somebody_types(
    client: Client, movies: dict[str, Json], typed: str, expected: list[str]
) -> None:
    answer = await client.get(SUGGEST, params={"q": typed})

    suggested = (await answer.json())["items"]
    assert [one["title"] for one in suggested] == expected
    assert all(
        one == {name: movies[one["title"]][name] for name in ("id", "title", "year")}
        for one in suggested
    )


async def test_no_more_than_ten_titles_are_suggested(client: Client, moderator: Any) -> None:
    for number in range(11):
        movie = {"title": f"Sequel {number}", "year": 1990 + number}
        await client.post("/api/v1/movies", json=movie, headers=moderator.headers)

    assert len(await titles(await client.get(SUGGEST, params={"q": "sequel"}))) == 10
    assert len(await titles(await client.get(SEARCH, params={"q": "sequel"}))) == 11


@pytest.mark.parametrize("address", [SEARCH, SUGGEST])
@pytest.mark.parametrize(
    ("query", "parameter", "message"),
    [
        ("", "q", "is missing"),
        ("?", "q", "is missing"),
        ("?q=", "q", "must have 1 to 100 characters"),
        ("?q=%20", "q", "must not be blank"),
        ("?q=" + "x" * 101, "q", "must have 1 to 100 characters"),
        ("?q=a%00b", "q", "must be a text without NUL"),
        ("?q=%ff", "q", "must be UTF-8"),
        ("?q=a&q=b", "q", "is given twice"),
        ("?q=a&sort=title", "sort", "is not known here"),
    ],
)
async def test_what_cannot_be_looked_for_is_told(
    client: Client, address: str, query: str, parameter: str, message: str
) -> None:
    answer = await client.get(address + query)

    assert answer.status == 422
    problem = await answer.json()
    assert problem["errors"] == [{"parameter": parameter, "message": message}]


async def test_all_that_is_wrong_with_a_search_is_told_at_once(client: Client) -> None:
    answer = await client.get(f"{SEARCH}?year_to=x&page=0")

    errors = {one["parameter"]: one["message"] for one in (await answer.json())["errors"]}
    assert errors == {
        "year_to": "must be a whole number below 2^53",
        "page": "must be 1 to 10000",
        "q": "is missing",
    }


@pytest.mark.parametrize("address", [SEARCH, SUGGEST])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_a_search_is_no_movie(client: Client, address: str, method: str) -> None:
    answer = await client.request(method, address)

    assert answer.status == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
