"""A server of its own process, and clients who send what no client should."""

import asyncio
import json
import zlib
from urllib.parse import urlsplit

from tests.faults.wire import Request, exchange
from tests.servers.watchlist import House, Running, Start

TWO_MEGABYTES = 2 * 1024 * 1024


async def tell(server: Running, request: Request) -> tuple[int, str]:
    """Return the status and the code of what is answered to *request*."""
    parts = urlsplit(server.url)
    reply = await exchange(parts.hostname or "", parts.port or 0, request)
    return reply.status, json.loads(reply.body)["code"]


async def mutter(server: Running, sent: bytes) -> bytes:
    """Return what is answered to bytes that are hardly a request."""
    parts = urlsplit(server.url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        writer.write(sent)
        writer.write_eof()
        async with asyncio.timeout(30):
            return await reader.read()
    finally:
        writer.close()


async def test_faults_are_told_over_a_socket_and_are_none_of_the_log(
    serve: Start, sqlite_house: House
) -> None:
    server = await serve(**sqlite_house.settings)
    async with sqlite_house.client(server, sqlite_house.accounts[0]) as client:
        credentials = client.headers["Authorization"]
    post = Request("POST", "/api/v1/watches", headers=(("authorization", credentials),))
    as_json = post.with_headers(content_type="application/json")

    def body(sent: bytes, *, in_chunks: bool = False) -> Request:
        return Request("POST", post.path, "", as_json.headers, sent, in_chunks)

    told = [
        await tell(server, request)
        for request in (
            body(b"[]"),
            body(b"[" * 200_000),
            body(b'{"movie_id": "\xff"}'),
            body(b" " * TWO_MEGABYTES),
            body(b" " * TWO_MEGABYTES, in_chunks=True),
            body(b"no gzip").with_headers(content_encoding="gzip"),
            body(b"{}").with_headers(content_type="text/plain"),
            body(b"{}").with_headers(authorization="Bearer nonsense"),
            Request("DELETE", post.path),
            Request("GET", "/api/v1/movies/%00"),
            Request("GET", "/api/v1/movies", "page=0"),
            Request("GET", "/api/v1/movies").with_headers(expect="200-ok"),
        )
    ]

    assert told == [
        (422, "does-not-fit"),
        (400, "malformed-body"),
        (400, "malformed-body"),
        (413, "body-too-large"),
        (413, "body-too-large"),
        (400, "malformed-body"),
        (415, "unsupported-media-type"),
        (401, "invalid-token"),
        (405, "method-not-allowed"),
        (404, "no-such-resource"),
        (422, "does-not-fit"),
        (417, "expectation-failed"),
    ]
    assert await server.stop() == 0
    assert "Traceback" not in server.output
    assert "error" not in server.output.lower()


NO_HTTP = [
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"\0" * 100,
    b"GET\r\n\r\n",
    b"GET /\x00 HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 20_000 + b"\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nA b: c\r\n\r\n",
    b"GET / HTTP/9.9\r\nHost: a\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: br\r\nContent-Length: 2\r\n\r\n{}",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: deflate\r\nContent-Length: 9\r\n\r\n"
    + zlib.compress(b"{}" * 1000)[:9],
]


async def test_what_is_no_http_is_refused_in_one_line_of_the_log(
    serve: Start, sqlite_house: House
) -> None:
    server = await serve(**sqlite_house.settings)

    answered = [await mutter(server, sent) for sent in NO_HTTP]

    assert {answer[:12] for answer in answered} <= {b"HTTP/1.0 400", b"HTTP/1.1 400", b""}
    assert await tell(server, Request("GET", "/no-such-thing")) == (404, "no-such-resource")
    assert await server.stop() == 0
    assert "Traceback" not in server.output
    assert len(server.told("a client speaks no HTTP")) <= len(NO_HTTP)
