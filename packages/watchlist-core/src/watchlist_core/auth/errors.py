from collections.abc import Sequence

from attrs import define

from watchlist_core.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    TooMany,
    Unauthenticated,
    Unavailable,
)
from watchlist_core.ids import AccountId

__all__ = [
    "AccountNotFound",
    "AddressTaken",
    "InvalidMailToken",
    "InvalidToken",
    "LastAdmin",
    "NotActivated",
    "NotAllowed",
    "NotSignedIn",
    "RefreshedAlready",
    "TooManyPasswords",
    "TooManySignIns",
    "UsernameTaken",
    "WeakPassword",
    "WrongCredentials",
    "WrongPassword",
]


class NotSignedIn(Unauthenticated):
    """Sign in first."""


class InvalidToken(Unauthenticated):
    """The token is not valid, or not any more."""


class WrongCredentials(Unauthenticated):
    """The e-mail address or the password is wrong."""


class NotAllowed(Forbidden):
    """Your role does not allow it."""


class NotActivated(Forbidden):
    """Follow the link in the mail first: the account is not active yet."""


@define
class AccountNotFound(NotFound):
    """There is no such account."""

    account: AccountId


@define
class UsernameTaken(Conflict):
    """Somebody else has that username."""

    username: str


class AddressTaken(Conflict):
    """There is an account with that e-mail address."""


class RefreshedAlready(Conflict):
    """The refresh token was exchanged a moment ago; use what was answered then."""


class LastAdmin(Conflict):
    """Somebody has to stay an active admin."""


class InvalidMailToken(Invalid):
    """The link is not valid, or not any more."""


class WrongPassword(Invalid):
    """The present password is another one."""


@define
class WeakPassword(Invalid):
    """The password is too easy to guess."""

    reasons: Sequence[str]
    """What it lacks, each a sentence for a person."""


@define
class TooManySignIns(TooMany):
    """Too many sign-ins have failed; wait."""


@define
class TooManyPasswords(Unavailable):
    """Too many passwords are being checked at this moment."""
