"""The whole system, as whoever follows the README has it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from attrs import frozen

from tests.servers.watchlist import programs


@frozen
class Demonstration:
    url: str
    token: str
    """Of a user."""
    moderator_token: str
    email: str
    """Of the user."""
    password: str


@pytest.fixture
async def demonstration(tmp_path: Path) -> AsyncIterator[Demonstration]:
    """Run the server with demonstration data, on any free port and a database of its own."""
    async with programs(tmp_path) as run:
        server = await run("serve", "--demo", "--port=0")
        await server.is_up()
        (user, *_) = await server.says(r"^ +(user@\S+)  (\S+)$")
        token, moderator_token, *_ = await server.says(r"TOKEN=(\S+)", times=2)
        yield Demonstration(server.url, token[1], moderator_token[1], user[1], user[2])
        await server.stop()
