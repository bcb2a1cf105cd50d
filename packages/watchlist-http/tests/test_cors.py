from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TypeAlias

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from watchlist_http.cors import Cors
from watchlist_http.edge import Edge

Client: TypeAlias = TestClient[web.Request, web.Application]
Serve: TypeAlias = Callable[..., AbstractAsyncContextManager[Client]]

FRIEND = "https://friend.example"
STRANGER = "https://stranger.example"


async def _answer(_: web.Request) -> web.Response:
    return web.Response(text="ok", headers={"Vary": "Accept"})


@pytest.fixture
def serve() -> Serve:
    @asynccontextmanager
    async def serve(*origins: str) -> AsyncIterator[Client]:
        application = web.Application()
        Edge(cors=Cors(origins), compression=None).install(application)
        application.router.add_get("/movies", _answer)
        application.router.add_post("/movies", _answer)
        application.router.add_route("OPTIONS", "/own", _answer)
        outer = web.Application()
        outer.add_subapp("/api", application)
        async with TestClient(TestServer(outer)) as client:
            yield client

    return serve


def _cors(response: ClientResponse) -> dict[str, str]:
    headers = response.headers
    return {name: value for name, value in headers.items() if name.startswith("Access-Control-")}


@pytest.mark.parametrize(("path", "status"), [("/api/movies", 200), ("/api/nothing", 404)])
async def test_a_page_of_a_known_origin_may_read_answers_and_errors(
    serve: Serve, path: str, status: int
) -> None:
    async with serve(FRIEND) as client:
        response = await client.get(path, headers={"Origin": FRIEND})

    assert response.status == status
    assert response.headers["Access-Control-Allow-Origin"] == FRIEND
    exposed = response.headers["Access-Control-Expose-Headers"].split(", ")
    assert {"ETag", "Link", "Location", "Retry-After", "X-Request-ID"} <= set(exposed)
    assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.mark.parametrize("origin", [STRANGER, "null", "https://friend.example.evil", ""])
async def test_an_unknown_origin_gets_no_header(serve: Serve, origin: str) -> None:
    async with serve(FRIEND) as client:
        response = await client.get("/api/movies", headers={"Origin": origin})

    assert (response.status, _cors(response)) == (200, {})
    assert response.headers["Vary"] == "Accept, Origin"


async def test_nobody_is_known_unless_somebody_says_so(serve: Serve) -> None:
    async with serve() as client:
        response = await client.get("/api/movies", headers={"Origin": FRIEND})

    assert (_cors(response), response.headers["Vary"]) == ({}, "Accept")


async def test_answers_depend_on_the_origin_even_where_none_is_told(serve: Serve) -> None:
    async with serve(FRIEND) as client:
        response = await client.get("/api/movies")

    assert (_cors(response), response.headers["Vary"]) == ({}, "Accept, Origin")


async def test_any_origin_may_read_what_is_open_to_the_world(serve: Serve) -> None:
    async with serve("*") as client:
        response = await client.get("/api/movies", headers={"Origin": STRANGER})

    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Vary"] == "Accept"


async def test_a_browser_that_asks_beforehand_is_told_what_it_may_send(serve: Serve) -> None:
    asked = {"Origin": FRIEND, "Access-Control-Request-Method": "POST"}

    async with serve(FRIEND) as client:
        response = await client.options("/api/movies", headers=asked)

    assert response.status == 204
    assert response.headers["Access-Control-Allow-Origin"] == FRIEND
    assert response.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS, POST"
    assert "Authorization" in response.headers["Access-Control-Allow-Headers"].split(", ")
    assert response.headers["Access-Control-Max-Age"] == "7200"
    assert "Origin" in response.headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in response.headers


async def test_a_browser_of_a_stranger_learns_the_methods_and_no_more(serve: Serve) -> None:
    asked = {"Origin": STRANGER, "Access-Control-Request-Method": "POST"}

    async with serve(FRIEND) as client:
        response = await client.options("/api/movies", headers=asked)

    assert (response.status, _cors(response)) == (204, {})
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS, POST"


async def test_options_without_an_origin_tells_the_methods(serve: Serve) -> None:
    async with serve(FRIEND) as client:
        response = await client.options("/api/movies")

    assert (response.status, response.headers["Allow"]) == (204, "GET, HEAD, OPTIONS, POST")
    assert _cors(response) == {}


async def test_options_of_nothing_is_not_found(serve: Serve) -> None:
    async with serve(FRIEND) as client:
        response = await client.options("/api/nothing")

    assert response.status == 404


async def test_a_handler_of_options_answers_for_itself(serve: Serve) -> None:
    async with serve(FRIEND) as client:
        response = await client.options("/api/own")

    assert response.status == 200


@pytest.mark.parametrize(
    "origin",
    ["friend.example", "https://friend.example/", "null", "https://", "ftp://a", "https://a b"],
)
def test_what_is_no_origin_is_refused_at_the_start(origin: str) -> None:
    with pytest.raises(ValueError, match="no origin"):
        Cors([origin])


@pytest.mark.parametrize(
    "origin", ["http://localhost:3000", "https://[::1]:8443", "HTTPS://A.example"]
)
def test_origins_may_have_ports_and_be_written_in_capitals(origin: str) -> None:
    assert Cors([origin]).headers(origin.lower())
