"""The servers side by side, each a process of its own on a free port."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from time import perf_counter, sleep
from typing import Final

import psutil
from attrs import frozen

__all__ = ["Answer", "Server", "running"]

HOST: Final = "127.0.0.1"
PATIENCE: Final = 60.0


@frozen
class Answer:
    status: int
    body: bytes


@frozen
class Server:
    port: int
    process: psutil.Process
    started_in: float
    """Seconds from the start of the process to its first page."""

    def memory(self) -> float:
        """Return the resident memory of the process and its children, in MiB."""
        family = [self.process, *self.process.children(recursive=True)]
        return sum(process.memory_info().rss for process in family) / 2**20

    def ask(self, path: str, method: str = "GET", token: str = "", body: str = "") -> Answer:
        connection = HTTPConnection(HOST, self.port, timeout=PATIENCE)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if body:
            headers["Content-Type"] = "application/json"
        connection.request(method, path, body or None, headers)
        response = connection.getresponse()
        answer = Answer(response.status, response.read())
        connection.close()
        return answer


@contextmanager
def running(
    command: Sequence[str], environment: Mapping[str, str], log: Path, *, first_page: str
) -> Iterator[Server]:
    """Start ``command`` with ``{port}`` filled in, wait for its first page, and end it.

    Raises:
        RuntimeError: It ended by itself or did not answer in time.
    """
    port = _free_port()
    filled = [word.format(port=port) for word in command]
    begun = perf_counter()
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603  our own words
            [sys.executable, *filled],
            env={**os.environ, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        while not _answers(port, first_page):
            if process.poll() is not None or perf_counter() - begun > PATIENCE:
                raise RuntimeError(f"{filled} did not come up:\n{log.read_text()[-2000:]}")
            sleep(0.005)
        yield Server(port, psutil.Process(process.pid), perf_counter() - begun)
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _answers(port: int, path: str) -> bool:
    connection = HTTPConnection(HOST, port, timeout=PATIENCE)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200  # noqa: PLR2004  OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as server:
        port: int = server.getsockname()[1]
        return port
