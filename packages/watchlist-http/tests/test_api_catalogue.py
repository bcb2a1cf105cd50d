"""What clients can rely on when they look at the catalogue and add to it."""

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient

from watchlist_http.openapi import document

Client: TypeAlias = TestClient[web.Request, web.Application]

NOBODY = "01900000-0000-7000-8000-00000000dead"
"""An id that no movie has."""

MATRIX = {
    "title": "The Matrix",
    "original_title": "The Matrix",
    "alternative_titles": ["Matrix", "Матрица"],
    "year": 1999,
    "runtime": 136,
    "media_type": "movie",
    "description": "A hacker learns what the world is made of.",
    "genres": ["Action", "Science fiction"],
    "external_ids": [{"provider": "imdb", "kind": "movie", "value": "tt0133093"}],
}


async def test_a_movie_that_was_added_is_shown_as_it_was_answered(
    client: Client, moderator: Any
) -> None:
    added = await client.post("/api/v1/movies", json=MATRIX, headers=moderator.headers)

    shown = await client.get(added.headers["Location"])

    assert (added.status, shown.status) == (201, 200)
    movie = await shown.json()
    assert movie == await added.json()
    assert shown.headers["ETag"] == added.headers["ETag"]
    assert re.fullmatch("[0-9a-f-]{36}", movie.pop("id"))
    movie["genres"] = [genre["name"] for genre in movie["genres"]]
    assert movie == MATRIX | {
        "average_rating": None,
        "rating_count": 0,
        "revision": 1,
        "created_at": "2026-11-20T12:00:00Z",
    }


async def test_a_title_is_all_that_a_movie_needs(client: Client, moderator: Any) -> None:
    added = await client.post(
        "/api/v1/movies", json={"title": " Solaris "}, headers=moderator.headers
    )

    movie = await added.json()
    assert (movie["title"], movie["year"], movie["media_type"]) == ("Solaris", None, "movie")
    assert (movie["genres"], movie["external_ids"], movie["description"]) == ([], [], "")
    assert (movie["original_title"], movie["alternative_titles"]) == (None, [])


async def test_the_same_movie_twice_is_refused_unless_it_is_meant(
    client: Client, moderator: Any
) -> None:
    first = await client.post("/api/v1/movies", json={"title": "Dune"}, headers=moderator.headers)

    again = await client.post("/api/v1/movies", json={"title": "DUNE"}, headers=moderator.headers)
    meant = await client.post(
        "/api/v1/movies", json={"title": "Dune", "allow_duplicate": True}, headers=moderator.headers
    )

    assert (again.status, meant.status) == (409, 201)
    problem = await again.json()
    assert problem["code"] == "movie-already-there"
    assert problem["movie"] == (await first.json())["id"]


async def test_the_id_of_a_provider_belongs_to_one_movie(client: Client, moderator: Any) -> None:
    await client.post("/api/v1/movies", json=MATRIX, headers=moderator.headers)

    other = await client.post(
        "/api/v1/movies", json=MATRIX | {"title": "Another"}, headers=moderator.headers
    )

    assert other.status == 409
    assert (await other.json())["external_id"] == MATRIX["external_ids"][0]  # type: ignore[index]


async def test_only_moderators_add_movies(client: Client, user: Any) -> None:
    stranger = await client.post("/api/v1/movies", json=MATRIX)
    liar = await client.post("/api/v1/movies", json=MATRIX, headers={"Authorization": "Bearer x"})
    known = await client.post("/api/v1/movies", json=MATRIX, headers=user.headers)

    codes = [(await answer.json())["code"] for answer in (stranger, liar, known)]
    assert codes == ["not-signed-in", "invalid-token", "not-allowed"]
    assert [answer.status for answer in (stranger, liar, known)] == [401, 401, 403]
    assert stranger.headers["WWW-Authenticate"] == "Bearer"


async def test_all_that_is_wrong_with_a_movie_is_told_at_once(
    client: Client, moderator: Any
) -> None:
    wrong = {
        "title": " ",
        "original_title": "x" * 301,
        "alternative_titles": ["Matrix", "", None],
        "year": 1869,
        "runtime": 0,
        "media_type": "opera",
        "description": "x" * 10_001,
        "genres": ["", 7],
        "external_ids": [
            {"provider": "imdb", "kind": "movie", "valu/e": "tt1"},
            {"provider": " ", "kind": "movie", "value": "\t"},
        ],
        "allow_duplicate": 1,
        "rating": 5,
    }

    answer = await client.post("/api/v1/movies", json=wrong, headers=moderator.headers)

    assert answer.status == 422
    errors = {e["pointer"]: e["message"] for e in (await answer.json())["errors"]}
    assert errors == {
        "/title": "must not be blank",
        "/original_title": "must have 1 to 300 characters",
        "/alternative_titles/1": "must have 1 to 300 characters",
        "/alternative_titles/2": "must be a text without NUL",
        "/year": "must be 1870 to 2100",
        "/runtime": "must be 1 to 60000",
        "/media_type": "must be one of movie, series",
        "/description": "must have at most 10000 characters",
        "/genres/0": "must have 1 to 60 characters",
        "/genres/1": "must be a text without NUL",
        "/external_ids/0/value": "is missing",
        "/external_ids/0/valu~1e": "is not known here",
        "/external_ids/1/provider": "must not be blank",
        "/external_ids/1/value": "must not be blank",
        "/allow_duplicate": "must be true or false",
        "/rating": "is not known here",
    }


