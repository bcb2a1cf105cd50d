"""The API as a part of somebody else's aiohttp program."""

from collections.abc import AsyncIterator
from typing import Any, TypeAlias

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from watchlist_core.auth import Identity, InvalidToken
from watchlist_http.application import create_application
from watchlist_http.options import LARGEST_BODY, Options
from watchlist_http.routing import Services

Client: TypeAlias = TestClient[web.Request, web.Application]


@pytest.fixture
async def client(start: Any) -> Client:
    """The program takes bodies of one byte at most, which is no matter of the API."""
    client: Client = await start(mounted="/films")
    return client


async def test_links_lead_back_into_the_mounted_api(client: Client, moderator: Any) -> None:
    added = await client.post(
        "/films/api/v1/movies", json={"title": "Solaris"}, headers=moderator.headers
    )

    shown = await client.get(added.headers["Location"])
    listed = await client.get("/films/api/v1/movies")
    refused = await client.get("/films/api/v1/movies/unknown")

    assert (added.status, shown.status) == (201, 200)
    assert listed.headers["Link"].startswith("</films/api/v1/movies?page=1")
    assert (await refused.json())["type"] == "/films/problems/no-such-resource"


async def test_its_own_limit_holds(client: Client, moderator: Any) -> None:
    body = b'{"title": "' + b"x" * LARGEST_BODY + b'"}'
    headers = moderator.headers | {"Content-Type": "application/json"}

    answer = await client.post("/films/api/v1/movies", data=body, headers=headers)

    assert (answer.status, (await answer.json())["code"]) == (413, "body-too-large")


async def test_what_is_beside_it_is_not_touched(client: Client) -> None:
    answer = await client.get("/elsewhere")

    assert (answer.status, answer.content_type) == (404, "text/plain")
    assert "X-Request-ID" not in answer.headers


async def identify(_: str) -> Identity:
    raise InvalidToken


@pytest.fixture
async def nested(services: Services) -> AsyncIterator[Client]:
    """Two of them in one program, one of which is mounted in what is mounted itself."""
    inner = web.Application()
    inner.add_subapp("/inner", create_application(services, identify))
    outer = web.Application()
    outer.add_subapp("/outer", inner)
    public = Options(public_url="https://films.example")
    outer.add_subapp("/other", create_application(services, identify, public))
    async with TestClient(TestServer(outer)) as client:
        yield client


@pytest.mark.parametrize(
    ("prefix", "start"), [("/outer/inner", "/outer/inner"), ("/other", "https://films.example")]
)
async def test_each_knows_where_it_is(nested: Client, prefix: str, start: str) -> None:
    refused = await nested.post(f"{prefix}/api/v1/watches")
    listed = await nested.get(f"{prefix}/api/v1/movies")
    document = await nested.get(f"{prefix}/openapi.json")

    assert (await refused.json())["type"] == f"{start}/problems/not-signed-in"
    assert listed.headers["Link"].startswith(f"<{start}/api/v1/movies?page=1")
    assert (await document.json())["servers"] == [{"url": start}]
