import asyncio
from collections.abc import AsyncIterator
from typing import TypeAlias
from uuid import UUID

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from watchlist_http.edge import Edge
from watchlist_http.request_ids import new_request_id, request_id

Client: TypeAlias = TestClient[web.Request, web.Application]


async def tell_id(request: web.Request) -> web.Response:
    return web.Response(text=request_id(request))


async def stream(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse()
    await answer.prepare(request)
    await answer.write_eof(b"one")
    return answer


async def redirect(_: web.Request) -> web.Response:
    raise web.HTTPFound("/")


async def fail(_: web.Request) -> web.Response:
    raise ZeroDivisionError


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    application = web.Application()
    Edge().install(application)
    application.router.add_get("/", tell_id)
    application.router.add_get("/stream", stream)
    application.router.add_get("/redirect", redirect)
    application.router.add_get("/fail", fail)
    async with TestClient(TestServer(application)) as client:
        yield client


@pytest.mark.parametrize("theirs", ["a", "A-Z_a.z-09", "x" * 128])
async def test_a_decent_id_of_the_client_is_kept(client: Client, theirs: str) -> None:
    response = await client.get("/", headers={"X-Request-ID": theirs})

    assert response.headers["X-Request-ID"] == theirs
    assert await response.text() == theirs


@pytest.mark.parametrize("theirs", ["", "a b", "x" * 129, "é", "a\tb", "<script>"])
async def test_any_other_id_is_replaced(client: Client, theirs: str) -> None:
    response = await client.get("/", headers={"X-Request-ID": theirs})

    ours = response.headers.getall("X-Request-ID")
    assert ours == [await response.text()]
    assert UUID(ours[0]).version == 7


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("HEAD", "/", {}, 200),
        ("GET", "/stream", {}, 200),
        ("GET", "/redirect", {}, 302),
        ("GET", "/nothing", {}, 404),
        ("POST", "/", {}, 405),
        ("GET", "/", {"Expect": "a-miracle"}, 417),
        ("OPTIONS", "/", {}, 204),
    ],
)
async def test_every_answer_is_named(
    client: Client, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    named = headers | {"X-Request-ID": "mine-1"}

    response = await client.request(method, path, headers=named, allow_redirects=False)

    assert (response.status, response.headers["X-Request-ID"]) == (status, "mine-1")


async def test_even_the_answer_to_a_bug_that_nobody_caught_is_named(client: Client) -> None:
    response = await client.get("/fail", headers={"X-Request-ID": "mine-1"})

    assert (response.status, response.headers["X-Request-ID"]) == (500, "mine-1")


async def test_requests_in_one_connection_have_ids_of_their_own(client: Client) -> None:
    responses = await asyncio.gather(*(client.get("/") for _ in range(20)))

    assert len({response.headers["X-Request-ID"] for response in responses}) == 20


def test_an_id_of_ours_tells_its_time_and_then_chance() -> None:
    made = UUID(new_request_id(lambda: 0x0123456789AB * 1_000_000, lambda bits: (1 << bits) - 1))

    assert str(made) == "01234567-89ab-7fff-bfff-ffffffffffff"
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