async def test_a_title_that_would_be_too_long_to_sort_by_is_refused(
    client: Client, moderator: Any
) -> None:
    title = "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 100
    movie = {"title": title, "original_title": title, "alternative_titles": [title]}

    for member, value in movie.items():
        body = {"title": "Short"} | {member: value}
        answer = await client.post("/api/v1/movies", json=body, headers=moderator.headers)

        assert answer.status == 422
        (error,) = (await answer.json())["errors"]
        assert error["message"] == f"{member} is too long once its letters are taken apart"


@pytest.mark.parametrize("letter", ["\x01", '"', "\\", "🎬"])
async def test_after_whichever_title_is_taken_the_list_goes_on(
    client: Client, moderator: Any, letter: str
) -> None:
    taken = []
    for number in (300, 299, 150, 149):
        movie = {"title": letter * number, "genres": [letter * 60]}
        answer = await client.post("/api/v1/movies", json=movie, headers=moderator.headers)
        taken += [letter * number] * (answer.status == 201)

    listed, cursor = [], ""
    while cursor is not None:
        page = await client.get(
            f"/api/v1/movies?sort=-title&page_size=1{cursor and '&cursor='}{cursor}"
        )
        listed += await titles(page)
        cursor = (await page.json())["pagination"]["next_cursor"]

    assert listed == taken
    assert taken


@pytest.mark.parametrize("movie", [NOBODY, "stalker", "%00", "%ff", f"{{{NOBODY}}}", "1" * 36])
async def test_what_is_not_there_is_not_found(client: Client, movie: object) -> None:
    answer = await client.get(f"/api/v1/movies/{movie}")

    assert (answer.status, answer.content_type) == (404, "application/problem+json")


@pytest.fixture
async def movies(client: Client, moderator: Any) -> Sequence[str]:
    """Five movies, by title."""
    titles = ["Alien", "Brazil", "Casablanca", "Dune", "Élan"]
    for year, title in enumerate(titles, start=1980):
        movie = {"title": title, "year": year, "genres": ["Drama"]}
        await client.post("/api/v1/movies", json=movie, headers=moderator.headers)
    return titles


async def titles(answer: ClientResponse) -> list[str]:
    assert answer.status == 200, await answer.text()
    return [card["title"] for card in (await answer.json())["items"]]


async def test_a_list_holds_cards(client: Client, movies: Sequence[str]) -> None:
    answer = await client.get("/api/v1/movies", params={"title": movies[0]})

    (card,) = (await answer.json())["items"]
    assert re.fullmatch("[0-9a-f-]{36}", card.pop("id"))
    assert card == {
        "title": "Alien",
        "year": 1980,
        "media_type": "movie",
        "genres": ["Drama"],
        "average_rating": None,
        "rating_count": 0,
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Alien", "Brazil", "Casablanca", "Dune", "Élan"]),
        ("title=", ["Alien", "Brazil", "Casablanca", "Dune", "Élan"]),
        ("title=ELA", ["Élan"]),
        ("title=%C3%A9lan", ["Élan"]),
        ("title=nothing", []),
        ("sort=-title&page_size=2", ["Élan", "Dune"]),
        ("sort=-year", ["Élan", "Dune", "Casablanca", "Brazil", "Alien"]),
        ("sort=rating_count,-year&page_size=1", ["Élan"]),
        ("page=2&page_size=2", ["Casablanca", "Dune"]),
        ("page=2&page_size=2&sort=-title", ["Casablanca", "Brazil"]),
        ("page=7", []),
        ("page=100&page_size=100", []),
    ],
)
async def test_movies_are_filtered_sorted_and_paged(
    client: Client, movies: Sequence[str], query: str, expected: list[str]
) -> None:
    answer = await client.get(f"/api/v1/movies?{query}")

    assert set(expected) <= set(movies)
    assert await titles(answer) == expected


async def test_head_answers_like_get_without_the_body(
    client: Client, movies: Sequence[str]
) -> None:
    whole = await client.get("/api/v1/movies")

    head = await client.head("/api/v1/movies")

    assert movies
    assert (head.status, await head.read()) == (200, b"")
    for name in ("ETag", "Link", "Content-Length", "Cache-Control", "Content-Type"):
        assert head.headers[name] == whole.headers[name]


