"""Our own server in processes of its own, as whoever runs it has it."""

import asyncio
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Final, TypeAlias

from aiohttp import ClientSession
from attrs import define, field, frozen

from watchlist_core.auth import Lives, OpenSession
from watchlist_core.ids import AccountId, MovieId, Uuid7
from watchlist_core.security import JwtAccessTokens
from watchlist_core.work import now
from watchlist_http.server.use_cases import new_token
from watchlist_sql.store import SqlStore

__all__ = ["KEY", "PATIENCE", "House", "Running", "Start", "programs", "signed_in"]

KEY: Final = "a-key-for-tests-that-opens-nothing-else-0123456789"
PATIENCE: Final = 60.0
"""Seconds; nothing takes nearly as long, unless the machine has much else to do."""


@define
class Running:
    """A program of ours that was started, and what it has said so far."""

    process: Process
    lines: list[str] = field(factory=list)
    url: str = ""
    """Of a server that `is_up`."""
    _news: asyncio.Condition = field(factory=asyncio.Condition)
    _is_silent: bool = False
    _listening: "asyncio.Task[None]" = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._listening = asyncio.create_task(self._listen())

    def told(self, wanted: str) -> list["re.Match[str]"]:
        """Return where its lines so far have what is *wanted*."""
        return [found for line in self.lines if (found := re.search(wanted, line))]

    async def says(self, wanted: str, *, times: int = 1) -> list["re.Match[str]"]:
        """Wait until so many lines have what is *wanted*."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE), self._news:
                await self._news.wait_for(
                    lambda: len(self.told(wanted)) >= times or self._is_silent
                )
        found = self.told(wanted)
        assert len(found) >= times, f"{wanted!r} was not said {times} times:\n{self.output}"
        return found

    async def is_up(self) -> None:
        """Wait until it says, as a person or a machine reads it, where it answers."""
        (said,) = await self.says(r"(?:is at +|\"address\":\")(http://[^\s\"]+)")
        self.url = said[1]

    async def ended(self) -> int:
        async with asyncio.timeout(PATIENCE):
            await self._listening
            return await self.process.wait()

    async def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return await self.ended()

    @property
    def output(self) -> str:
        return "".join(self.lines)

    async def _listen(self) -> None:
        assert self.process.stdout
        async for line in self.process.stdout:
            async with self._news:
                self.lines.append(line.decode())
                self._news.notify_all()
        async with self._news:
            self._is_silent = True
            self._news.notify_all()


Start: TypeAlias = Callable[..., Awaitable[Running]]
"""Start a program with arguments and, by keyword, settings."""


@asynccontextmanager
async def programs(folder: Path, **usual: str) -> AsyncIterator[Start]:
    """Give what starts ``watchlist`` in *folder*, with the *usual* settings and none of our own.

    What still runs when this is left is killed.
    """
    running: list[Running] = []

    async def start(*arguments: str, **settings: str) -> Running:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("WATCHLIST_")}
        chosen = {f"WATCHLIST_{k.upper()}": v for k, v in (usual | settings).items()}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "watchlist_http.server", *arguments),
            stdout=PIPE,
            stderr=STDOUT,
            cwd=folder,
            env=inherited | chosen,
        )
        running.append(program := Running(process))
        return program

    try:
        yield start
    finally:
        for one in running:
            if one.process.returncode is None:
                one.process.kill()
            await one.ended()


@frozen
class House:
    """A database with movies and people who may rate them."""

    url: str
    tokens: Mapping[AccountId, str]
    """Of everybody an access token, which is good for an hour."""
    movies: Sequence[MovieId]

    @property
    def accounts(self) -> Sequence[AccountId]:
        return list(self.tokens)

    def client(self, server: Running, account: AccountId) -> ClientSession:
        headers = {"Authorization": f"Bearer {self.tokens[account]}"}
        return ClientSession(server.url, headers=headers)

    @property
    def settings(self) -> Mapping[str, str]:
        return {"database_url": self.url, "auth_secret_keys": KEY}


async def signed_in(
    store: SqlStore, account: AccountId, key: str, life: timedelta = timedelta(hours=1)
) -> str:
    """Open a session on a server that has that key, and return its access token."""
    tokens = JwtAccessTokens([key.encode()])
    lives = Lives(access=life, refresh=life)
    open_session = OpenSession(store.begin, now, Uuid7(), new_token, tokens, lives)
    return (await open_session(account)).access
