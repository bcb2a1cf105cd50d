"""Bodies that no operation takes."""

import gzip
import json
import zlib
from collections.abc import Iterator
from typing import Any, Final

from attrs import evolve

from tests.faults.fault import Fault
from tests.faults.operations import Operation
from tests.faults.values import wrong_versions
from tests.faults.wire import Request

__all__ = ["faults_of_body", "wrong_bodies"]

_TWO_MEGABYTES: Final = 2 * 1024 * 1024

_NO_JSON: Final = {
    "nothing": b"",
    "blanks": b" \r\n\t",
    "a byte order mark": b"\xef\xbb\xbf{}",
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "NUL": b"\0",
    "half an object": b'{"',
    "something after the end": b"{} {}",
    "quotes of another kind": b"{'a': 1}",
    "a comment": b"{} // empty",
    "a comma at the end": b'{"a": 1,}',
    "a form": b"title=Stalker&year=1979",
    "200,000 open brackets": b"[" * 200_000,
    "100,000 arrays in each other": b"[" * 100_000 + b"]" * 100_000,
    "40,000 objects in each other": b'{"a":' * 40_000,
    "a number of 5,000 digits": b"9" * 5_000,
    "a negative number of 5,000 digits": b"-" + b"9" * 5_000,
}
_NO_VALUES: Final = {
    "NaN": b"NaN",
    "Infinity": b"Infinity",
    "-Infinity": b"-Infinity",
    "a number of 5,000 digits": b"9" * 5_000,
    "an exponent beyond all numbers": b"1e999",
    "a zero before the number": b"01",
    "a plus before the number": b"+1",
    "hexadecimal": b"0x10",
    "undefined": b"undefined",
    "invalid UTF-8": b'"\xff\xfe"',
    "a surrogate as bytes": b'"\xed\xa0\x80"',
    "a lone surrogate": b'"\\ud800"',
    "surrogates in the wrong order": b'"\\udc00\\ud800"',
    "NUL as it is": b'"a\x00b"',
    "a line break in a text": b'"a\nb"',
    "an unknown escape": b'"\\x41"',
    "too many levels": b"[" * 33 + b"]" * 33,
}
_OTHER_KINDS: Final = (
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json; charset=latin-1",
    "application/merge-patch+json",
    "text/json",
    "*/*",
    "application",
    "",
)


def wrong_bodies(operation: Operation) -> Iterator[tuple[str, str, Any]]:
    """Return bodies that are JSON, each wrong in one place: where, what, and the whole."""
    return wrong_versions(operation.body_schema, operation.body(), operation.resolved)


def faults_of_body(operation: Operation) -> Iterator[Fault]:
    if not operation.takes_body:
        return
    request = operation.request()
    for told, body in _NO_JSON.items():
        yield _malformed(told, request, body)
    yield from _cut_off_and_repeated(operation, request)
    for name in operation.body():
        for told, value in _NO_VALUES.items():
            yield _malformed(f"{name} is {told}", request, _with(operation, name, value))
    for where, told, body in wrong_bodies(operation):
        packed = json.dumps(body).encode()
        yield Fault(
            f"{where} {told}",
            evolve(request, body=packed),
            422,
            code="does-not-fit",
            names=where,
        )
    yield from _kinds(request)
    yield from _sizes(request)


def _malformed(told: str, request: Request, body: bytes) -> Fault:
    return Fault(told, evolve(request, body=body), 400, code="malformed-body")


def _cut_off_and_repeated(operation: Operation, request: Request) -> Iterator[Fault]:
    body = request.body or b""
    yield _malformed("the end is missing", request, body[:-1])
    yield _malformed("half is missing", request, body[: len(body) // 2])
    for name, value in operation.body().items():
        again = json.dumps({name: value}).encode()[1:]
        yield _malformed(f"{name} twice", request, body[:-1] + b"," + again)
        escaped = again.replace(b'"%c' % name[0].encode(), b'"\\u%04x' % ord(name[0]), 1)
        yield _malformed(f"{name} twice, once in escapes", request, body[:-1] + b"," + escaped)


def _with(operation: Operation, name: str, raw: bytes) -> bytes:
    body = operation.body() | {name: "put something else here"}
    return json.dumps(body).encode().replace(b'"put something else here"', raw)


def _kinds(request: Request) -> Iterator[Fault]:
    code = "unsupported-media-type"
    for kind in _OTHER_KINDS:
        yield Fault(f"it is {kind}", request.with_headers(content_type=kind), 415, code=code)
    untold = request.with_headers(content_type=None)
    yield Fault("nobody knows what it is", untold, 415, code=code)
    # Not "br": where it is not installed, aiohttp refuses it before anything of ours is asked.
    for packing in ("compress", "gzip, gzip", "x-unknown", "\N{COPYRIGHT SIGN}"):
        packed = request.with_headers(content_encoding=packing)
        yield Fault(f"it is packed by {packing}", packed, 415, code=code)


def _sizes(request: Request) -> Iterator[Fault]:
    body = request.body or b""
    for told, large in {
        "2 MB of blanks": b" " * _TWO_MEGABYTES,
        "2 MB of text": b'{"title": "' + b"x" * _TWO_MEGABYTES + b'"}',
        "2 MB of blanks after it": body + b" " * _TWO_MEGABYTES,
    }.items():
        sent = evolve(request, body=large)
        yield Fault(told, sent, 413, code="body-too-large")
        yield Fault(f"{told}, in chunks", evolve(sent, in_chunks=True), 413, code="body-too-large")
    # Half of a deflate is told by aiohttp, before anything of ours is asked.
    half = gzip.compress(body)[: len(body) // 2]
    yield _malformed("half of a gzip", request.with_headers(content_encoding="gzip"), half)
    for packing, blanks in {
        "gzip": gzip.compress(b" " * 2 * _TWO_MEGABYTES),
        "deflate": zlib.compress(b" " * 2 * _TWO_MEGABYTES),
    }.items():
        packed = request.with_headers(content_encoding=packing)
        yield _malformed(f"no {packing} at all", packed, body)
        bomb = evolve(packed, body=blanks)
        yield Fault(f"a bomb in {packing}", bomb, 413, code="body-too-large")