@pytest.mark.parametrize("held", ["{tag}", "W/{tag}", '"a", {tag} , "b"', '"a",W/{tag}', "*"])
@pytest.mark.parametrize("path", ["", "?title=alien", "/one"])
async def test_what_a_client_holds_is_not_sent_again(
    client: Client, movies: Sequence[str], path: str, held: str
) -> None:
    assert movies
    if path == "/one":
        (card,) = (await (await client.get("/api/v1/movies?page_size=1")).json())["items"]
        path = f"/{card['id']}"
    first = await client.get(f"/api/v1/movies{path}")
    named = held.format(tag=first.headers["ETag"])

    again = await client.get(f"/api/v1/movies{path}", headers={"If-None-Match": named})

    assert (again.status, await again.read()) == (304, b"")
    assert again.headers["Cache-Control"] == "public, no-cache"
    assert again.headers["Vary"] == "Accept-Encoding"
    assert again.headers["ETag"].removeprefix("W/") == first.headers["ETag"]
    assert again.headers["ETag"].startswith("W/") == ("W/" in held)


@pytest.mark.parametrize("held", ['"another"', "", "nonsense", '"'])
async def test_what_has_changed_is_sent(client: Client, held: str) -> None:
    answer = await client.get("/api/v1/movies", headers={"If-None-Match": held})

    assert answer.status == 200


async def test_a_tag_is_weak_when_the_answer_is_compressed(client: Client, moderator: Any) -> None:
    long = {"title": "Long", "genres": [f"{number:060}" for number in range(50)]}
    await client.post("/api/v1/movies", json=long, headers=moderator.headers)

    packed = await client.get("/api/v1/movies", headers={"Accept-Encoding": "gzip"})
    plain = await client.get("/api/v1/movies", headers={"Accept-Encoding": "identity"})

    assert await packed.json() == await plain.json()
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["ETag"] == f"W/{plain.headers['ETag']}"


async def test_what_just_fits_is_taken(client: Client, moderator: Any) -> None:
    largest = {
        "title": "\u00e9" * 300,
        "original_title": "\u00e8" * 300,
        "alternative_titles": [f"{number:0300}" for number in range(50)],
        "year": 2100,
        "runtime": 60_000,
        "media_type": "series",
        "description": "\U0001f3ac" * 10_000,
        "genres": [f"{number:060}" for number in range(50)],
        "external_ids": [
            {"provider": f"{number:040}", "kind": "series", "value": "x" * 100}
            for number in range(50)
        ],
    }

    answer = await client.post("/api/v1/movies", json=largest, headers=moderator.headers)

    assert answer.status == 201, await answer.text()


@pytest.mark.parametrize("member", ["genres", "external_ids", "alternative_titles"])
async def test_no_movie_has_hundreds_of_genres_or_ids(
    client: Client, moderator: Any, member: str
) -> None:
    body = {"title": "Long", member: [{}] * 51}

    answer = await client.post("/api/v1/movies", json=body, headers=moderator.headers)

    assert (await answer.json())["errors"] == [
        {"message": "must have at most 50 items", "pointer": f"/{member}"}
    ]


async def test_a_title_of_more_than_100_characters_is_no_filter(client: Client) -> None:
    longest = await client.get("/api/v1/movies", params={"title": "\u00e9" * 100})
    longer = await client.get("/api/v1/movies", params={"title": "\u00e9" * 101})

    assert (longest.status, longer.status) == (200, 422)
    assert (await longer.json())["errors"] == [
        {"message": "must have at most 100 characters", "parameter": "title"}
    ]


async def test_all_headers_of_a_list_fit_into_8_kb_whatever_was_asked(
    start: Callable[..., Awaitable[Client]], moderator: Any
) -> None:
    origin = "https://movies.example"
    client = await start(public_url=f"{origin}/{'a' * 100}", cors_origins=(origin,))
    headers = {"Origin": origin, "X-Request-ID": "r" * 128, "Accept-Encoding": "gzip"}
    for number in range(3):
        title = "\U0001f600" * 299 + str(number)
        await client.post("/api/v1/movies", json={"title": title}, headers=moderator.headers)
    parameters = document()["paths"]["/api/v1/movies"]["get"]["parameters"]
    longest = next(one["schema"]["maxLength"] for one in parameters if one.get("name") == "title")
    asked = {
        "title": "\U0001f600" * longest,
        "sort": "-title,-year",
        "page_size": "1",
    }

    first = await client.get("/api/v1/movies", params=asked)
    cursor = (await first.json())["pagination"]["next_cursor"]
    by_number = await client.get("/api/v1/movies", params=asked | {"page": "2"}, headers=headers)
    continued = await client.get(
        "/api/v1/movies", params=asked | {"cursor": cursor}, headers=headers
    )

    assert re.findall(r'rel="(\w+)"', by_number.headers["Link"]) == [
        "first",
        "prev",
        "next",
        "last",
    ]
    assert re.findall(r'rel="(\w+)"', continued.headers["Link"]) == ["first", "next"]
    assert len(cursor) > 1600
    for answer in (by_number, continued):
        size = sum(len(name) + len(value) + 4 for name, value in answer.raw_headers)
        assert size < 8 * 1024
