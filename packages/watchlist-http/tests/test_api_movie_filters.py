"""What clients can rely on when they narrow and order the list of movies."""

import re
from collections.abc import Sequence
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qsl, urlsplit

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient

Client: TypeAlias = TestClient[web.Request, web.Application]
Json: TypeAlias = dict[str, Any]

ADDRESS: Final = "/api/v1/movies"
MOVIES: Final[Sequence[tuple[str, int | None, str, list[str]]]] = [
    ("Alien", 1979, "movie", ["Horror", "Science fiction"]),
    ("Brazil", 1985, "movie", ["Comedy", "Science fiction"]),
    ("Casablanca", 1942, "movie", ["Drama"]),
    ("Dekalog", 1989, "series", ["Drama"]),
    ("Élan", None, "movie", ["Comédie", "Drama", "Science fiction"]),
]
STARS: Final[dict[str, list[float]]] = {
    "Alien": [5, 4],
    "Brazil": [4],
    "Casablanca": [4, 4.5, 4.5],
    "Dekalog": [4.5],
}


@pytest.fixture
async def movies(client: Client, moderator: Any, sign_in: Any) -> dict[str, Json]:
    """Five movies by their titles, of which four are rated: 4.5, 4, 4.33 and 4.5 on average."""
    added: dict[str, Json] = {}
    raters = [await sign_in(f"rater-{number}") for number in range(3)]
    for title, year, media_type, genres in MOVIES:
        movie = {"title": title, "year": year, "media_type": media_type, "genres": genres}
        answer = await client.post(ADDRESS, json=movie, headers=moderator.headers)
        added[title] = await answer.json()
        for stars, rater in zip(STARS.get(title, []), raters, strict=False):
            id_, headers = added[title]["id"], rater.headers
            await client.post("/api/v1/watches", json={"movie_id": id_}, headers=headers)
            await client.put(f"{ADDRESS}/{id_}/rating", json={"stars": stars}, headers=headers)
    return added


async def titles(answer: ClientResponse) -> list[str]:
    assert answer.status == 200, await answer.text()
    return [card["title"] for card in (await answer.json())["items"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("genre=drama", ["Casablanca", "Dekalog", "Élan"]),
        ("genre=%20DRAMA%20", ["Casablanca", "Dekalog", "Élan"]),
        ("genre=comedie", ["Élan"]),
        ("genre=drama&genre=Science+fiction", ["Élan"]),
        ("genre=drama&genre=drama", ["Casablanca", "Dekalog", "Élan"]),
        ("genre=dram", []),
        ("genre=01900000-0000-7000-8000-00000000dead", []),
        ("year=1985", ["Brazil"]),
        ("year=1", []),
        ("year_from=1979", ["Alien", "Brazil", "Dekalog"]),
        ("year_to=1979", ["Alien", "Casablanca"]),
        ("year_from=1979&year_to=1985", ["Alien", "Brazil"]),
        ("year_from=1985&year_to=1985", ["Brazil"]),
        ("year=1979&year_from=1980", []),
        ("rating_from=4.5", ["Alien", "Dekalog"]),
        ("rating_from=4.33", ["Alien", "Casablanca", "Dekalog"]),
        ("rating_from=4.34", ["Alien", "Dekalog"]),
        ("rating_from=1", ["Alien", "Brazil", "Casablanca", "Dekalog"]),
        ("media_type=series", ["Dekalog"]),
        ("media_type=movie&genre=drama&title=ELA", ["Élan"]),
        ("sort=-average_rating", ["Alien", "Dekalog", "Casablanca", "Brazil", "Élan"]),
        ("sort=average_rating,-title", ["Brazil", "Casablanca", "Dekalog", "Alien", "Élan"]),
    ],
)
async def test_movies_are_those_for_which_all_holds(
    client: Client, movies: dict[str, Json], query: str, expected: list[str]
) -> None:
    answer = await client.get(f"{ADDRESS}?{query}")

    assert set(expected) <= set(movies)
    assert await titles(answer) == expected
    assert (await answer.json())["pagination"]["total_items"] == len(expected)


async def test_a_genre_is_meant_by_its_id_too(client: Client, movies: dict[str, Json]) -> None:
    comedy, fiction = (genre["id"] for genre in movies["Brazil"]["genres"])

    both = await client.get(ADDRESS, params=[("genre", comedy.upper()), ("genre", fiction)])
    mixed = await client.get(ADDRESS, params=[("genre", fiction), ("genre", "drama")])

    assert await titles(both) == ["Brazil"]
    assert await titles(mixed) == ["Élan"]


