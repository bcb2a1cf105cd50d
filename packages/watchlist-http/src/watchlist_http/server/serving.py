"""One process that answers requests, from its start to its end."""

import asyncio
import gc
import socket
from collections.abc import Callable
from typing import Final

from aiohttp import web
from structlog import get_logger

from watchlist_http.server.draining import Drain
from watchlist_http.server.greeting import greet
from watchlist_http.server.loop import run
from watchlist_http.server.settings import Settings
from watchlist_http.server.signals import stop_on_signals
from watchlist_http.server.slow_heads import SlowHeads
from watchlist_http.server.wiring import Server, opened_server

__all__ = ["run_alone", "serve"]

_log = get_logger(__name__)

_BACKLOG: Final = 1024
"""Connections that wait to be accepted: after a restart all clients come at once."""
_LONGEST_REST: Final = 75.0
"""Seconds that a connection may wait for its next request: more than proxies keep theirs."""
_LAST_WORDS: Final = 1.0
"""Seconds to send the answers that are made already."""


def run_alone(listener: socket.socket, settings: Settings, *, demo: bool) -> None:
    """Be the only process that answers requests on *listener*, until told to stop.

    Raises:
        StartRefused: It cannot start.
    """

    async def alone() -> None:
        await serve(
            listener,
            settings,
            stop_on_signals(),
            demo=demo,
            on_ready=lambda server: greet(server, listener),
        )

    run(alone())


async def serve(
    listener: socket.socket,
    settings: Settings,
    stop: asyncio.Event,
    *,
    demo: bool = False,
    on_ready: Callable[[Server], None],
    heads: SlowHeads | None = None,
) -> None:
    """Answer requests until *stop* is set and the running ones are answered.

    Raises:
        StartRefused: It cannot start; the reason is one line for a person.
    """
    async with opened_server(settings, stop, demo=demo) as server:
        drain, heads = Drain(), heads or SlowHeads()
        server.application.middlewares[:0] = [heads.around, drain.around]
        runner = web.AppRunner(
            server.application,
            access_log=None,
            shutdown_timeout=_LAST_WORDS,
            keepalive_timeout=_LONGEST_REST,
        )
        await runner.setup()
        accepting = await asyncio.get_running_loop().create_server(
            heads.connections(runner), sock=listener, backlog=_BACKLOG
        )
        # What was made for the start stays until the end, so it need not be looked at again.
        gc.freeze()
        gc.enable()
        on_ready(server)
        try:
            await stop.wait()
            _log.info("stopping")
            accepting.close()
            unfinished = await drain(runner, settings.http.grace)
        finally:
            accepting.close()
            await runner.cleanup()
    if unfinished:
        _log.warning("stopped without finishing all requests", unfinished=unfinished)
    else:
        _log.info("stopped")
