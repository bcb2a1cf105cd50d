"""A server that is told to stop finishes what it has begun.

aiohttp alone would drop what still comes of the bodies of running requests.
"""

import asyncio
from contextlib import suppress

from aiohttp import web
from aiohttp.typedefs import Handler
from aiohttp.web_protocol import RequestHandler
from attrs import define, field

__all__ = ["Drain"]


@define
class Drain:
    """Knows which connections are in the middle of a request."""

    moment: float = 0.1
    """Seconds before connections that wait are closed: of busy clients the next request is on its
    way, and nobody could tell them whether it was done."""
    _busy: set[RequestHandler] = field(factory=set, init=False)
    _is_draining: bool = field(default=False, init=False)
    _quiet: asyncio.Event = field(factory=asyncio.Event, init=False)

    @web.middleware
    async def around(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Count the request; stands before all other middlewares."""
        connection = request.protocol
        self._busy.add(connection)
        try:
            answer = await handler(request)
        finally:
            self._busy.discard(connection)
            if self._is_draining and not self._busy:
                self._quiet.set()
        if self._is_draining:
            answer.force_close()
        return answer

    async def __call__(self, runner: web.AppRunner, grace: float) -> int:
        """Close the connections that wait, and let the others finish within *grace* seconds.

        Return how many did not. No new connections are accepted when this is called.
        """
        self._is_draining = True
        await asyncio.sleep(self.moment)
        for connection in runner.server.connections if runner.server else ():
            if connection not in self._busy:
                connection.close()
        if self._busy:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._quiet.wait(), grace)
        return len(self._busy)
