"""Our own server in processes of its own, as whoever runs it has it."""

import asyncio
import re
import signal
from asyncio.subprocess import Process
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Final, TypeAlias

from aiohttp import ClientSession
from attrs import define, field, frozen

from watchlist_core.ids import AccountId, MovieId
from watchlist_core.security import JwtAccessTokens

__all__ = ["KEY", "PATIENCE", "House", "Running", "Start"]

KEY: Final = "a-key-for-tests-that-opens-nothing-else-0123456789"
PATIENCE: Final = 60.0
"""Seconds; nothing takes nearly as long, unless the machine has much else to do."""


@define
class Running:
    """A program of ours that was started, and what it has said so far."""

    process: Process
    lines: list[str] = field(factory=list)
    url: str = ""
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


@frozen
class House:
    """A database with movies and people who may rate them."""

    url: str
    accounts: Sequence[AccountId]
    movies: Sequence[MovieId]

    def client(self, server: Running, account: AccountId) -> ClientSession:
        token = JwtAccessTokens([KEY.encode()]).issue(account, timedelta(hours=1))
        return ClientSession(server.url, headers={"Authorization": f"Bearer {token}"})

    @property
    def settings(self) -> Mapping[str, str]:
        return {"database_url": self.url, "auth_secret_keys": KEY}
