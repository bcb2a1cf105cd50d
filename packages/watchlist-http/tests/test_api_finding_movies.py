"""What clients can rely on when they look for the movie that a provider knows by some id."""

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeAlias

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient

Client: TypeAlias = TestClient[web.Request, web.Application]
Add: TypeAlias = Callable[[str, str, str, str], Awaitable[ClientResponse]]

ADDRESS: Final = "/api/v1/movies"


@pytest.fixture
def add(client: Client, moderator: Any) -> Add:
    async def add(title: str, provider: str, kind: str, value: str) -> ClientResponse:
        named = {"provider": provider, "kind": kind, "value": value}
        movie = {"title": title, "media_type": kind, "external_ids": [named]}
        return await client.post(ADDRESS, json=movie, headers=moderator.headers)

    return add


async def test_a_movie_is_found_by_what_a_provider_calls_it(client: Client, add: Add) -> None:
    added = await add("Solaris", "my tv", "movie", "a/b ?&#é")
    address = f"{ADDRESS}/by-id/my%20tv/a%2Fb%20%3F%26%23%C3%A9"

    found = await client.get(address)
    held = await client.get(address, headers={"If-None-Match": added.headers["ETag"]})

    assert (found.status, held.status) == (200, 304)
    assert await found.json() == await added.json()
    assert found.headers["ETag"] == added.headers["ETag"]
    assert found.headers["Cache-Control"] == "public, no-cache"


async def test_movies_and_series_are_counted_apart(
    client: Client, add: Add, moderator: Any
) -> None:
    series = await add("Solaris, the series", "tmdb", "series", "593")
    address = f"{ADDRESS}/by-id/tmdb/593"
    only = await client.get(address)
    film = await add("Solaris", "tmdb", "movie", "593")

    either = await client.get(address)
    by_kind = {kind: await client.get(f"{address}?kind={kind}") for kind in ("movie", "series")}
    headers = moderator.headers | {"If-Match": film.headers["ETag"]}
    await client.delete(film.headers["Location"], headers=headers)
    left = await client.get(address)

    assert await either.json() == await by_kind["movie"].json() == await film.json()
    assert await by_kind["series"].json() == await series.json()
    assert await only.json() == await left.json() == await series.json()


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("imdb/tt0069293", 200, None),
        ("imdb/tt0069293?kind=series", 404, "external-id-unknown"),
        ("imdb/tt1", 404, "external-id-unknown"),
        ("tmdb/tt0069293", 404, "external-id-unknown"),
        ("imdb/%20", 404, "no-such-resource"),
        ("%20/tt0069293", 404, "no-such-resource"),
        (f"{'x' * 41}/tt0069293", 404, "no-such-resource"),
        (f"imdb/{'x' * 101}", 404, "no-such-resource"),
        ("imdb/%00", 404, "no-such-resource"),
        ("imdb", 404, "no-such-resource"),
        ("imdb/tt0069293?kind=opera", 422, "does-not-fit"),
        ("imdb/tt0069293?kind=movie&kind=series", 422, "does-not-fit"),
    ],
)
async def test_what_no_provider_calls_a_movie_is_not_found(
    client: Client, add: Add, path: str, status: int, code: str | None
) -> None:
    await add("Solaris", "imdb", "movie", "tt0069293")

    answer = await client.get(f"{ADDRESS}/by-id/{path}")

    assert answer.status == status
    assert (await answer.json(content_type=None)).get("code") == code


async def test_an_id_that_nobody_has_is_told(client: Client) -> None:
    answer = await client.get(f"{ADDRESS}/by-id/imdb/tt0069293")

    problem = await answer.json(content_type=None)
    assert (problem["provider"], problem["value"]) == ("imdb", "tt0069293")
