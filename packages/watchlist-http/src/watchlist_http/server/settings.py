"""What whoever runs the server can set.

The text below a field is what the documentation tells of it.
"""

from collections.abc import Iterator
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from attrs import field, fields, frozen

from watchlist_http.options import KEPT_BYTES, LARGEST_BODY, Options
from watchlist_http.server.auth_settings import AuditSettings, AuthSettings
from watchlist_http.server.bounds import between
from watchlist_http.server.limit_settings import LimitSettings
from watchlist_http.server.outbound.mail.mail import Sender
from watchlist_http.server.secret import DatabaseUrl, Secret

__all__ = [
    "DatabaseSettings",
    "Environment",
    "HttpSettings",
    "LogFormat",
    "LogLevel",
    "LogSettings",
    "MailSecurity",
    "MailSettings",
    "Networks",
    "Origins",
    "RelaySettings",
    "Settings",
    "demands_of_serving",
    "demands_of_working",
]


class Environment(StrEnum):
    PRODUCTION = "production"
    DEVELOPMENT = "development"


class LogLevel(StrEnum):
    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogFormat(StrEnum):
    JSON = "json"
    TEXT = "text"


class MailSecurity(StrEnum):
    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class Origins(tuple[str, ...]):
    """Web origins (RFC 6454), as browsers write them."""

    __slots__ = ()


class Networks(tuple[str, ...]):
    """Networks and single addresses, such as ``10.0.0.0/8`` and ``::1``."""

    __slots__ = ()


def _is_a_port_if_any(attributes: object, attribute: object, value: int | None) -> None:
    if value is not None:
        between(1, 65_535)(attributes, attribute, value)


def _are_origins(_: object, __: object, origins: Origins) -> None:
    if origins:  # most servers need none, and so not what knows them
        from watchlist_http.cors import Cors  # noqa: PLC0415

        Cors(origins)


def _are_networks(_: object, __: object, given: Networks) -> None:
    if given:
        from watchlist_http.client_address import networks  # noqa: PLC0415

        networks(given)


@frozen
class DatabaseSettings:
    url: DatabaseUrl | None = None
    """`sqlite:///file` or `postgresql://user:password@host/name`; without one, a SQLite file in
    the data folder."""


@frozen
class HttpSettings:
    host: str = "127.0.0.1"
    """The address to listen on; in development only this machine's own."""

    port: int = field(default=8000, validator=between(0, 65_535))
    """The port to listen on; 0 takes any that is free."""

    public_url: str | None = field(default=None, validator=fields(Options).public_url.validator)
    """The address that people reach the server by, from which links are made. Needed in
    production."""

    cors_origins: Origins = field(default=Origins(), validator=_are_origins)
    """The web origins whose pages may read the answers, between commas."""

    trusted_proxies: Networks = field(default=Networks(), validator=_are_networks)
    """The addresses and networks of proxies that are believed whom they pass requests on for (by
    `X-Forwarded-For`), between commas."""

    guests: bool = True
    """Whether people may look around who are not signed in; if not, all but health and what leads
    to a sign-in wants a token."""

    largest_body: int = field(default=LARGEST_BODY, validator=between(1 << 10, 1 << 30))
    """The bytes that the body of a request may have."""

    workers: int = field(default=1, validator=between(1, 256))
    """The processes that answer requests; they share one listening socket."""

    compress: bool = True
    """Whether answers are compressed for clients that ask for it; better off where a proxy in
    front does it."""

    kept_answers: int = field(default=KEPT_BYTES >> 20, validator=between(0, 1 << 14))
    """The MiB that answers about the catalogue may take which each process keeps to give them
    again; 0 keeps none."""

    grace: float = field(default=20.0, validator=between(0, 3600))
    """The seconds that running requests get to finish when the server is told to stop."""


@frozen
class RelaySettings:
    enabled: bool = True
    """Whether `serve` also delivers events; without, a `watchlist worker` has to."""

    attempts: int = field(default=20, validator=between(1, 1000))
    """How often an event is tried before it is parked; the pauses grow to 15 minutes, so that 20
    take an hour and a half at least."""


