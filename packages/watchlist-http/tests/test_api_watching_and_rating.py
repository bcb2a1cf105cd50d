"""What clients can rely on when they watch and rate."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias
from uuid import uuid4

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient

Client: TypeAlias = TestClient[web.Request, web.Application]


@pytest.fixture
async def movie(client: Client, moderator: Any) -> str:
    added = await client.post(
        "/api/v1/movies", json={"title": "Stalker"}, headers=moderator.headers
    )
    movie: str = (await added.json())["id"]
    return movie


async def watch(client: Client, by: Any, **body: object) -> ClientResponse:
    return await client.post("/api/v1/watches", json=body, headers=by.headers)


async def rate(client: Client, movie: str, by: Any, stars: object) -> ClientResponse:
    return await client.put(
        f"/api/v1/movies/{movie}/rating", json={"stars": stars}, headers=by.headers
    )


@pytest.mark.parametrize(
    ("given", "noted"),
    [
        ({}, "2026-11-20T12:00:00Z"),
        ({"watched_at": None}, None),
        ({"watched_at": "2026-11-20T12:00:00+02:00"}, "2026-11-20T10:00:00Z"),
        ({"watched_at": "1999-03-31T20:00:00.5Z"}, "1999-03-31T20:00:00.500000Z"),
    ],
)
async def test_a_viewing_is_noted_with_its_moment(
    client: Client, user: Any, movie: str, given: dict[str, str], noted: str | None
) -> None:
    answer = await watch(client, user, movie_id=movie, **given)

    assert answer.status == 201
    told = await answer.json()
    assert (told["movie_id"], told["watched_at"]) == (movie, noted)
    assert answer.headers["Cache-Control"] == "private, no-store"


async def test_the_future_cannot_have_been_watched(client: Client, user: Any, movie: str) -> None:
    answer = await watch(client, user, movie_id=movie, watched_at="2026-11-20T12:02:00Z")

    assert (answer.status, (await answer.json())["code"]) == (422, "watched-in-future")


async def test_a_movie_that_is_not_there_cannot_be_watched(client: Client, user: Any) -> None:
    answer = await watch(client, user, movie_id=str(uuid4()))

    assert (answer.status, (await answer.json())["code"]) == (404, "movie-not-found")


async def test_only_a_movie_you_have_watched_can_be_rated(
    client: Client, user: Any, movie: str
) -> None:
    answer = await rate(client, movie, user, 5)

    assert (answer.status, answer.content_type) == (409, "application/problem+json")
    assert await answer.json() == {
        "type": "/problems/not-watched-yet",
        "title": "Only a movie you have watched can be rated.",
        "status": 409,
        "code": "not-watched-yet",
        "request_id": answer.headers["X-Request-ID"],
        "movie": movie,
    }


async def test_the_score_counts_everybody_once(
    client: Client, movie: str, sign_in: Callable[..., Awaitable[Any]]
) -> None:
    fickle, steady = await sign_in(), await sign_in()
    for viewer in (fickle, steady):
        await watch(client, viewer, movie_id=movie)

    await rate(client, movie, fickle, 1)
    await rate(client, movie, steady, 4)
    answer = await rate(client, movie, fickle, 4.5)

    assert await answer.json() == {"average_rating": 4.25, "rating_count": 2}
    shown = await (await client.get(f"/api/v1/movies/{movie}")).json()
    assert (shown["average_rating"], shown["rating_count"]) == (4.25, 2)


async def test_a_rating_changes_the_tag_of_its_movie(client: Client, user: Any, movie: str) -> None:
    before = await client.get(f"/api/v1/movies/{movie}")
    await watch(client, user, movie_id=movie)
    watched = await client.get(f"/api/v1/movies/{movie}")

    await rate(client, movie, user, 3)
    after = await client.get(f"/api/v1/movies/{movie}")

    assert before.headers["ETag"] == watched.headers["ETag"] != after.headers["ETag"]


@pytest.mark.parametrize("stars", [0.5, 5.5, 3.3, "3", None, True, 1e300, [3]])
async def test_stars_are_one_to_five_in_halves(
    client: Client, user: Any, movie: str, stars: object
) -> None:
    answer = await rate(client, movie, user, stars)

    assert answer.status == 422
    assert [error["pointer"] for error in (await answer.json())["errors"]] == ["/stars"]


async def test_everybody_sees_the_ratings_without_ids_of_accounts(
    client: Client, movie: str, sign_in: Callable[..., Awaitable[Any]]
) -> None:
    for username, stars in (("neo", 5), (None, 3.5)):
        viewer = await sign_in(username)
        await watch(client, viewer, movie_id=movie)
        await rate(client, movie, viewer, stars)

    answer = await client.get(f"/api/v1/movies/{movie}/ratings")

    told = await answer.json()
    assert told["score"] == {"average_rating": 4.25, "rating_count": 2}
    assert sorted(told["items"], key=lambda item: str(item["username"])) == [
        {"username": "anonymous", "stars": 3.5, "rated_at": "2026-11-20T12:00:00Z"},
        {"username": "neo", "stars": 5.0, "rated_at": "2026-11-20T12:00:00Z"},
    ]
    assert told["pagination"]["total_items"] == 2


async def test_ratings_are_read_on_by_cursor(
    client: Client, movie: str, sign_in: Callable[..., Awaitable[Any]]
) -> None:
    names = {f"viewer{number}" for number in range(5)}
    for name in sorted(names):
        viewer = await sign_in(name)
        await watch(client, viewer, movie_id=movie)
        await rate(client, movie, viewer, 4)

    seen: list[str] = []
    parameters = {"page_size": "2"}
    while parameters.get("cursor") != "end":
        answer = await client.get(f"/api/v1/movies/{movie}/ratings", params=parameters)
        told = await answer.json()
        assert told["score"]["rating_count"] == 5
        seen += [item["username"] for item in told["items"]]
        parameters["cursor"] = told["pagination"]["next_cursor"] or "end"

    assert (len(seen), set(seen)) == (5, names)


async def test_ratings_of_no_movie_are_not_found(client: Client) -> None:
    answer = await client.get(f"/api/v1/movies/{uuid4()}/ratings")

    assert (answer.status, (await answer.json())["code"]) == (404, "movie-not-found")


async def test_a_stranger_is_asked_to_sign_in_whatever_else_is_wrong(client: Client) -> None:
    rated = await client.put("/api/v1/movies/x/rating?y=1", data=b"\xff")
    watched = await client.post("/api/v1/watches", data=b"{")

    for answer in (rated, watched):
        assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
