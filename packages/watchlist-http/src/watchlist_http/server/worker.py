"""One of several processes that answer requests, as the one sees it that looks after them."""

import asyncio
import pickle
import socket
import sys
from contextlib import suppress
from time import monotonic
from typing import Final, Self

from attrs import define, frozen

from watchlist_http.server.settings import Settings

__all__ = ["READY", "Assignment", "Worker"]

READY: Final = b"r"


@frozen
class Assignment:
    """What a worker is told: through its channel, because everybody can see its arguments."""

    settings: Settings
    is_first: bool
    """Puts in the demonstration and says where to find what; only one of them should."""
    demo: bool = False


@define(eq=False)
class Worker:
    """A process that answers requests on an inherited socket.

    The other end of its channel is held by its parent only: when the parent dies, however that
    may be, the channel ends, and the worker with it.
    """

    _process: asyncio.subprocess.Process
    _channel: socket.socket
    started_at: float

    @classmethod
    async def start(cls, listener: socket.socket, assignment: Assignment) -> Self:
        ours, theirs = socket.socketpair()
        ours.setblocking(False)  # noqa: FBT003  the standard library's way
        with theirs:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",  # no module comes from the folder that it is started in
                "-m",
                "watchlist_http.server.worker_process",
                str(listener.fileno()),
                str(theirs.fileno()),
                pass_fds=(listener.fileno(), theirs.fileno()),
                process_group=0,  # Ctrl-C reaches the parent only, which tells the workers once
            )
        with suppress(ConnectionError):  # it is dead already, as `ended` will tell
            await asyncio.get_running_loop().sock_sendall(ours, pickle.dumps(assignment))
        return cls(process, ours, monotonic())

    @property
    def pid(self) -> int:
        return self._process.pid

    async def becomes_ready(self) -> bool:
        """Wait until it answers requests, or ends before it ever did."""
        try:
            return await asyncio.get_running_loop().sock_recv(self._channel, 1) == READY
        except ConnectionError:
            return False

    async def ended(self) -> int:
        """Wait for its end and return its exit code, negative for the signal it died of."""
        code = await self._process.wait()
        self._channel.close()
        return code

    def tell(self, signal: int) -> None:
        with suppress(ProcessLookupError):
            self._process.send_signal(signal)