@pytest.mark.parametrize(
    ("query", "parameter", "message"),
    [
        ("genre=", "genre", "must have 1 to 60 characters"),
        ("genre=%20", "genre", "must not be blank"),
        ("genre=" + "x" * 61, "genre", "must have 1 to 60 characters"),
        (
            "&".join(f"genre={number}" for number in range(11)),
            "genre",
            "must have at most 10 items",
        ),
        ("year=0", "year", "must be 1 to 9999"),
        ("year=10000", "year", "must be 1 to 9999"),
        ("year=1999.5", "year", "must be a whole number below 2^53"),
        ("year=1999&year=2000", "year", "is given twice"),
        ("year_from=-1", "year_from", "must be 1 to 9999"),
        ("year_to=x", "year_to", "must be a whole number below 2^53"),
        ("year_from=2000&year_to=1999", "year_from", "must not be later than year_to"),
        ("rating_from=0.99", "rating_from", "must be 1 to 5"),
        ("rating_from=5.01", "rating_from", "must be 1 to 5"),
        ("rating_from=4.333", "rating_from", "must be in steps of 0.01"),
        ("rating_from=four", "rating_from", "must be a number"),
        ("media_type=opera", "media_type", "must be one of movie, series"),
        ("media_type=", "media_type", "must be one of movie, series"),
        ("genres=drama", "genres", "is not known here"),
    ],
)
async def test_what_cannot_be_asked_for_is_refused(
    client: Client, query: str, parameter: str, message: str
) -> None:
    answer = await client.get(f"{ADDRESS}?{query}")

    assert answer.status == 422
    assert (await answer.json())["errors"] == [{"message": message, "parameter": parameter}]


async def test_all_that_is_wrong_with_the_filters_is_told_at_once(client: Client) -> None:
    genres = "&".join(f"genre={number}" for number in range(11))

    answer = await client.get(
        f"{ADDRESS}?{genres}&genre=&year_from=2000&year_to=1999&rating_from=9&year=x&page=0"
    )

    assert answer.status == 422
    wrong = [(error["parameter"], error["message"]) for error in (await answer.json())["errors"]]
    assert wrong == [
        ("genre", "must have 1 to 60 characters"),
        ("rating_from", "must be 1 to 5"),
        ("year", "must be a whole number below 2^53"),
        ("page", "must be 1 to 10000"),
        ("genre", "must have at most 10 items"),
        ("year_from", "must not be later than year_to"),
    ]


def asked(target: str) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(target).query)


def links(answer: ClientResponse) -> dict[str, str]:
    pairs = re.findall(r'<([^>]*)>; rel="(\w+)"', answer.headers["Link"])
    return {rel: target for target, rel in pairs}


async def test_links_repeat_all_filters(client: Client, movies: dict[str, Json]) -> None:
    filters = [
        ("genre", "Drama"),
        ("genre", "Science fiction"),
        ("media_type", "movie"),
        ("rating_from", "1"),
        ("sort", "-average_rating"),
        ("title", "é"),
        ("year_from", "1900"),
        ("year_to", "2000"),
    ]

    answer = await client.get(ADDRESS, params=[*filters[::-1], ("page", "3"), ("page_size", "1")])

    assert movies
    assert links(answer).keys() == {"first", "prev", "last"}
    for target in links(answer).values():
        assert asked(target)[:-2] == filters


async def test_links_and_cursors_lead_through_a_narrowed_list(
    client: Client, movies: dict[str, Json]
) -> None:
    query = "genre=drama&sort=-average_rating,title&page_size=1"
    by_link: list[str] = []
    target: str | None = f"{ADDRESS}?{query}"
    while target:
        answer = await client.get(target)
        by_link += await titles(answer)
        target = links(answer).get("next")

    by_cursor: list[str] = []
    cursor = ""
    while cursor is not None:
        answer = await client.get(f"{ADDRESS}?{query}{cursor and f'&cursor={cursor}'}")
        by_cursor += await titles(answer)
        cursor = (await answer.json())["pagination"]["next_cursor"]

    assert movies
    assert by_link == by_cursor == ["Dekalog", "Casablanca", "Élan"]


async def test_a_cursor_belongs_to_its_filters_in_any_order(
    client: Client, movies: dict[str, Json]
) -> None:
    (drama,) = (genre["id"] for genre in movies["Casablanca"]["genres"])
    first = await client.get(f"{ADDRESS}?genre=drama&genre={drama}&media_type=movie&page_size=1")
    cursor = (await first.json())["pagination"]["next_cursor"]

    same = await client.get(f"{ADDRESS}?genre={drama}&media_type=movie&genre=drama&cursor={cursor}")
    other = await client.get(f"{ADDRESS}?genre={drama}&media_type=movie&cursor={cursor}")

    assert await titles(same) == ["Élan"]
    assert (await other.json())["code"] == "foreign-position"


async def test_filters_that_would_fill_the_headers_are_refused(client: Client) -> None:
    title, genre = "\U0001f600" * 100, "\U0001f600" * 60

    alone = await client.get(ADDRESS, params={"title": title, "sort": "-average_rating,-title"})
    together = await client.get(ADDRESS, params={"title": title, "genre": genre})

    assert alone.status == 200
    assert together.status == 422
    problem = await together.json()
    assert (problem["code"], problem["longest_filters"]) == ("filters-too-long", 1300)
