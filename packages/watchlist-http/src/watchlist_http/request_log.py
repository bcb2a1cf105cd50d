"""One line of JSON per request, cheap enough to be always on."""

from asyncio import TimerHandle, get_running_loop
from datetime import datetime
from logging import getLogger
from typing import Final
from uuid import UUID

import msgspec
from aiohttp import web
from attrs import define, field

from watchlist_core.work import Clock, now
from watchlist_http.authentication import identity_of
from watchlist_http.client_address import ClientAddress, peer_of
from watchlist_http.options import Sink
from watchlist_http.request_ids import request_id

__all__ = ["Line", "RequestLog"]

_FAILURE: Final = 500
_USUAL: Final = 256
"""Bytes of a line, besides its path."""
_logger: Final = getLogger(__name__)


class Line(
    msgspec.Struct, frozen=True, omit_defaults=True, tag_field="event", tag="request", gc=False
):
    """What is known of a request once it is answered. It holds no secret: no query, no header.

    A msgspec class, because one is made and encoded for every request. It refers to nothing that
    could refer to it, so that nobody has to look for that.
    """

    timestamp: datetime
    level: str
    method: str
    path: str
    """As it was sent."""
    status: int
    duration_ms: float
    """Until the answer was ready; sending it depends on the client."""
    bytes: int
    """Of the body; of a stream, with all that frames it."""
    request_id: str
    remote: str | None = None
    """Where it comes from, by what trusted proxies say."""
    peer: str | None = None
    """Who has brought it here, where that is somebody else: a proxy."""
    account: UUID | None = None


@define
class RequestLog:
    """Gathers lines and hands them to *sink* together: many times cheaper than one by one.

    Also their JSON is made for many at a time: by one that comes amid all else that a request
    does, it takes three times as long. A line waits at most *longest_wait* seconds. `close` hands
    over the rest. While the sink fails, lines are kept up to *largest* bytes; what comes then is
    dropped, and counted.
    """

    _sink: Sink
    client_address: ClientAddress = field(factory=ClientAddress)
    clock: Clock = now
    longest_wait: float = 0.15
    enough: int = 32 * 1024
    """Bytes that are handed over at once, about."""
    largest: int = 1024 * 1024
    dropped: int = field(default=0, init=False)
    """Lines."""
    _noted: list[Line] = field(factory=list, init=False)
    _lines: bytearray = field(factory=bytearray, init=False)
    """Those that the sink did not take yet."""
    _size: int = field(default=0, init=False)
    """Bytes of both, as far as that is known before they are written."""
    _timer: TimerHandle | None = field(default=None, init=False)
    _is_failing: bool = field(default=False, init=False)
    _encoder: msgspec.json.Encoder = field(factory=msgspec.json.Encoder, init=False)

    def add(self, request: web.Request, *, status: int, seconds: float, size: int) -> None:
        """Note a request that was answered just now."""
        if self._size > self.largest:
            self.dropped += 1
            return
        identity = identity_of(request)
        peer = peer_of(request)
        remote = self.client_address.behind(peer, request)
        path = _path(request)
        line = Line(
            self.clock(),
            "error" if status >= _FAILURE else "info",
            request.method,
            path,
            status,
            int(seconds * 1_000_000) / 1000,  # `round` takes ten times as long
            size,
            request_id(request),
            remote,
            None if peer == remote else peer,
            None if identity is None else identity.account,
        )
        self._noted.append(line)
        self._size += _USUAL + len(path)
        if self._timer is None:
            self._wait()
        elif self._size >= self.enough and not self._is_failing:
            self._hand_over()

    def close(self) -> None:
        """Hand over the rest. Lines that come later wait for their time as ever."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._hand_over()

    def _wait(self) -> None:
        self._timer = get_running_loop().call_later(self.longest_wait, self._on_time)

    def _on_time(self) -> None:
        self._timer = None
        self._hand_over()
        if self._size:
            self._wait()

    def _hand_over(self) -> None:
        if not self._size:
            return
        noted, self._noted = self._noted, []
        self._lines += self._encoder.encode_lines(noted)
        self._size = len(self._lines)
        try:
            self._sink(bytes(self._lines))
        except Exception:
            # No failure of the log may become one of the request that happens to fill it.
            if not self._is_failing:
                _logger.exception("the request log cannot be written")
            self._is_failing = True
        else:
            self._is_failing = False
            self._lines.clear()
            self._size = 0


def _path(request: web.Request) -> str:
    # The target may hold an authority with a password, and bytes that are no UTF-8.
    path = request.rel_url.raw_path
    return path if path.isascii() else path.encode("ascii", "backslashreplace").decode()
