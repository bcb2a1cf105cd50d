"""What clients can rely on when they look at genres, and moderators when they look after them."""

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeAlias

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient

Client: TypeAlias = TestClient[web.Request, web.Application]
Json: TypeAlias = dict[str, Any]
Ask: TypeAlias = Callable[..., Awaitable[ClientResponse]]

ADDRESS: Final = "/api/v1/genres"
NOBODY: Final = "01900000-0000-7000-8000-00000000dead"
"""An id that no genre has."""


@pytest.fixture
def ask(client: Client, moderator: Any) -> Ask:
    """Make a request as a moderator, with the tag of what was seen where one is given."""

    async def ask(
        method: str, address: str, /, seen: str | None = None, **body: object
    ) -> ClientResponse:
        headers = moderator.headers | ({} if seen is None else {"If-Match": seen})
        json = body if method in {"POST", "PATCH"} else None
        return await client.request(method, address, json=json, headers=headers)

    return ask


async def code(answer: ClientResponse) -> tuple[int, str]:
    return answer.status, (await answer.json(content_type=None))["code"]


async def test_a_genre_that_was_added_is_shown_as_it_was_answered(client: Client, ask: Ask) -> None:
    added = await ask("POST", ADDRESS, name=" Film noir ")

    shown = await client.get(added.headers["Location"])

    told = await added.json()
    assert added.status == 201
    assert added.headers["Location"] == f"{ADDRESS}/{told['id']}"
    assert told == {"id": told["id"], "name": "Film noir", "movie_count": 0, "revision": 1}
    assert await shown.json() == told
    assert shown.headers["ETag"] == added.headers["ETag"]


async def test_genres_are_listed_by_name_and_paged(client: Client, ask: Ask) -> None:
    for name in ("Western", "Épopée", "Drama", "ANIME"):
        await ask("POST", ADDRESS, name=name)

    whole = await client.get(ADDRESS)
    second = await client.get(ADDRESS, params={"page": "2", "page_size": "3"})

    names = [genre["name"] for genre in (await whole.json())["items"]]
    assert names == ["ANIME", "Drama", "Épopée", "Western"]
    assert (await second.json())["items"] == (await whole.json())["items"][3:]
    assert (await second.json())["pagination"]["total_items"] == 4
    assert 'rel="prev"' in second.headers["Link"]
    held = await client.get(ADDRESS, headers={"If-None-Match": whole.headers["ETag"]})
    assert held.status == 304


async def test_genres_are_read_on_by_cursor(client: Client, ask: Ask) -> None:
    for name in ("Western", "Drama", "Anime"):
        await ask("POST", ADDRESS, name=name)
    first = await client.get(ADDRESS, params={"page_size": "2"})
    cursor = (await first.json())["pagination"]["next_cursor"]

    rest = await client.get(ADDRESS, params={"page_size": "2", "cursor": cursor})

    assert [genre["name"] for genre in (await rest.json())["items"]] == ["Western"]


@pytest.fixture
async def dune(ask: Ask) -> Json:
    """A movie of two genres."""
    movie = {"title": "Dune", "genres": ["Drama", "Science fiction"]}
    told: Json = await (await ask("POST", "/api/v1/movies", **movie)).json()
    return told


async def test_a_genre_counts_its_movies(client: Client, ask: Ask, dune: Json) -> None:
    drama = f"{ADDRESS}/{dune['genres'][0]['id']}"
    before = await client.get(drama)
    await ask("POST", "/api/v1/movies", title="Solaris", genres=["drama"])

    shown = await client.get(drama, headers={"If-None-Match": before.headers["ETag"]})

    assert (await before.json())["movie_count"] == 1
    told = await shown.json()
    assert (shown.status, told["movie_count"], told["revision"]) == (200, 2, 1)


