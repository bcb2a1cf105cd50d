"""What somebody holds who is signed in; of tokens only their digests are kept."""

from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Final

from attrs import field, frozen
from attrs.validators import instance_of

from watchlist_core.ids import AccountId, SessionId
from watchlist_core.instants import aware

__all__ = [
    "DIGEST_SIZE",
    "BlockedBy",
    "Lives",
    "MailPurpose",
    "MailToken",
    "RefreshToken",
    "Session",
    "SessionKind",
    "SignInLimits",
    "digest_of",
]

DIGEST_SIZE: Final = 32
"""Bytes."""


def digest_of(token: str) -> bytes:
    """Return what is kept of a random token: its SHA-256, from which nobody gets the token back."""
    return sha256(token.encode(errors="surrogatepass")).digest()


class SessionKind(StrEnum):
    TOKENS = "tokens"
    """Of a program: a family of refresh tokens, each of which was exchanged for the next."""
    PAGE = "page"
    """Of the web page: an opaque token in a cookie."""


@frozen
class Session:
    """One sign-in, until somebody signs out of it or it expires."""

    id: SessionId
    account: AccountId
    kind: SessionKind = field(validator=instance_of(SessionKind))
    began_at: datetime = field(validator=aware)
    expires_at: datetime = field(validator=aware)
    """When its last token does; refreshing prolongs it."""


@frozen
class RefreshToken:
    """What a session goes on by; spent as soon as it was exchanged for the next one."""

    digest: bytes
    session: SessionId
    expires_at: datetime = field(validator=aware)
    spent_at: datetime | None = None


class MailPurpose(StrEnum):
    ACTIVATION = "activation"
    PASSWORD_RESET = "password-reset"  # noqa: S105  no password, but what a token is for


@frozen
class MailToken:
    """What the link in a mail carries; an account has one for each purpose, the latest."""

    digest: bytes
    account: AccountId
    purpose: MailPurpose
    expires_at: datetime = field(validator=aware)


@frozen
class Lives:
    """How long what is given out is good for."""

    access: timedelta = timedelta(minutes=15)
    refresh: timedelta = timedelta(days=7)
    page: timedelta = timedelta(days=7)
    activation: timedelta = timedelta(minutes=30)
    password_reset: timedelta = timedelta(minutes=15)
    grace: timedelta = timedelta(seconds=10)
    """How long a spent refresh token may be shown again, by a second tab or after a lost answer."""


class BlockedBy(StrEnum):
    """Of what there were too many failed sign-ins; see `SignInLimits`."""

    HERE = "here"
    ORIGIN = "origin"
    ACCOUNT = "account"


@frozen
class SignInLimits:
    """How many sign-ins may fail within a window of time before no more are tried."""

    here: int = 5
    """On one account from one origin."""
    origin: int = 20
    """From one origin on all accounts."""
    account: int = 100
    """On one account from all origins: more, or anybody could keep its owner out."""
    window: timedelta = timedelta(minutes=15)
