"""How mails leave this server, by its settings."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from watchlist_core.work import now
from watchlist_http.server.logs import standard_output
from watchlist_http.server.outbound.mail.console import ConsoleMailer, NoMailer
from watchlist_http.server.outbound.mail.mail import Mailer
from watchlist_http.server.settings import MailSettings, Settings

__all__ = ["opened_mailer"]


@asynccontextmanager
async def opened_mailer(settings: Settings) -> AsyncIterator[Mailer]:
    """Give what sends mails; nobody is connected to before there is one."""
    mailer = _mailer(settings)
    try:
        yield mailer
    finally:
        await mailer.close()


def _mailer(settings: Settings) -> Mailer:
    mail = settings.mail
    is_shown = mail.console or not mail.host
    if is_shown and settings.in_development:
        return ConsoleMailer(standard_output(settings.log_format).take)
    return _smtp(mail) or NoMailer()


def _smtp(mail: MailSettings) -> Mailer | None:
    if mail.host is None or mail.sender is None:
        return None
    # Most servers in development never need it.
    from watchlist_http.server.outbound.mail.smtp import SmtpMailer, SmtpServer  # noqa: PLC0415

    server = SmtpServer(
        mail.host, mail.port, mail.security, mail.username, mail.password, mail.timeout
    )
    return SmtpMailer(server, mail.sender, now)
