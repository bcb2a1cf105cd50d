"""Whatever is sent as a body gets a sensible answer, never a 500."""

import gzip
import json
import logging
import zlib
from asyncio import get_running_loop, open_connection, timeout
from collections.abc import Awaitable, Callable, Iterator
from datetime import date, datetime
from typing import Annotated, Any, TypeAlias
from uuid import UUID

import pytest
from aiohttp import ClientResponse, StreamReader, web
from aiohttp.base_protocol import BaseProtocol
from aiohttp.test_utils import TestClient, make_mocked_request
from attrs import field, frozen
from msgspec import UNSET, Meta, UnsetType

from watchlist_core.catalogue import MediaType
from watchlist_http.answers import Answer
from watchlist_http.body import BodyReader
from watchlist_http.options import LARGEST_BODY
from watchlist_http.refusals import MalformedBody
from watchlist_http.routing import Routes

Client: TypeAlias = TestClient[web.Request, web.Application]

routes = Routes("Echo", under="")
JSON = {"Content-Type": "application/json"}


@frozen
class Inner:
    flag: bool
    numbers: list[float]


@frozen
class Outer:
    """Something of everything."""

    text: Annotated[str, Meta(max_length=10)]
    count: int
    stars: Annotated[float, Meta(ge=1, le=5, multiple_of=0.5)] = 1
    inner: Inner | None = None
    many: list[Inner] = field(factory=list)
    id: UUID | None = None
    at: datetime | UnsetType | None = UNSET
    day: date | None = None
    kind: MediaType | None = None


class Echo(Answer, frozen=True):
    """What was understood."""

    got: str


@routes.put("/echo")
async def echo(body: Outer) -> Echo:
    """Tell what was understood."""
    return Echo(repr(body))


@pytest.fixture
async def client(start: Callable[..., Awaitable[Client]]) -> Client:
    return await start([routes], mounted="/mounted")


@pytest.fixture(autouse=True)
def nothing_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """What a client does wrong is no matter for the log."""
    yield
    assert [one for one in caplog.records if one.levelno >= logging.WARNING] == []


async def put(client: Client, body: bytes, **headers: str) -> ClientResponse:
    named = JSON | {name.replace("_", "-"): value for name, value in headers.items()}
    return await client.put("/mounted/echo", data=body, headers=named)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b'{"text": "\\u00e9", "count": 3.0, "stars": 3.5}'),
        (200, b'{"text": "", "count": -0, "inner": {"flag": true, "numbers": [1, -1.5e3]}}'),
        (200, b' {"text":"","count":9007199254740991,"at":null,"id":null,"kind":"series"}\r\n'),
        (200, b'{"text": "", "count": 3, "many": [{"flag": false, "numbers": []}]}'),
        (200, b'{"text": "\\ud83c\\udfac", "count": 3}'),
        (400, b""),
        (400, b"{"),
        (400, b"[" * 33 + b"]" * 33),
        (400, b"[" * 30_000 + b"]" * 30_000),
        (400, b"[" * 200_000),
        (400, b'{"a":' * 10_000),
        (400, b'{"count": ' + b"9" * 5000 + b"}"),
        (400, b'{"count": 1e999}'),
        (400, b'{"count": NaN}'),
        (400, b'{"count": Infinity}'),
        (400, b'{"count": 01}'),
        (400, b'{"text": "\xff"}'),
        (400, b'{"text": "\xed\xa0\x80"}'),
        (400, b'{"text": "\\ud800"}'),
        (400, b'{"text": "\x00"}'),
        (400, b'{"text": "", "text": ""}'),
        (400, b'{"text": "", "te\\u0078t": ""}'),
        (400, b'{"many": [{"flag": true, "flag": true}]}'),
        (400, b'{"text": ""} {}'),
        (400, b"\xef\xbb\xbf{}"),
        (400, '{"text": ""}'.encode("utf-16")),
        (400, b"{'text': ''}"),
        (413, b" " * (LARGEST_BODY + 1)),
        (413, b'"' + b"x" * 1_000_000 + b'"'),
        (422, b"[" * 32 + b"]" * 32),
        (422, b"[]"),
        (422, b"{}"),
        (422, b"null"),
        (422, b"true"),
        (422, b"0"),
        (422, b'"text"'),
        (422, b'{"text": "", "count": ' + b"9" * 300 + b"}"),
        (422, b'{"text": "", "count": ' + b"9" * 4000 + b"}"),
        (422, b'{"text": "", "count": 1e300}'),
        (422, b'{"text": "", "count": 9007199254740992}'),
        (422, b'{"text": "", "count": -9007199254740992.0}'),
        (422, b'{"text": "", "count": 3, "stars": 3.3}'),
        (422, b'{"text": "", "count": 3, "stars": ' + b"9" * 400 + b"}"),
        (422, b'{"text": "\\u0000", "count": 3}'),
        (422, b'{"text": "", "count": true}'),
        (422, b'{"text": "", "count": "3"}'),
        (422, b'{"text": "", "count": null}'),
        (422, b'{"text": "", "count": 3, "inner": []}'),
        (422, b'{"text": "", "count": 3, "many": {}}'),
        (422, b'{"text": "", "count": 3, "id": "{019aa0b5-7c00-7d3e-9a41-5f2b8c6d1e07}"}'),
        (422, b'{"text": "", "count": 3, "at": "2026-02-30T00:00:00Z"}'),
        (422, b'{"text": "", "count": 3, "at": "2026-11-20T00:00:00"}'),
        (422, b'{"text": "", "count": 3, "at": "20261120T000000Z"}'),
        (422, b'{"text": "", "count": 3, "at": "0001-01-01T00:00:00+14:00"}'),
        (422, b'{"text": "", "count": 3, "at": 0}'),
        (422, b'{"text": "", "count": 3, "day": "2026-02-30"}'),
        (422, b'{"text": "", "count": 3, "day": "20261120"}'),
        (422, b'{"text": "", "count": 3, "kind": ["movie"]}'),
        (422, b'{"text": "", "count": 3, "": 0}'),
    ],
)
async def test_any_body_is_answered(client: Client, status: int, body: bytes) -> None:
    answer = await put(client, body)

    assert answer.status == status, await answer.text()
    told = await answer.json()
    if status != 200:
        assert answer.content_type == "application/problem+json"
        assert (told["status"], told["type"]) == (status, f"/mounted/problems/{told['code']}")
        assert told["request_id"] == answer.headers["X-Request-ID"]


