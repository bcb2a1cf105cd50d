"""The program of a worker: ``python -m watchlist_http.server.worker_process LISTENER CHANNEL``.

Both are descriptors of sockets that it inherits.
"""

import asyncio
import gc
import pickle
import socket
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from watchlist_http.server.logs import configure_logs
from watchlist_http.server.loop import run
from watchlist_http.server.refused import StartRefused
from watchlist_http.server.signals import stop_on_signals
from watchlist_http.server.worker import READY, Assignment

if TYPE_CHECKING:
    from watchlist_http.server.wiring import Server


def main(listener: socket.socket, channel: socket.socket) -> None:
    with channel.makefile("rb") as told:
        assignment: Assignment = pickle.load(told)  # noqa: S301  our own parent tells it
    configure_logs(assignment.settings.log.level, assignment.settings.log_format)
    gc.disable()  # nothing of all that is imported now will ever be garbage
    try:
        run(_serve(listener, channel, assignment))
    except StartRefused as refused:
        sys.exit(f"Error: {refused}")


async def _serve(listener: socket.socket, channel: socket.socket, assignment: Assignment) -> None:
    from watchlist_http.server.greeting import greet  # noqa: PLC0415
    from watchlist_http.server.serving import serve  # noqa: PLC0415

    stop = stop_on_signals()
    watching = asyncio.create_task(_stop_with_parent(channel, stop))

    def ready(server: "Server") -> None:
        with suppress(ConnectionError):  # the parent has gone: `_stop_with_parent` sees it too
            channel.send(READY)
        if assignment.is_first:
            greet(server, listener)

    await serve(listener, assignment.settings, stop, demo=assignment.demo, on_ready=ready)
    watching.cancel()


async def _stop_with_parent(channel: socket.socket, stop: asyncio.Event) -> None:
    channel.setblocking(False)  # noqa: FBT003  the standard library's way
    with suppress(ConnectionError):
        await asyncio.get_running_loop().sock_recv(channel, 1)  # nothing comes but the end
    stop.set()


if __name__ == "__main__":
    main(*(socket.socket(fileno=int(descriptor)) for descriptor in sys.argv[1:]))