@frozen
class MailSettings:
    host: str | None = None
    """The SMTP server that mails are handed to. Needed in production while accounts have to be
    activated."""

    port: int | None = field(default=None, validator=_is_a_port_if_any)
    """Its port; without, 587 with starttls, 465 with tls and 25 with none."""

    security: MailSecurity = MailSecurity.STARTTLS
    """starttls, tls from the first byte on, or none, which is for servers on the same machine."""

    username: str | None = None
    """Whom to sign in as; without, nobody signs in."""

    password: Secret | None = None
    """The password of that user."""

    sender: Sender | None = None
    """Whom mails come from: an address, or a name and an address in angle brackets. Needed where
    there is a host."""

    timeout: float = field(default=10.0, validator=between(0.01, 600))
    """The seconds that the mail server gets for each of its answers."""

    templates: Path | None = None
    """A folder of templates that are taken in place of our own, by their names."""

    console: bool = False
    """Whether mails are shown in the log instead of being sent, in development only; there they are
    unless there is a host."""


@frozen
class LogSettings:
    level: LogLevel = LogLevel.INFO
    """What is left out: all that weighs less than debug, info, warning or error."""

    format: LogFormat | None = None
    """json or text; without, json in production and text in development."""

    requests: bool = True
    """Whether each request has its line."""


@frozen
class Settings:
    environment: Environment = Environment.PRODUCTION
    """production or development. Development is for this machine alone."""

    data_folder: Path = Path(".watchlist")
    """Where the server keeps its own files; made when it is missing."""

    database: DatabaseSettings = DatabaseSettings()
    http: HttpSettings = HttpSettings()
    auth: AuthSettings = field(factory=AuthSettings)
    audit: AuditSettings = field(factory=AuditSettings)
    limits: LimitSettings = field(factory=LimitSettings)
    relay: RelaySettings = RelaySettings()
    mail: MailSettings = MailSettings()
    log: LogSettings = LogSettings()

    @property
    def in_development(self) -> bool:
        return self.environment is Environment.DEVELOPMENT

    @property
    def requires_activation(self) -> bool:
        wanted = self.auth.require_activation
        return not self.in_development if wanted is None else wanted

    @property
    def database_url(self) -> DatabaseUrl:
        return self.database.url or DatabaseUrl.of_file(self.data_folder / "watchlist.db")

    @property
    def log_format(self) -> LogFormat:
        return self.log.format or (LogFormat.TEXT if self.in_development else LogFormat.JSON)


_MAKE_A_KEY: Final = "python -c 'import secrets; print(secrets.token_urlsafe(48))'"


def demands_of_serving(settings: Settings) -> Iterator[tuple[str, str]]:
    """Tell which settings a server lacks, though each may be right in itself, and why."""
    if settings.in_development and not _is_loopback(settings.http.host):
        yield "http.host", "must be this machine's own address in development"
    if not settings.in_development and not settings.auth.secret_keys:
        yield "auth.secret_keys", f"is needed in production; make one by {_MAKE_A_KEY}"
    yield from _demands_of_mails(settings)


def demands_of_working(settings: Settings) -> Iterator[tuple[str, str]]:
    """Tell which settings are lacking to deliver events in a process that answers no requests."""
    if settings.in_development and settings.http.public_url is None and not settings.http.port:
        reason = "is needed where a server takes any port (http.port): links are made from it"
        yield "http.public_url", reason
    yield from _demands_of_mails(settings)


def _demands_of_mails(settings: Settings) -> Iterator[tuple[str, str]]:
    mail = settings.mail
    if not settings.in_development and settings.http.public_url is None:
        yield "http.public_url", "is needed in production: links are made from it"
    if mail.console and not settings.in_development:
        yield "mail.console", "is for development: whoever reads the log could follow the links"
    if mail.host and mail.sender is None:
        yield "mail.sender", "is needed where there is a mail host"
    if settings.requires_activation and not (mail.host or settings.in_development):
        yield "mail.host", "is needed while accounts have to be activated (auth.require_activation)"
    if mail.username is not None and mail.password is None:
        yield "mail.password", "is needed with a username"


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