@pytest.mark.parametrize(
    ("member", "written", "understood"),
    [
        ("at", "2026-11-20T12:30:00.25+02:00", datetime.fromisoformat("2026-11-20T10:30:00.25Z")),
        ("at", "2026-11-20t12:30:00z", datetime.fromisoformat("2026-11-20T12:30:00Z")),
        ("day", "2026-11-20", date(2026, 11, 20)),
        ("id", "019AA0B5-7C00-7D3E-9A41-5F2B8C6D1E07", UUID("019aa0b57c007d3e9a415f2b8c6d1e07")),
        ("kind", "series", MediaType.SERIES),
        ("at", None, None),
        ("stars", 4.5, 4.5),
    ],
)
async def test_values_are_understood(
    client: Client, member: str, written: object, understood: object
) -> None:
    answer = await put(client, json.dumps({"text": "", "count": 1, member: written}).encode())

    assert f"{member}={understood!r}" in (await answer.json())["got"]


async def test_a_member_may_be_left_out_or_null_and_that_differs(client: Client) -> None:
    left_out = await put(client, b'{"text": "", "count": 1}')
    null = await put(client, b'{"text": "", "count": 1, "at": null}')

    assert "at=UNSET" in (await left_out.json())["got"]
    assert "at=None" in (await null.json())["got"]


async def test_all_that_is_wrong_is_told_at_once(client: Client) -> None:
    inner = {"flag": 0, "numbers": [1, "2", None]}
    body = {
        "text": 1,
        "count": "3",
        "stars": 6,
        "inner": inner,
        "many": [inner, 1],
        "id": "x",
        "at": "2026-01-01T00:00:00",
        "day": "today",
        "kind": "opera",
        "a/b": 1,
        "c~d": 1,
    }

    answer = await put(client, json.dumps(body).encode())

    errors = {error["pointer"]: error["message"] for error in (await answer.json())["errors"]}
    assert errors == {
        "/text": "must be a text without NUL",
        "/count": "must be a whole number below 2^53",
        "/stars": "must be 1 to 5",
        "/inner/flag": "must be true or false",
        "/inner/numbers/1": "must be a number",
        "/inner/numbers/2": "must be a number",
        "/many/0/flag": "must be true or false",
        "/many/0/numbers/1": "must be a number",
        "/many/0/numbers/2": "must be a number",
        "/many/1": "must be an object",
        "/id": "must be a UUID",
        "/at": "must be a date and time with its offset from UTC",
        "/day": "must be a date",
        "/kind": "must be one of movie, series",
        "/a~1b": "is not known here",
        "/c~0d": "is not known here",
    }


