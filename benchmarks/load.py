"""Requests over loopback, one after the other on each of some connections, every answer checked.

By wrk where it is installed; else by a generator of our own, which runs in a process of its own
as well, and is told to do the same.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from itertools import cycle, islice
from pathlib import Path
from shutil import which
from statistics import quantiles
from tempfile import NamedTemporaryFile
from time import perf_counter
from typing import Final

from attrs import asdict, field, frozen
from typing_extensions import override

WRK: Final = which("wrk")
LUA: Final = Path(__file__).with_suffix(".lua")
HOST: Final = "127.0.0.1"


@frozen
class Request:
    path: str
    token: str = ""
    body: str = ""
    tag: str = ""
    """Of the answer that the client holds already."""

    def line(self) -> str:
        return f"{self.path}\t{self.token}\t{self.body}\t{self.tag}\n"


@frozen
class Load:
    """What is asked, and between which lengths a body of the answers may be."""

    method: str
    requests: Sequence[Request] = field(repr=False)
    shortest: int
    longest: int
    status: int = 200


@frozen
class Measured:
    requests: int
    seconds: float
    p50: float
    """Milliseconds."""
    p99: float
    wrong: int
    """Answers of another status or length, and connections that failed."""

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


class WrongAnswers(RuntimeError):
    """A server that answers something else is not measured."""


def measure(port: int, load: Load, *, connections: int, seconds: float, first: int = 0) -> Measured:
    """Ask for *seconds*, beginning with request number *first*. Raises WrongAnswers."""
    with NamedTemporaryFile("w", suffix=".requests", encoding="utf-8") as file:
        file.writelines(request.line() for request in load.requests)
        file.flush()
        plan = [load.method, file.name, str(first), str(load.shortest), str(load.longest)]
        plan.append(str(load.status))
        url = f"http://{HOST}:{port}"
        if WRK:
            options = ["--threads", "1", "--connections", str(connections)]
            options += ["--duration", f"{seconds:.0f}s", "--script", str(LUA), "--timeout", "30s"]
            command = [WRK, *options, url, "--", *plan]
        else:
            command = [sys.executable, "-m", "benchmarks.load", str(port), str(connections)]
            command += [str(seconds), *plan]
        output = subprocess.run(  # noqa: S603  our own words
            command, check=True, capture_output=True, text=True, timeout=seconds + 60
        ).stdout
    measured = Measured(**json.loads(output.strip().rpartition("\n")[2]))
    if measured.wrong or not measured.requests:
        raise WrongAnswers(f"{measured.wrong} of {measured.requests} answers to {load}")
    return measured


class _Connection(asyncio.Protocol):
    """Sends the next request as soon as the answer to the last one is whole."""

    def __init__(self, generator: "_Generator") -> None:
        self._generator = generator
        self._received = bytearray()
        self._sent_at = 0.0

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  what a TCP connection has
        self._transport = transport
        self._send()

    def _send(self) -> None:
        self._sent_at = perf_counter()
        self._transport.write(next(self._generator.requests))

    @override
    def data_received(self, data: bytes) -> None:
        self._received += data
        head, blank_line, body = self._received.partition(b"\r\n\r\n")
        if not blank_line:
            return
        status = int(head[9:12])
        lengths = [
            int(line[15:])
            for line in head.lower().split(b"\r\n")
            if line[:15] == b"content-length:"
        ]
        length = 0 if status == HTTPStatus.NOT_MODIFIED else lengths[0]
        if len(body) < length:
            return
        self._generator.count(perf_counter() - self._sent_at, status, length)
        self._received.clear()
        self._send()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._generator.lost()


class _Generator:
    def __init__(self, load: Load, first: int) -> None:
        self._load = load
        self.requests: Iterator[bytes] = islice(cycle(self._written()), first, None)
        self.latencies: list[float] = []
        self.wrong = 0
        self._is_over = False

    def _written(self) -> list[bytes]:
        return [
            (
                f"{self._load.method} {request.path} HTTP/1.1\r\nHost: {HOST}\r\n"
                + (f"Authorization: Bearer {request.token}\r\n" if request.token else "")
                + ("Content-Type: application/json\r\n" if request.body else "")
                + (f"If-None-Match: {request.tag}\r\n" if request.tag else "")
                + f"Content-Length: {len(request.body.encode())}\r\n\r\n{request.body}"
            ).encode()
            for request in self._load.requests
        ]

    def count(self, latency: float, status: int, length: int) -> None:
        load = self._load
        self.latencies.append(latency)
        if status != load.status or not load.shortest <= length <= load.longest:
            self.wrong += 1

    def lost(self) -> None:
        self.wrong += not self._is_over

    async def run(self, port: int, connections: int, seconds: float) -> Measured:
        loop = asyncio.get_running_loop()
        begun = perf_counter()
        transports = [
            (await loop.create_connection(lambda: _Connection(self), HOST, port))[0]
            for _ in range(connections)
        ]
        await asyncio.sleep(seconds)
        took = perf_counter() - begun
        self._is_over = True
        for transport in transports:
            transport.abort()
        percents = quantiles(self.latencies or [0.0, 0.0], n=100)
        return Measured(
            len(self.latencies), took, percents[49] * 1e3, percents[98] * 1e3, self.wrong
        )


def _main(port: str, connections: str, seconds: str, *plan: str) -> None:
    method, file, first, shortest, longest, status = plan
    lines = Path(file).read_text("utf-8").splitlines()
    requests = [Request(*line.split("\t")) for line in lines]
    load = Load(method, requests, int(shortest), int(longest), int(status))
    generator = _Generator(load, int(first))
    measured = asyncio.run(generator.run(int(port), int(connections), float(seconds)))
    print(json.dumps(asdict(measured)))  # noqa: T201


if __name__ == "__main__":
    _main(*sys.argv[1:])
