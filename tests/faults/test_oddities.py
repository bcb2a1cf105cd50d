"""What only looks wrong is answered like any other request."""

import logging
from collections.abc import Iterator

import pytest
from attrs import evolve

from tests.faults.conftest import System
from tests.faults.operations import Operation
from tests.faults.wire import Request
from watchlist_http.openapi import document

pytestmark = pytest.mark.asyncio(loop_scope="module")  # that of the server

PATHS = document()["paths"].values()
IDS = [operation["operationId"] for methods in PATHS for operation in methods.values()]
READS = [methods["get"]["operationId"] for methods in PATHS if "get" in methods]


@pytest.fixture(autouse=True)
def nothing_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    assert [one for one in caplog.get_records("call") if one.levelno > logging.INFO] == []


def oddities(operation: Operation) -> Iterator[tuple[str, Request]]:
    """Return requests that mean the same as the usual one."""
    request = operation.request()
    for name in ("accept", "accept-encoding", "accept-language", "range", "if-modified-since"):
        for value in (
            "",
            "nonsense",
            "*;q=0",
            "identity;q=0, *;q=0",
            ";;,,==",
            "\N{COPYRIGHT SIGN}",
        ):
            yield f"{name}: {value}", evolve(request, headers=(*request.headers, (name, value)))
    for tag in ("", "nonsense", '"', 'W/"', '"a", b, "c', '"\N{COPYRIGHT SIGN}"', "x" * 5000):
        yield f"if-none-match: {tag[:20]}", request.with_headers(if_none_match=tag)
    yield "expecting to go on", request.with_headers(expect="100-Continue")
    yield "an empty query", evolve(request, query=f"&{request.query}&")
    yield "a scheme in capitals", _in_capitals(request)
    for parameter in operation.parameters("path"):
        if parameter["schema"].get("format") == "uuid":
            name = parameter["name"]
            capitals = operation.known.ids[name].upper()
            yield f"{name} in capitals", operation.request(**{name: capitals})
    if operation.takes_body:
        body = request.body or b""
        for kind in ("application/JSON", "application/json; charset=UTF-8", "application/json;"):
            yield f"it is {kind}", request.with_headers(content_type=kind)
        yield "in chunks", evolve(request, in_chunks=True)
        yield "with blanks", evolve(request, body=b"\r\n\t " + body + b"\n")
        yield "in escapes", evolve(request, body=_in_escapes(body))
    else:
        for told, body in {"a body": b"{", "a large body": b"[" * 1_000_000}.items():
            yield f"with {told}", evolve(request, body=body)
            yield f"with {told} in chunks", evolve(request, body=body, in_chunks=True)


def _in_capitals(request: Request) -> Request:
    headers = dict(request.headers)
    if "authorization" not in headers:
        return request.with_headers(authorization="BEARER nonsense that nobody asks for")
    return request.with_headers(
        authorization=str(headers["authorization"]).replace("Bearer ", "bEARER  ")
    )


def _in_escapes(body: bytes) -> bytes:
    parts = body.decode().split('"')  # every second one is a text
    parts[1::2] = ["".join(f"\\u{ord(one):04x}" for one in text) for text in parts[1::2]]
    return '"'.join(parts).encode()


@pytest.mark.parametrize("id_", IDS)
async def test_what_only_looks_wrong_is_answered_as_ever(system: System, id_: str) -> None:
    operation = await system.operation(id_)
    await system.answer(operation.request())
    as_ever = await system.answer(operation.request())  # which may be 409, as it is done already

    complaints = [
        f"{told}: {reply.status} {reply.body[:100]!r}"
        for told, request in oddities(operation)
        if (reply := await system.answer(request)).status != as_ever.status
    ]

    assert complaints == []


@pytest.mark.parametrize("id_", READS)
async def test_head_tells_what_get_would_and_sends_nothing(system: System, id_: str) -> None:
    operation = await system.operation(id_)
    got = await system.answer(operation.request())

    head = await system.answer(evolve(operation.request(), method="HEAD"))

    assert (head.status, head.body) == (got.status, b"")
    for headers in (head.headers, got.headers):
        del headers["Date"], headers["X-Request-ID"]
        del headers["Transfer-Encoding"]  # of what is not sent (RFC 9112, section 6.1)
    assert head.headers.items() == got.headers.items()
