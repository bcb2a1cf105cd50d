"""A real mail server, which takes mails over a connection and shows them to a test."""

import asyncio
import email.policy
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from email.message import EmailMessage
from email.parser import BytesParser
from html.parser import HTMLParser
from typing import Any, Final

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from attrs import define, field, frozen
from typing_extensions import override

__all__ = ["DROP", "HANG", "MailServer", "ReceivedMail", "mail_server"]

HANG: Final = "hang"
DROP: Final = "drop"
_TAKEN: Final = "250 taken"


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value for name, value in attrs if tag == "a" and name == "href" and value]


@frozen
class ReceivedMail:
    """A mail as a mail program reads it."""

    sender: str
    recipients: Sequence[str]
    content: bytes
    message: EmailMessage = field(init=False)

    @message.default
    def _parsed(self) -> EmailMessage:
        message = BytesParser(policy=email.policy.default).parsebytes(self.content)
        assert isinstance(message, EmailMessage)
        assert [part.defects for part in message.walk() if part.defects] == []
        return message

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    @property
    def links(self) -> list[str]:
        """The addresses that the HTML leads to."""
        parser = _Links()
        parser.feed(self.html)
        return parser.links

    @property
    def token(self) -> str:
        """What the link carries behind its ``#token=``, the same in both parts."""
        (link,) = {link for link in self.links if "#token=" in link}
        assert link in self.text
        return link.partition("#token=")[2]

    def _part(self, subtype: str) -> str:
        part = self.message.get_body((subtype,))
        assert part is not None
        content = part.get_content()
        assert isinstance(content, str)
        return content


@define
class MailServer:
    """Answers each mail with the next of its *answers*, and takes it where there is none."""

    port: int = 0
    answers: list[str] = field(factory=list)
    """What it says to a whole mail: a reply, or that it hangs, or drops the line."""
    refusals: dict[str, str] = field(factory=dict)
    """What it says to whoever wants to send to an address."""
    credentials: tuple[bytes, bytes] | None = None
    taken: list[ReceivedMail] = field(factory=list)
    connections: int = 0
    steps: int = 0
    """How often somebody said whom a mail is for, or what it says."""
    _moved: asyncio.Condition = field(factory=asyncio.Condition, init=False)
    _hanging: asyncio.Event = field(factory=asyncio.Event, init=False)
    _lines: list[asyncio.Transport] = field(factory=list, init=False)

    async def handle_RCPT(  # noqa: N802  aiosmtpd's way
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        await self._step()
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _: Session, envelope: Envelope) -> str:  # noqa: N802
        await self._step()
        answer = self.answers.pop(0) if self.answers else _TAKEN
        if answer == HANG:
            await self._hanging.wait()
        if answer == DROP:
            assert server.transport is not None
            server.transport.close()
        if answer == _TAKEN:
            content = envelope.original_content or b""
            sender = envelope.mail_from or ""
            async with self._moved:
                self.taken.append(ReceivedMail(sender, envelope.rcpt_tos, content))
                self._moved.notify_all()
        return answer

    async def takes(self, mails: int) -> None:
        """Wait until so many *mails* are taken."""
        await self.sees(lambda: len(self.taken) >= mails)

    async def reaches(self, steps: int) -> None:
        """Wait until so many *steps* were made; the last of them is not answered yet."""
        await self.sees(lambda: self.steps >= steps)

    async def sees(self, wanted: Callable[[], bool]) -> None:
        """Wait until what is *wanted* of its steps, and of what it has taken, is so."""
        async with self._moved:
            await self._moved.wait_for(wanted)

    async def _step(self) -> None:
        async with self._moved:
            self.steps += 1
            self._moved.notify_all()
        await asyncio.sleep(0)

    def authenticated(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, shown: Any
    ) -> AuthResult:
        known = isinstance(shown, LoginPassword) and (shown.login, shown.password)
        return AuthResult(success=known == self.credentials, handled=False)

    async def accept(
        self, listener: socket.socket, tls: ssl.SSLContext | None, options: dict[str, Any]
    ) -> None:
        """Answer whoever connects; what is left when this is cancelled, is hung up."""
        loop = asyncio.get_running_loop()
        greetings: list[asyncio.Task[None]] = []
        try:
            while True:
                connection, _ = await loop.sock_accept(listener)
                greetings.append(loop.create_task(self._greet(connection, tls, options)))
        finally:
            self._hanging.set()
            await asyncio.gather(*greetings)
            for line in self._lines:
                if not line.is_closing():
                    line.abort()
            await asyncio.sleep(0)

    async def _greet(
        self, connection: socket.socket, tls: ssl.SSLContext | None, options: dict[str, Any]
    ) -> None:
        loop = asyncio.get_running_loop()
        self.connections += 1
        with suppress(OSError):  # who does not believe our certificate is gone already
            transport, _ = await loop.connect_accepted_socket(
                lambda: SMTP(self, hostname="mail.test", loop=loop, **options), connection, ssl=tls
            )
            self._lines.append(transport)


@asynccontextmanager
async def mail_server(
    *,
    port: int = 0,
    credentials: tuple[bytes, bytes] | None = None,
    starttls: ssl.SSLContext | None = None,
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[MailServer]:
    """Run a mail server on a free port; it wants *credentials*, or encryption, where it is told."""
    server = MailServer(credentials=credentials)
    options: dict[str, Any] = {"enable_SMTPUTF8": True}
    if credentials is not None:
        options |= {
            "authenticator": server.authenticated,
            "auth_required": starttls is not None,  # it knows of no other encryption
            "auth_require_tls": starttls is not None,
        }
    if starttls is not None:
        options |= {"tls_context": starttls, "require_starttls": True}
    with socket.create_server(("127.0.0.1", port)) as listener:
        listener.setblocking(False)  # noqa: FBT003  the standard library's way
        server.port = listener.getsockname()[1]
        accepting = asyncio.create_task(server.accept(listener, tls, options))
        try:
            yield server
        finally:
            accepting.cancel()
            with suppress(asyncio.CancelledError):
                await accepting
