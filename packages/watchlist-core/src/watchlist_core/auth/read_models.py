"""What is told of accounts."""

from datetime import datetime

from attrs import frozen

from watchlist_core.auth.entities import Account, Role
from watchlist_core.ids import AccountId
from watchlist_core.paging import Page

__all__ = ["AccountCard", "AccountList", "AccountSearch", "Credentials", "SignInTokens"]


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


@frozen
class AccountList:
    page: Page[AccountCard]


@frozen
class AccountSearch:
    """Which accounts are wanted: those that all of this is true of."""

    email: str = ""
    """A part of the address, without regard to case."""
    username: str = ""
    """A part of the username."""
    role: Role | None = None
    is_active: bool | None = None


@frozen
class Credentials:
    """Whom an address belongs to, and the hash of his password."""

    account: Account
    password_hash: str | None


@frozen
class SignInTokens:
    """What somebody gets who signs in."""

    account: AccountId
    access: str
    refresh: str
    expires_in: int
    """Seconds until the access token expires."""
