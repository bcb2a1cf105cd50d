"""The whole system, as whoever follows the README has it."""

import os
import sys
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from attrs import frozen

from tests.servers.watchlist import Running


@frozen
class Demonstration:
    url: str
    token: str
    """Of a user."""
    moderator_token: str


@pytest.fixture
async def demonstration(tmp_path: Path) -> AsyncIterator[Demonstration]:
    """Run the server with demonstration data, on any free port and a database of its own."""
    process = await create_subprocess_exec(
        *[sys.executable, "-m", "watchlist_http.server", "serve", "--demo", "--port=0"],
        stdout=PIPE,
        stderr=STDOUT,
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if "WATCHLIST_" not in name},
    )
    server = Running(process)
    try:
        (address,) = await server.says(r"is at +(http://\S+)")
        token, moderator_token, *_ = await server.says(r"TOKEN=(\S+)", times=2)
        yield Demonstration(address[1], token[1], moderator_token[1])
    finally:
        if process.returncode is None:
            process.terminate()
        await server.ended()
