"""Mails leave by SMTP, many over one connection."""

from asyncio import Lock, Task, create_task, sleep
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from socket import gethostname
from ssl import SSLContext
from typing import Final, Self

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
)
from attrs import define, field, frozen

from watchlist_http.server.outbound.mail.mail import Mail, Sender, Undeliverable
from watchlist_http.server.outbound.mail.message import Message, message_of
from watchlist_http.server.secret import Secret
from watchlist_http.server.settings import MailSecurity

__all__ = ["SmtpMailer", "SmtpServer"]

_CLOSING: Final = 421
_FOR_EVER: Final = 500
"""Replies from here on say that it is in vain to try again (RFC 5321)."""


@frozen
class SmtpServer:
    """Where mails are handed over, and how."""

    host: str
    port: int | None = None
    """None for the usual one of the security that is wanted."""
    security: MailSecurity = MailSecurity.STARTTLS
    username: str | None = None
    password: Secret | None = None
    timeout: float = 10.0
    """Seconds for each of its answers."""
    trust: SSLContext | None = None
    """Whose certificates are believed; None for those that the system believes."""


def _client(server: SmtpServer) -> SMTP:
    return SMTP(
        hostname=server.host,
        port=server.port,
        username=server.username,
        password=None if server.password is None else server.password.reveal(),
        local_hostname=gethostname(),  # without asking anybody what it is in full
        timeout=server.timeout,
        use_tls=server.security is MailSecurity.TLS,
        start_tls=server.security is MailSecurity.STARTTLS,
        tls_context=server.trust,
    )


@define(eq=False)
class SmtpMailer:
    """Hands mails to one server, one after the other.

    The connection is kept for *rest* seconds after a mail, in case that another follows.
    """

    _client: SMTP = field(alias="server", converter=_client)
    _sender: Sender
    _clock: Callable[[], datetime]
    rest: float = 10.0
    _turn: Lock = field(factory=Lock, init=False)
    _resting: "Task[None] | None" = field(default=None, init=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def is_connected(self) -> bool:
        return self._client.is_connected

    async def send(self, mail: Mail) -> None:
        message = message_of(mail, self._sender, self._clock())
        async with self._turn:
            self._wake()
            try:
                await self._hand_over(message)
            finally:
                self._resting = create_task(self._part_after_rest())

    async def close(self) -> None:
        async with self._turn:
            self._wake()
            await self._part()

    async def _hand_over(self, message: Message) -> None:
        is_kept = self._client.is_connected
        try:
            await self._over_a_connection(message)
        except SMTPException as error:
            if not (is_kept and _has_ended(error)):
                raise
            # A server may end a connection that rests at any time; that is no failure yet.
            await self._over_a_connection(message)

    async def _over_a_connection(self, message: Message) -> None:
        try:
            if not self._client.is_connected:
                await self._client.connect()
            await self._client.sendmail(
                message.sender,
                message.to,
                message.content,
                mail_options=["SMTPUTF8"] if message.is_international else [],
            )
        except SMTPRecipientsRefused as refused:
            reply = refused.recipients[0]
            if reply.code >= _FOR_EVER:
                raise Undeliverable(f"{reply.code} {reply.message}") from refused
            raise
        except SMTPNotSupported as error:
            if message.is_international and self._client.is_connected:
                raise Undeliverable(str(error)) from error
            self._client.close()
            raise
        except SMTPResponseException as error:
            if _has_ended(error):
                self._client.close()
            raise
        except BaseException:
            # Who knows what was said last on this connection: the next mail gets another.
            self._client.close()
            raise

    def _wake(self) -> None:
        if self._resting is not None:
            self._resting.cancel()
            self._resting = None

    async def _part_after_rest(self) -> None:
        await sleep(self.rest)
        async with self._turn:
            await self._part()

    async def _part(self) -> None:
        if self._client.is_connected:
            with suppress(SMTPException):
                await self._client.quit()
        self._client.close()


def _has_ended(error: SMTPException) -> bool:
    """Tell whether the server has ended the connection, or says that it is about to."""
    if isinstance(error, SMTPResponseException):
        return error.code == _CLOSING
    return isinstance(error, SMTPServerDisconnected)
