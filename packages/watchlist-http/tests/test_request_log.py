import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from typing import Any, TypeAlias
from uuid import UUID

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer, make_mocked_request
from yarl import URL

from watchlist_core.auth import Identity, Role
from watchlist_core.ids import AccountId
from watchlist_http.authentication import Authentication
from watchlist_http.client_address import ClientAddress
from watchlist_http.edge import Edge
from watchlist_http.request_log import RequestLog

Client: TypeAlias = TestClient[web.Request, web.Application]
Serve: TypeAlias = Callable[[RequestLog], AbstractAsyncContextManager[Client]]

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ACCOUNT = AccountId(UUID(int=7))


@pytest.fixture
def written() -> list[bytes]:
    return []


@pytest.fixture
def log(written: list[bytes]) -> RequestLog:
    return RequestLog(written.append, clock=lambda: NOON, longest_wait=60)


@pytest.fixture
def serve() -> Serve:
    async def identify(_: str) -> Identity:
        return Identity(ACCOUNT, Role.USER)

    authentication = Authentication(identify)

    async def show(request: web.Request) -> web.Response:
        await authentication.if_signed_in(request)
        return web.Response(text="four")

    async def stream(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        await answer.write(b"one")
        await answer.write_eof()
        return answer

    async def leave(_: web.Request) -> web.Response:
        raise web.HTTPFound("/")

    async def fail(_: web.Request) -> web.Response:
        raise ZeroDivisionError

    async def never(_: web.Request) -> web.Response:
        return web.Response(body=b"four", status=503)

    @asynccontextmanager
    async def serve(log: RequestLog) -> AsyncIterator[Client]:
        application = web.Application()
        Edge(log=log).install(application)
        application.router.add_get("/stream", stream)
        application.router.add_get("/leave", leave)
        application.router.add_get("/fail", fail)
        application.router.add_get("/busy", never)
        application.router.add_get(r"/{path:[\s\S]*}", show)
        async with TestClient(TestServer(application)) as client:
            yield client

    return serve


def _lines(written: list[bytes]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in b"".join(written).splitlines()]


async def test_a_line_tells_what_was_asked_and_answered(
    serve: Serve, log: RequestLog, written: list[bytes]
) -> None:
    headers = {"X-Request-ID": "mine-1", "Authorization": "Bearer secret"}

    async with serve(log) as client:
        await client.get("/movies?token=secret", headers=headers)

    [line] = _lines(written)
    assert line.pop("duration_ms") >= 0
    assert line == {
        "event": "request",
        "timestamp": "2026-11-20T12:00:00Z",
        "level": "info",
        "method": "GET",
        "path": "/movies",
        "status": 200,
        "bytes": 4,
        "request_id": "mine-1",
        "remote": "127.0.0.1",
        "account": str(ACCOUNT),
    }
    assert b"secret" not in b"".join(written)


async def test_behind_a_proxy_a_line_tells_who_has_asked_and_who_has_passed_it_on(
    serve: Serve, written: list[bytes]
) -> None:
    log = RequestLog(written.append, ClientAddress(["127.0.0.1"]), longest_wait=60)

    async with serve(log) as client:
        for forwarded in ("198.51.100.1, 2001:db8::7", ""):
            await client.get("/movies", headers={"X-Forwarded-For": forwarded})

    assert [(line["remote"], line.get("peer")) for line in _lines(written)] == [
        ("2001:db8::7", "127.0.0.1"),
        ("127.0.0.1", None),
    ]


async def test_nobody_makes_up_where_he_comes_from(
    serve: Serve, log: RequestLog, written: list[bytes]
) -> None:
    async with serve(log) as client:
        await client.get("/movies", headers={"X-Forwarded-For": "203.0.113.7"})

    [line] = _lines(written)
    assert (line["remote"], line.get("peer")) == ("127.0.0.1", None)


@pytest.mark.parametrize(
    ("asked", "status", "size", "level"),
    [
        ("HEAD /movies", 200, 0, "info"),
        ("GET /leave", 302, 0, "info"),
        ("DELETE /movies", 405, 0, "info"),
        ("OPTIONS /movies", 204, 0, "info"),
        ("GET /busy", 503, 4, "error"),
        ("GET /fail", 500, 0, "error"),
    ],
)
async def test_whatever_is_answered_is_noted(
    serve: Serve, asked: str, status: int, size: int, level: str
) -> None:
    written: list[bytes] = []

    async with serve(RequestLog(written.append)) as client:
        await client.request(*asked.split(), allow_redirects=False)

    [line] = _lines(written)
    assert (line["status"], line["bytes"], line["level"]) == (status, size, level)
    assert "account" not in line


async def test_what_aiohttp_refuses_by_itself_is_noted(
    serve: Serve, log: RequestLog, written: list[bytes]
) -> None:
    headers = {"Expect": "a-miracle", "X-Request-ID": "mine-1"}

    async with serve(log) as client:
        await client.get("/movies", headers=headers)

    [line] = _lines(written)
    assert (line["status"], line["request_id"], line["duration_ms"]) == (417, "mine-1", 0)


async def test_a_stream_is_noted_with_all_that_was_sent(
    serve: Serve, log: RequestLog, written: list[bytes]
) -> None:
    async with serve(log) as client:
        await client.get("/stream")

    [line] = _lines(written)
    assert line["bytes"] >= 3


async def test_a_client_that_leaves_is_noted(log: RequestLog, written: list[bytes]) -> None:
    async def wait(_: web.Request) -> web.StreamResponse:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await Edge(log=log).around(make_mocked_request("GET", "/slow"), wait)
    log.close()

    assert _lines(written)[0]["status"] == 499


@pytest.mark.parametrize(
    "path", ["/a%0A%7B%22event%22:1%7D", "/a%00b", "/a%22,%22status%22:200", "/%E2%80%A8", "/%ff"]
)
async def test_no_path_can_forge_a_line(
    serve: Serve, log: RequestLog, written: list[bytes], path: str
) -> None:
    async with serve(log) as client:
        await client.get(URL(path, encoded=True))

    [line] = _lines(written)
    assert (line["path"], line["status"]) == (path, 200)


async def test_a_password_in_the_target_is_not_noted(
    serve: Serve, log: RequestLog, written: list[bytes]
) -> None:
    async with serve(log) as client:
        reader, writer = await asyncio.open_connection(client.host, client.port)
        writer.write(b"GET http://user:secret@host/movies HTTP/1.0\r\nHost: host\r\n\r\n")
        await reader.read()
        writer.close()
        await writer.wait_closed()

    assert [line["path"] for line in _lines(written)] == ["/movies"]


@pytest.mark.parametrize(("path", "noted"), [("/café", "/caf\\xe9"), ("/\udcff", "/\\udcff")])
async def test_bytes_that_the_parser_let_through_are_noted_in_ascii(
    log: RequestLog, written: list[bytes], path: str, noted: str
) -> None:
    request = make_mocked_request("GET", path)
    request._rel_url = URL.build(path=path, encoded=True)  # noqa: SLF001  as aiohttp's other parser makes it

    log.add(request, status=404, seconds=0, size=0)
    log.close()

    assert [line["path"] for line in _lines(written)] == [noted]


async def test_lines_are_handed_over_together(
    serve: Serve, log: RequestLog, written: list[bytes]
) -> None:
    async with serve(log) as client:
        for _ in range(20):
            await client.get("/movies")
        before_the_end = len(written)

    assert (before_the_end, len(written), len(_lines(written))) == (0, 1, 20)


async def test_many_lines_do_not_wait_for_their_time(serve: Serve, written: list[bytes]) -> None:
    log = RequestLog(written.append, longest_wait=60, enough=500)

    async with serve(log) as client:
        for _ in range(20):
            await client.get("/movies")
        before_the_end = len(_lines(written))

    assert 15 <= before_the_end <= 20
    assert len(_lines(written)) == 20


async def test_long_lines_do_not_wait_until_they_are_many(
    serve: Serve, written: list[bytes]
) -> None:
    log = RequestLog(written.append, longest_wait=60, enough=8_000)

    async with serve(log) as client:
        for _ in range(4):
            await client.get(f"/{'x' * 4_000}")
        before_the_end = len(_lines(written))

    assert before_the_end in {2, 4}
    assert len(_lines(written)) == 4


async def test_few_lines_wait_no_longer_than_they_may(serve: Serve) -> None:
    arrived: asyncio.Queue[bytes] = asyncio.Queue()
    log = RequestLog(arrived.put_nowait, longest_wait=0.01)

    async with serve(log) as client:
        await client.get("/one")
        first = await asyncio.wait_for(arrived.get(), 5)
        await client.get("/two")
        second = await asyncio.wait_for(arrived.get(), 5)

    assert [line["path"] for line in _lines([first, second])] == ["/one", "/two"]


@pytest.fixture
def disk() -> "Disk":
    return Disk()


class Disk:
    """A sink that may be full."""

    def __init__(self) -> None:
        self.is_full = True
        self.failure: Exception = OSError()
        self.tried = asyncio.Event()
        self.written: list[bytes] = []

    def __call__(self, lines: bytes) -> None:
        self.tried.set()
        if self.is_full:
            raise self.failure
        self.written.append(lines)


@pytest.mark.parametrize("failure", [OSError(), ValueError("I/O operation on closed file")])
async def test_lines_outlive_a_sink_that_fails_for_a_while(
    serve: Serve, disk: Disk, caplog: pytest.LogCaptureFixture, failure: Exception
) -> None:
    disk.failure = failure
    log = RequestLog(disk, longest_wait=0.001, enough=1)

    async with serve(log) as client:
        statuses = [(await client.get(f"/{number}")).status for number in range(3)]
        await asyncio.wait_for(disk.tried.wait(), 5)
        disk.is_full = False

    assert statuses == [200, 200, 200]
    assert [line["path"] for line in _lines(disk.written)] == ["/0", "/1", "/2"]
    assert len([r for r in caplog.records if "request log" in r.message]) == 1


async def test_what_a_failing_sink_cannot_take_is_bounded_and_counted(
    serve: Serve, disk: Disk
) -> None:
    log = RequestLog(disk, longest_wait=60, enough=1, largest=300)

    async with serve(log) as client:
        for number in range(10):
            await client.get(f"/{number}")
        disk.is_full = False

    kept = _lines(disk.written)
    assert (kept[0]["path"], len(kept) + log.dropped) == ("/0", 10)
    assert 0 < log.dropped < 10


async def test_closing_an_idle_log_writes_nothing(log: RequestLog, written: list[bytes]) -> None:
    log.close()

    assert written == []
