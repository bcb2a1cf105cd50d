"""What is told of accounts."""

from datetime import datetime
from typing import Self

from attrs import field, frozen

from watchlist_core.auth.entities import Account, EmailAddress, Role
from watchlist_core.ids import AccountId

__all__ = [
    "AccountCard",
    "AccountSearch",
    "Credentials",
    "IssuedMailToken",
    "PageSession",
    "SignInTokens",
    "VerifiedToken",
]


@frozen
class AccountCard:
    """An account as admins see it; ids as texts."""

    id: str
    email: str | None
    username: str | None
    role: Role
    is_active: bool
    is_activated: bool
    created_at: datetime

    @classmethod
    def of(cls, account: Account) -> Self:
        return cls(
            id=str(account.id),
            email=account.email.text if account.email else None,
            username=account.username,
            role=account.role,
            is_active=account.is_active,
            is_activated=account.is_activated,
            created_at=account.created_at,
        )


@frozen
class AccountSearch:
    """Which accounts are wanted: those that all of this is true of."""

    email: str = ""
    """A part of the address, without regard to case."""
    username: str = ""
    """A part of the username, without regard to case."""
    role: Role | None = None
    is_active: bool | None = None


@frozen
class Credentials:
    """Whom an address belongs to, and the hash of his password."""

    account: Account
    password_hash: str | None = field(repr=False)


@frozen
class SignInTokens:
    """What somebody gets who signs in."""

    account: AccountId
    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_in: int
    """Seconds until the access token expires."""


@frozen
class PageSession:
    """What a browser gets that signs in."""

    token: str = field(repr=False)
    """For its cookie."""
    expires_at: datetime


@frozen
class VerifiedToken:
    """What is told of a good access token."""

    expires_at: datetime
    type: str = "access"


@frozen
class IssuedMailToken:
    """What a mail brings to somebody, and where he reads it."""

    token: str = field(repr=False)
    email: EmailAddress