async def test_statistics_tell_what_viewers_think(
    client: Client, ask: Ask, dune: Json, user: Any, admin: Any
) -> None:
    solaris = await (await ask("POST", "/api/v1/movies", title="Solaris", genres=["drama"])).json()
    empty = await (await ask("POST", ADDRESS, name="Western")).json()
    for movie, by, stars in ((dune, user, 4), (dune, admin, 4.5), (solaris, user, 2)):
        watch = {"movie_id": movie["id"]}
        await client.post("/api/v1/watches", json=watch, headers=by.headers)
        address = f"/api/v1/movies/{movie['id']}/rating"
        await client.put(address, json={"stars": stars}, headers=by.headers)

    answer = await client.get(f"{ADDRESS}/statistics")

    drama, fiction = dune["genres"]
    assert await answer.json() == {
        "items": [
            {"genre": drama, "movie_count": 2, "average_rating": 3.5, "rating_count": 3},
            {"genre": fiction, "movie_count": 1, "average_rating": 4.25, "rating_count": 2},
            {
                "genre": {"id": empty["id"], "name": "Western"},
                "movie_count": 0,
                "average_rating": None,
                "rating_count": 0,
            },
        ]
    }
    held = await client.get(
        f"{ADDRESS}/statistics", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert held.status == 304


async def test_a_new_name_stands_wherever_the_genre_does(
    client: Client, ask: Ask, dune: Json
) -> None:
    drama = f"{ADDRESS}/{dune['genres'][0]['id']}"
    address = f"/api/v1/movies/{dune['id']}"
    movie = await client.get(address)
    seen = (await client.get(drama)).headers["ETag"]

    renamed = await ask("PATCH", drama, seen, name="Tragedy")

    told = await renamed.json()
    assert (renamed.status, told["name"], told["revision"]) == (200, "Tragedy", 2)
    assert told["movie_count"] == 1
    shown = await client.get(drama)
    assert await shown.json() == told
    assert shown.headers["ETag"] == renamed.headers["ETag"] != seen
    again = await client.get(address, headers={"If-None-Match": movie.headers["ETag"]})
    assert again.status == 200
    assert (await again.json())["genres"][0]["name"] == "Tragedy"
    assert (await again.json())["revision"] == 1
    cards = await (await client.get("/api/v1/movies?genre=tragedy")).json()
    assert cards["items"][0]["genres"] == ["Tragedy", "Science fiction"]


@pytest.mark.parametrize("name", ["drama", " DRAMA ", "Dráma"])
async def test_no_two_genres_have_one_name(ask: Ask, dune: Json, name: str) -> None:
    drama, fiction = (genre["id"] for genre in dune["genres"])

    added = await ask("POST", ADDRESS, name=name)
    renamed = await ask("PATCH", f"{ADDRESS}/{fiction}", "*", name=name)
    itself = await ask("PATCH", f"{ADDRESS}/{drama}", "*", name=name)

    for answer in (added, renamed):
        assert await code(answer) == (409, "genre-name-taken")
        assert (await answer.json())["genre"] == drama
    assert itself.status == 200


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "must have 1 to 60 characters"),
        (" ", "must not be blank"),
        ("x" * 61, "must have 1 to 60 characters"),
        (None, "must be a text without NUL"),
        (7, "must be a text without NUL"),
    ],
)
async def test_what_no_genre_can_be_called_is_refused(
    ask: Ask, dune: Json, name: object, message: str
) -> None:
    drama = f"{ADDRESS}/{dune['genres'][0]['id']}"

    for answer in (
        await ask("POST", ADDRESS, name=name),
        await ask("PATCH", drama, "*", name=name),
    ):
        assert answer.status == 422
        assert (await answer.json())["errors"] == [{"message": message, "pointer": "/name"}]


async def test_a_genre_in_use_is_not_removed(client: Client, ask: Ask, dune: Json) -> None:
    drama = dune["genres"][0]["id"]

    answer = await ask("DELETE", f"{ADDRESS}/{drama}", "*")

    assert await code(answer) == (409, "genre-in-use")
    assert (await answer.json())["genre"] == drama
    assert (await client.get(f"{ADDRESS}/{drama}")).status == 200