async def test_a_value_of_the_wrong_kind_is_told_of_the_whole_body(client: Client) -> None:
    answer = await put(client, b"[]")

    assert (await answer.json())["errors"] == [{"message": "must be an object", "pointer": ""}]


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        "Application/JSON;charset=UTF-8",
        'application/json; charset="utf8"',
        "application/json; profile=x",
    ],
)
async def test_json_may_be_called_so_in_many_ways(client: Client, content_type: str) -> None:
    answer = await put(client, b'{"text": "", "count": 1}', Content_Type=content_type)

    assert answer.status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/json; charset=latin-1"},
        {"Content-Type": "application/merge-patch+json"},
        {"Content-Type": "nonsense"},
        {"Content-Type": "application/json", "Content-Encoding": "x-unknown"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip, gzip"},
    ],
)
async def test_other_bodies_are_unsupported(client: Client, headers: dict[str, str]) -> None:
    answer = await client.put("/mounted/echo", data=b"{}", headers=headers)

    assert answer.status == 415
    assert (await answer.json())["code"] == "unsupported-media-type"


async def test_a_body_without_a_type_is_unsupported(client: Client) -> None:
    answer = await client.put("/mounted/echo", data=b"{}", skip_auto_headers=["Content-Type"])

    assert answer.status == 415


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [("gzip", gzip.compress), ("deflate", zlib.compress), ("GZIP", gzip.compress)],
)
async def test_a_body_may_be_packed(
    client: Client, encoding: str, pack: Callable[[bytes], bytes]
) -> None:
    answer = await put(client, pack(b'{"text": "x", "count": 1}'), Content_Encoding=encoding)

    assert answer.status == 200


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, b"no gzip at all"),
        (400, gzip.compress(b'{"text": "x", "count": 1}', mtime=0)[:-12]),
        (413, gzip.compress(b" " * 50_000_000, mtime=0)),
    ],
)
async def test_what_cannot_be_unpacked_is_told(client: Client, status: int, body: bytes) -> None:
    answer = await put(client, body, Content_Encoding="gzip")

    assert answer.status == status
    assert answer.content_type == "application/problem+json"


async def test_a_body_is_counted_as_it_comes_when_its_length_is_not_told(client: Client) -> None:
    async def chunks() -> Any:
        for _ in range(LARGEST_BODY // 1024 + 1):
            yield b" " * 1024

    answer = await client.put("/mounted/echo", data=chunks(), headers=JSON)

    assert answer.status == 413
    assert (await answer.json())["largest_body"] == LARGEST_BODY


async def test_the_limit_is_an_option(start: Callable[..., Awaitable[Client]]) -> None:
    client = await start([routes], mounted="/mounted", largest_body=30)

    small = await put(client, b'{"text": "x", "count": 1}')
    large = await put(client, b'{"text": "x", "count": 1000000}')

    assert (small.status, large.status) == (200, 413)


async def test_the_connection_goes_on_after_a_refused_body(client: Client) -> None:
    for body in (b" " * (LARGEST_BODY + 1), b"{", b'{"text": "x", "count": 1}'):
        answer = await put(client, body)

    assert answer.status == 200


async def test_a_client_that_leaves_in_the_middle_is_no_bug() -> None:
    broken = StreamReader(BaseProtocol(get_running_loop()), limit=2**16)
    broken.feed_data(b'{"text": ')
    broken.set_exception(ConnectionResetError("Connection lost"))
    request = make_mocked_request("PUT", "/echo", JSON, payload=broken)

    with pytest.raises(MalformedBody):
        await BodyReader(LARGEST_BODY)(request)


@pytest.mark.parametrize("sent", [b"", b'{"text": '])
async def test_half_a_body_is_not_waited_for_without_end(
    start: Callable[..., Awaitable[Client]], sent: bytes
) -> None:
    client = await start([routes], body_patience=0.05)
    reader, writer = await open_connection(client.host, client.port)
    head = b"PUT /echo HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"
    writer.write(head + b"Content-Length: 100\r\n\r\n" + sent)

    async with timeout(60):
        answer = await reader.read()  # to the end of the connection

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"\r\nConnection: close\r\n" in answer
    assert b'"code":"body-too-slow"' in answer
    writer.close()
