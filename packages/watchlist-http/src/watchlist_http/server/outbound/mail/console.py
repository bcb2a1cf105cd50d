"""Mails are shown to whoever runs the server, who is the only one in development."""

from collections.abc import Callable
from textwrap import indent

from attrs import frozen
from structlog import get_logger

from watchlist_http.server.outbound.mail.mail import Mail

__all__ = ["ConsoleMailer", "NoMailer"]

_log = get_logger(__name__)


@frozen
class ConsoleMailer:
    """Writes mails as text, links included, beside the lines of the log."""

    _write: Callable[[bytes], object]

    async def send(self, mail: Mail) -> None:
        head = f"\n  Mail to  {mail.to.text}\n  Subject  {mail.subject}\n\n"
        self._write((head + indent(mail.text.strip("\n"), "  ") + "\n\n").encode())

    async def close(self) -> None:
        pass


@frozen
class NoMailer:
    """Sends nothing, and says so in the log: for a server that nobody wants mails from."""

    async def send(self, mail: Mail) -> None:
        _log.warning("mail not sent: there is no mail.host", subject=mail.subject)

    async def close(self) -> None:
        pass