async def test_a_genre_of_no_movie_is_removed(client: Client, ask: Ask) -> None:
    added = await ask("POST", ADDRESS, name="Film noir")
    address = added.headers["Location"]

    removed = await ask("DELETE", address, added.headers["ETag"])

    assert (removed.status, await removed.read()) == (204, b"")
    assert await code(await client.get(address)) == (404, "genre-not-found")
    assert (await (await client.get(ADDRESS)).json())["items"] == []


async def test_who_has_not_seen_the_present_name_is_told_so(ask: Ask) -> None:
    added = await ask("POST", ADDRESS, name="Film noir")
    address, seen = added.headers["Location"], added.headers["ETag"]
    await ask("PATCH", address, seen, name="Noir")

    for answer in (
        await ask("PATCH", address, seen, name="Thriller"),
        await ask("DELETE", address, seen),
    ):
        assert await code(answer) == (412, "stale-genre")
        problem = await answer.json()
        assert (problem["genre"], problem["revision"]) == ((await added.json())["id"], 2)


async def test_movies_that_come_and_go_make_no_genre_stale(ask: Ask) -> None:
    added = await ask("POST", ADDRESS, name="Film noir")
    await ask("POST", "/api/v1/movies", title="Laura", genres=["film noir"])

    answer = await ask("PATCH", added.headers["Location"], added.headers["ETag"], name="Noir")

    assert (answer.status, (await answer.json())["movie_count"]) == (200, 1)


async def test_what_was_seen_has_to_be_said(ask: Ask) -> None:
    address = (await ask("POST", ADDRESS, name="Film noir")).headers["Location"]

    unsaid = [await ask("PATCH", address, name="Noir"), await ask("DELETE", address)]
    unreadable = [await ask("PATCH", address, "1", name="Noir"), await ask("DELETE", address, "1")]

    assert [await code(answer) for answer in unsaid] == [(428, "condition-required")] * 2
    assert [await code(answer) for answer in unreadable] == [(400, "malformed-condition")] * 2


@pytest.mark.parametrize(
    ("genre", "expected"),
    [(NOBODY, "genre-not-found"), ("drama", "no-such-resource"), ("1" * 36, "no-such-resource")],
)
async def test_what_is_not_there_is_not_found(ask: Ask, genre: str, expected: str) -> None:
    address = f"{ADDRESS}/{genre}"

    for answer in (
        await ask("GET", address),
        await ask("PATCH", address, "*", name="Noir"),
        await ask("DELETE", address, "*"),
    ):
        assert await code(answer) == (404, expected)


@pytest.mark.parametrize("method", ["PATCH", "DELETE", "PUT", "POST"])
async def test_statistics_are_no_genre(ask: Ask, method: str) -> None:
    answer = await ask(method, f"{ADDRESS}/statistics", "*", name="x")

    assert await code(answer) == (405, "method-not-allowed")
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"


async def test_only_moderators_look_after_genres(client: Client, ask: Ask, user: Any) -> None:
    address = (await ask("POST", ADDRESS, name="Film noir")).headers["Location"]

    for headers, status in (({}, 401), (user.headers, 403)):
        for method, target in (("POST", ADDRESS), ("PATCH", address), ("DELETE", address)):
            answer = await client.request(method, target, json={"name": "x"}, headers=headers)
            assert answer.status == status


async def test_a_name_that_would_be_too_long_to_sort_by_is_refused(
    client: Client, moderator: Any
) -> None:
    name = "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 60
    movie = {"title": "Short", "genres": [name]}

    for address, body in (("/api/v1/genres", {"name": name}), ("/api/v1/movies", movie)):
        answer = await client.post(address, json=body, headers=moderator.headers)

        assert answer.status == 422
        (error,) = (await answer.json())["errors"]
        assert error["message"].endswith(" is too long once its letters are taken apart")
