"""Who logs waits for nobody, and what is lost by it is counted."""

import json
import os
import sys
from asyncio import create_subprocess_exec, timeout
from asyncio.subprocess import PIPE
from pathlib import Path
from threading import Event

from aiohttp import ClientSession

from tests.servers.watchlist import KEY, PATIENCE
from watchlist_http.server.log_writer import LogWriter

LAST_WORDS = ["stopping", "stopped"]


def told(dropped: int) -> bytes:
    return b"%d dropped\n" % dropped


def test_lines_that_find_no_place_are_counted() -> None:
    written: list[bytes] = []
    begun, go_on = Event(), Event()

    def write(lines: bytes) -> None:
        begun.set()
        assert go_on.wait(PATIENCE)
        written.append(lines)

    writer = LogWriter(write, told, largest=10, last_words=PATIENCE)
    writer.take(b"one\n")
    assert begun.wait(PATIENCE)
    for line in (b"two\n", b"three\n", b"four\nfive\n", b"six\n"):
        writer.take(line)
    go_on.set()

    assert writer.flush()
    assert b"".join(written) == b"one\ntwo\nthree\n3 dropped\n"


def test_lines_that_cannot_be_written_are_counted() -> None:
    written: list[bytes] = []
    failures = [OSError("no space")]

    def write(lines: bytes) -> None:
        if failures:
            raise failures.pop()
        written.append(lines)

    writer = LogWriter(write, told, last_words=PATIENCE)
    writer.take(b"one\ntwo\n")
    assert writer.flush()
    writer.take(b"three\n")

    assert writer.flush()
    assert written == [b"three\n2 dropped\n"]


async def test_a_server_whose_log_nobody_reads_answers_and_tells_later(tmp_path: Path) -> None:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("WATCHLIST_")}
    ours = {"ENVIRONMENT": "production", "AUTH_SECRET_KEYS": KEY, "DATA_FOLDER": str(tmp_path)}
    ours |= {"HTTP_PUBLIC_URL": "https://movies.example", "AUTH_REQUIRE_ACTIVATION": "false"}
    process = await create_subprocess_exec(
        *[sys.executable, "-m", "watchlist_http.server", "serve", "--port=0"],
        stdout=PIPE,
        env=inherited | {f"WATCHLIST_{name}": value for name, value in ours.items()},
    )
    assert process.stdout
    try:
        async with timeout(PATIENCE):
            address = json.loads(await process.stdout.readline())["address"]
            async with ClientSession(address) as client:
                for _ in range(600):  # two megabytes, more than a pipe and the writer hold
                    async with client.get(f"/no-such-page-{'x' * 4000}") as answer:
                        assert answer.status == 404
            process.terminate()
            lines = [json.loads(line) for line in (await process.stdout.read()).splitlines()]
            code = await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()

    dropped = sum(line.get("dropped", 0) for line in lines)
    assert code == 0
    assert dropped > 0
    assert len([line for line in lines if "dropped" not in line]) + dropped == 600 + len(LAST_WORDS)
