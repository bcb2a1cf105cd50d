"""Checks passwords, so many a second, in a process of its own; it says how many it checked.

It does in one thread what the server does in one thread, and nothing else.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter, sleep
from typing import Final

import bcrypt

__all__ = ["Burner", "burning"]

READY: Final = "ready"


class Burner:
    """The process, and what it did once that is over."""

    hashes: int = 0


@contextmanager
def burning(cost: int, hashes_a_second: float, seconds: float) -> Iterator[Burner]:
    """Let another process check passwords for so long; leaving waits for its end."""
    words = [str(cost), str(hashes_a_second), str(seconds)]
    command = [sys.executable, "-m", "benchmarks.burning", *words]
    burner = Burner()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  our own words
        assert process.stdout is not None  # noqa: S101  it was asked for
        if process.stdout.readline().strip() != READY:
            raise RuntimeError("nothing burns")
        yield burner
        burner.hashes = int(process.stdout.read())


def _main(cost: str, hashes_a_second: str, seconds: str) -> None:
    password_hash = bcrypt.hashpw(b"", bcrypt.gensalt(int(cost)))
    hashes, pause = 0, 1 / float(hashes_a_second)
    print(READY, flush=True)  # noqa: T201  what the parent waits for
    begun = perf_counter()
    while max(hashes * pause, perf_counter() - begun) < float(seconds):
        sleep(max(0.0, hashes * pause - (perf_counter() - begun)))
        bcrypt.checkpw(b"", password_hash)
        hashes += 1
    print(hashes)  # noqa: T201


if __name__ == "__main__":
    _main(*sys.argv[1:])
