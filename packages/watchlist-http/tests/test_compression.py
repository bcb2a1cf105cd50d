import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from hashlib import sha256
from threading import current_thread, main_thread
from typing import TypeAlias

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from watchlist_http.compression import Coding, Compression, coding_for
from watchlist_http.edge import Edge

Client: TypeAlias = TestClient[web.Request, web.Application]
Serve: TypeAlias = Callable[..., AbstractAsyncContextManager[Client]]

LONG = b'{"title": "Alien"}' * 200
SHORT = b'{"title": "Alien"}'
RANDOM = b"".join(sha256(bytes([number])).digest() for number in range(64))
AS_IT_IS = Coding(None)
GZIP = {"Accept-Encoding": "gzip"}


@pytest.fixture
def serve() -> Serve:
    """Serve one answer; the client shows what is really sent."""

    @asynccontextmanager
    async def serve(
        body: bytes | None = LONG,
        *,
        status: int = 200,
        content_type: str = "application/json",
        compression: Compression | None = Compression(),  # noqa: B008  it is frozen
        **headers: str,
    ) -> AsyncIterator[Client]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}

        async def answer(_: web.Request) -> web.Response:
            return web.Response(
                body=body, status=status, headers=named | {"Content-Type": content_type}
            )

        application = web.Application()
        Edge(compression=compression).install(application)
        application.router.add_get("/", answer)
        async with TestClient(
            TestServer(application), auto_decompress=False, skip_auto_headers=["Accept-Encoding"]
        ) as client:
            yield client

    return serve


@pytest.mark.parametrize(
    ("coding", "unpack"), [("gzip", gzip.decompress), ("deflate", zlib.decompress)]
)
async def test_an_answer_is_packed_as_the_client_asks(
    serve: Serve, coding: str, unpack: Callable[[bytes], bytes]
) -> None:
    async with serve(ETag='"1"') as client:
        response = await client.get("/", headers={"Accept-Encoding": coding})
        sent = await response.read()

    assert (response.headers["Content-Encoding"], response.headers["ETag"]) == (coding, 'W/"1"')
    assert response.headers["Content-Length"] == str(len(sent))
    assert response.headers["Vary"] == "Accept-Encoding"
    assert unpack(sent) == LONG


async def test_a_weak_tag_stays_as_it_is(serve: Serve) -> None:
    async with serve(ETag='W/"1"') as client:
        response = await client.get("/", headers=GZIP)

    assert (response.headers["Content-Encoding"], response.headers["ETag"]) == ("gzip", 'W/"1"')


async def test_head_tells_what_get_would(serve: Serve) -> None:
    async with serve(ETag='"1"') as client:
        get = await client.get("/", headers=GZIP)
        head = await client.head("/", headers=GZIP)

    for name in ("Content-Encoding", "Content-Length", "ETag", "Vary"):
        assert head.headers[name] == get.headers[name]


@pytest.mark.parametrize(
    "headers", [{}, {"Accept-Encoding": "identity"}, {"Accept-Encoding": "br"}]
)
async def test_who_does_not_ask_gets_it_as_it_is(serve: Serve, headers: dict[str, str]) -> None:
    async with serve(ETag='"1"') as client:
        response = await client.get("/", headers=headers)
        sent = await response.read()

    assert (sent, response.headers["ETag"]) == (LONG, '"1"')
    assert "Content-Encoding" not in response.headers
    assert response.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    ("body", "content_type", "headers"),
    [
        (SHORT, "application/json", {}),
        (LONG, "image/png", {}),
        (LONG, "application/json", {"Content_Encoding": "br"}),
        (LONG, "application/json", {"Cache_Control": "no-store, no-transform"}),
        (LONG, "application/json", {"Content_Range": "bytes 0-1/2"}),
        (RANDOM, "text/plain", {}),
    ],
    ids=["short", "image", "packed", "secret", "part", "random"],
)
async def test_what_is_not_worth_it_or_must_not_be_packed_is_not(
    serve: Serve, body: bytes, content_type: str, headers: dict[str, str]
) -> None:
    async with serve(body, content_type=content_type, **headers) as client:
        response = await client.get("/", headers=GZIP)
        sent = await response.read()

    assert sent == body
    assert response.headers.get("Content-Encoding") == headers.get("Content_Encoding")


