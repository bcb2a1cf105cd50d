"""A connection on which the head of a request does not come is ended.

aiohttp alone would give it as long as a connection may rest between two requests. What comes of a
body, `watchlist_http.body` waits for.
"""

from asyncio import BaseTransport, Protocol, TimerHandle, Transport, get_running_loop
from collections.abc import Callable
from typing import cast

from aiohttp import web
from aiohttp.typedefs import Handler
from aiohttp.web_protocol import RequestHandler
from attrs import define, field
from typing_extensions import override

__all__ = ["SlowHeads"]


class _Watched(Protocol):
    """Hands everything on to aiohttp, and knows since when it waits for a head."""

    __slots__ = ("_forget", "_handler", "_longest", "_since", "_timer", "_transport")

    def __init__(
        self, handler: RequestHandler, longest: float, forget: Callable[[RequestHandler], object]
    ) -> None:
        self._handler = handler
        self._forget = forget
        self._longest = longest
        self._since: float | None = None
        self._timer: TimerHandle | None = None
        self._transport: Transport | None = None

    @override
    def connection_made(self, transport: BaseTransport) -> None:
        self._transport = cast(Transport, transport)
        self._wait()
        self._handler.connection_made(transport)

    @override
    def data_received(self, data: bytes) -> None:
        if self._since is None:
            self._wait()
        self._handler.data_received(data)

    @override
    def eof_received(self) -> None:
        self._handler.eof_received()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._forget(self._handler)
        self._handler.connection_lost(exc)

    @override
    def pause_writing(self) -> None:
        self._handler.pause_writing()

    @override
    def resume_writing(self) -> None:
        self._handler.resume_writing()

    def head_came(self) -> None:
        # Until it is answered what comes is a body, or a next head that may take its time.
        self._since = float("inf")

    def answered(self) -> None:
        self._since = None

    def _wait(self) -> None:
        loop = get_running_loop()
        self._since = loop.time()
        if self._timer is None:  # one in ten seconds and not one a request
            self._timer = loop.call_later(self._longest, self._on_time)

    def _on_time(self) -> None:
        self._timer = None
        if self._since is None or self._since == float("inf"):
            return
        loop = get_running_loop()
        end = self._since + self._longest
        if loop.time() < end:
            self._timer = loop.call_at(end, self._on_time)
        elif self._transport is not None:
            self._transport.abort()  # who does not write may not read either


@define
class SlowHeads:
    """Watches all connections of a server."""

    longest: float = 10.0
    """Seconds from the first byte of a head, or from the connection, to its last byte."""
    _watched: dict[RequestHandler, "_Watched"] = field(factory=dict, init=False)

    def connections(self, runner: web.AppRunner) -> Callable[[], Protocol]:
        """Return what makes the protocol of each connection, as a loop asks for.

        Raises:
            RuntimeError: The runner is not set up.
        """
        server = runner.server
        if server is None:
            raise RuntimeError("the runner is not set up")

        def connection() -> Protocol:
            handler = server()
            watched = self._watched[handler] = _Watched(handler, self.longest, self._watched.pop)
            return watched

        return connection

    @web.middleware
    async def around(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Note that a head came; stands before all other middlewares."""
        watched = self._watched.get(request.protocol)
        if watched is None:  # the client has left already
            return await handler(request)
        watched.head_came()
        try:
            return await handler(request)
        finally:
            watched.answered()
