"""Requests as bytes, because no decent client would send most of what the faults are."""

import asyncio
from collections.abc import Iterable
from http.client import HTTPException, HTTPMessage, HTTPResponse
from io import BytesIO
from typing import Final

from attrs import evolve, frozen

__all__ = ["Nothing", "Reply", "Request", "exchange"]

_PATIENCE: Final = 30.0
_CHUNK: Final = 64 * 1024


@frozen
class Request:
    method: str
    path: str
    """As it is sent: whatever is to be escaped, is."""
    query: str = ""
    headers: tuple[tuple[str, str | bytes], ...] = ()
    body: bytes | None = None
    in_chunks: bool = False

    def with_headers(self, **headers: str | bytes | None) -> "Request":
        """Return the same with other headers; None leaves one out, ``_`` in a name is ``-``."""
        named = {name.replace("_", "-").lower(): value for name, value in headers.items()}
        kept = [(name, value) for name, value in self.headers if name.lower() not in named]
        new = [(name, value) for name, value in named.items() if value is not None]
        return evolve(self, headers=(*kept, *new))

    def encoded(self, host: str) -> bytes:
        target = f"{self.path}?{self.query}" if self.query else self.path
        lines = [f"{self.method} {target} HTTP/1.1".encode(), f"Host: {host}".encode()]
        lines += [_line(name, value) for name, value in self.headers]
        lines += [b"Connection: close"]
        if self.in_chunks:
            lines += [b"Transfer-Encoding: chunked"]
        elif self.body is not None:
            lines += [b"Content-Length: %d" % len(self.body)]
        return b"\r\n".join([*lines, b"", b"".join(self._pieces())])

    def _pieces(self) -> Iterable[bytes]:
        body = self.body or b""
        if not self.in_chunks:
            yield body
            return
        for start in range(0, len(body), _CHUNK):
            piece = body[start : start + _CHUNK]
            yield b"%x\r\n%b\r\n" % (len(piece), piece)
        yield b"0\r\n\r\n"


@frozen
class Reply:
    status: int
    headers: HTTPMessage
    body: bytes


class Nothing(Exception):
    """The server answered nothing that is HTTP."""


async def exchange(host: str, port: int, request: Request) -> Reply:
    """Send *request* whole, as a simple client does, then read the answer until its end.

    Raises:
        Nothing: There is none.
    """
    try:
        async with asyncio.timeout(_PATIENCE):
            received = await _received(host, port, request.encoded(f"{host}:{port}"))
        response = HTTPResponse(_Received(received), method=request.method)  # type: ignore[arg-type]  # all it takes from a socket
        response.begin()
        return Reply(response.status, response.headers, response.read())
    except (HTTPException, OSError, TimeoutError) as error:
        raise Nothing(repr(error)) from error


async def _received(host: str, port: int, sent: bytes) -> bytes:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(sent)
        await writer.drain()
        return await reader.read()
    finally:
        writer.close()


@frozen
class _Received:
    bytes_: bytes

    def makefile(self, _mode: str) -> BytesIO:
        return BytesIO(self.bytes_)


def _line(name: str, value: str | bytes) -> bytes:
    return name.encode() + b": " + (value.encode() if isinstance(value, str) else value)