@pytest.mark.parametrize("status", [204, 304])
async def test_nothing_stays_nothing(serve: Serve, status: int) -> None:
    refusing = {"Accept-Encoding": "gzip, identity;q=0"}

    async with serve(None, status=status, ETag='"1"') as client:
        response = await client.get("/", headers=refusing)

    assert (response.status, response.headers["ETag"]) == (status, '"1"')
    assert "Content-Encoding" not in response.headers
    assert response.headers["Vary"] == "Accept-Encoding"


async def test_who_refuses_plain_answers_gets_even_short_ones_packed(serve: Serve) -> None:
    async with serve(SHORT) as client:
        response = await client.get("/", headers={"Accept-Encoding": "gzip, identity;q=0"})
        sent = await response.read()

    assert gzip.decompress(sent) == SHORT


async def test_nothing_is_packed_where_the_settings_say_so(serve: Serve) -> None:
    async with serve(compression=None) as client:
        response = await client.get("/", headers=GZIP)
        sent = await response.read()

    assert sent == LONG
    assert "Vary" not in response.headers


async def test_a_stream_is_left_alone() -> None:
    async def stream(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        await answer.write(LONG)
        await answer.write_eof()
        return answer

    application = web.Application()
    Edge().install(application)
    application.router.add_get("/", stream)

    async with TestClient(TestServer(application)) as client:
        response = await client.get("/", headers=GZIP)
        sent = await response.read()

    assert sent == LONG


async def test_a_long_answer_is_packed_beside_the_loop(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = []

    def compress(body: bytes, level: int, window: int) -> bytes:
        threads.append(current_thread())
        return zlib.compress(body, level, window)

    monkeypatch.setattr("watchlist_http.compression.compress", compress)

    async with serve(LONG * 20) as client:
        responses = await asyncio.gather(*(client.get("/", headers=GZIP) for _ in range(3)))
        sent = [await response.read() for response in responses]

    assert [gzip.decompress(body) for body in sent] == [LONG * 20] * 3
    assert main_thread() not in threads


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", AS_IT_IS),
        ("gzip", Coding("gzip")),
        ("GZIP", Coding("gzip")),
        ("x-gzip", Coding("gzip")),
        ("gzip, deflate, br, zstd", Coding("gzip")),
        ("deflate, gzip", Coding("gzip")),
        ("deflate;q=1.0, gzip;q=0.5", Coding("deflate")),
        ("deflate ; q=0.8 , gzip;q=0", Coding("deflate")),
        ("*", Coding("gzip")),
        ("gzip;q=0, *", Coding("deflate")),
        ("identity, gzip;q=0.5", AS_IT_IS),
        ("identity;q=0.5, gzip;q=0.5", Coding("gzip")),
        ("identity;q=0, gzip", Coding("gzip", is_identity_refused=True)),
        ("gzip, *;q=0", Coding("gzip", is_identity_refused=True)),
        ("identity;q=0", AS_IT_IS),
        ("*;q=0", AS_IT_IS),
        ("br", AS_IT_IS),
        ("gzip;q=2", AS_IT_IS),
        ("gzip;q=nan", AS_IT_IS),
        ("gzip;q=high", AS_IT_IS),
        ("gzip;level=9", AS_IT_IS),
        (",,;q=1,", AS_IT_IS),
        ("gzip," * 2000, Coding("gzip")),
    ],
)
def test_the_coding_that_the_client_likes_best_is_chosen(accepted: str, coding: Coding) -> None:
    assert coding_for(accepted) == coding
