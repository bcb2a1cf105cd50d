"""A whole site as people see it: the server, and the mail that comes from it."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from aiohttp import ClientSession
from attrs import define, field, frozen

from tests.servers.mail import MailServer, ReceivedMail, mail_server
from tests.servers.watchlist import PATIENCE, programs

__all__ = ["Person", "Reply", "Site", "opened_site"]

Result = TypeVar("Result")


@frozen
class Reply:
    status: int
    told: dict[str, Any]

    @property
    def refusal(self) -> tuple[int, str]:
        return self.status, self.told["code"]


@define
class Person:
    """Somebody with an address, and what he keeps of what he was told."""

    address: str
    username: str
    password: str = "Follow-the-rabbit-42!"  # noqa: S105  it opens nothing
    old_password: str = ""
    tokens: dict[str, str] = field(factory=dict)
    tokens_at_home: dict[str, str] = field(factory=dict)
    spent: str = ""
    """A refresh token that was exchanged."""
    links: list[str] = field(factory=list)
    """The tokens of the mails that were read, the last one last."""

    def chooses_another_password(self) -> None:
        self.old_password, self.password = self.password, "There-is-no-spoon-1!"


@define
class Site:
    """What people do on the server. The steps of a scenario are no coroutines, so these wait."""

    _loop: asyncio.Runner
    _client: ClientSession
    _mails: MailServer
    _read: int = 0
    _numbers: Iterator[int] = field(factory=count)
    replies: list[Reply] = field(factory=list)
    """What was answered, the last one last."""

    def ask(self, method: str, path: str, bearer: str = "", /, **body: str) -> Reply:
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}

        async def ask() -> Reply:
            async with self._client.request(
                method, f"/api/v1/auth/{path}", json=body or None, headers=headers
            ) as answer:
                told = await answer.json(content_type=None) if await answer.read() else {}
                return Reply(answer.status, told)

        self.replies.append(reply := self._run(ask()))
        return reply

    def next_mail(self, person: Person, subject: str) -> ReceivedMail:
        """Return the mail after the one that was read last, which is that one."""
        mail = self._run(self._came())
        self._read += 1
        assert list(mail.recipients) == [person.address]
        assert mail.message["Subject"] == subject
        return mail

    async def _came(self) -> ReceivedMail:
        async with asyncio.timeout(PATIENCE):
            await self._mails.takes(self._read + 1)
        return self._mails.taken[self._read]

    def _run(self, waited_for: Coroutine[Any, Any, Result]) -> Result:
        return self._loop.run(waited_for)

    def register(self, name: str) -> Person:
        """Register somebody new of that name, who reads the mail."""
        number = next(self._numbers)
        person = Person(f"{name}-{number}@example.org", f"{name.lower()}-{number}")
        reply = self.ask(
            *("POST", "register"),
            email=person.address,
            password=person.password,
            username=person.username,
        )
        assert reply == Reply(201, {"email": person.address})
        person.links.append(self.next_mail(person, "Activate your account").token)
        return person

    def activate(self, person: Person) -> Reply:
        return self.ask("POST", "activate", token=person.links[-1])

    def sign_in(self, person: Person, password: str = "") -> Reply:
        shown = password or person.password
        return self.ask("POST", "login", email=person.address, password=shown)

    def reset_password(self, person: Person) -> Reply:
        return self.ask(
            *("POST", "password-reset/complete"),
            token=person.links[-1],
            new_password=person.password,
        )


@contextmanager
def opened_site(folder: Path) -> Iterator[Site]:
    """Run a server on any free port that wants accounts to be activated."""
    stack = AsyncExitStack()

    async def opened(loop: asyncio.Runner) -> Site:
        mails = await stack.enter_async_context(mail_server())
        run = await stack.enter_async_context(programs(folder))
        server = await run(
            *("serve", "--port=0"),
            environment="development",
            auth_require_activation="true",
            auth_password_cost="4",  # noqa: S106  a number
            mail_host="127.0.0.1",
            mail_port=str(mails.port),
            mail_security="none",
            mail_sender="Watchlist <watchlist@example.org>",
        )
        await server.is_up()
        client = await stack.enter_async_context(ClientSession(server.url))
        return Site(loop, client, mails)

    with asyncio.Runner() as loop:
        try:
            yield loop.run(opened(loop))
        finally:
            loop.run(stack.aclose())
