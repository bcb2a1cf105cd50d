"""What has happened to accounts. The relay sends mails for some, and audit keeps all of them."""

from typing import ClassVar

from attrs import frozen

from watchlist_core.auth.entities import Role
from watchlist_core.auth.sessions import BlockedBy
from watchlist_core.ids import AccountId, SessionId

__all__ = [
    "AccountActivated",
    "AccountAdded",
    "AccountRegistered",
    "AccountRemoved",
    "AccountRevised",
    "ActivationRequested",
    "AddressRegisteredAgain",
    "PasswordChanged",
    "PasswordResetRequested",
    "RefreshTokenReused",
    "SignInRefused",
    "SignInsBlocked",
    "SignedIn",
    "SignedOut",
    "SignedOutEverywhere",
]


@frozen
class AccountAdded:
    """Somebody else made the account, which is active at once."""

    name: ClassVar[str] = "account-added"
    version: ClassVar[int] = 1

    account: AccountId
    role: Role


@frozen
class AccountRegistered:
    """Its owner made the account; a mail with a link follows unless it is active already."""

    name: ClassVar[str] = "account-registered"
    version: ClassVar[int] = 1

    account: AccountId
    is_activated: bool


@frozen
class AddressRegisteredAgain:
    """Somebody tried to register with the address of an account, whose owner is told by mail."""

    name: ClassVar[str] = "address-registered-again"
    version: ClassVar[int] = 1

    account: AccountId


@frozen
class ActivationRequested:
    """Somebody wants the activation mail once more; None where no account waits for it."""

    name: ClassVar[str] = "activation-requested"
    version: ClassVar[int] = 1

    account: AccountId | None


@frozen
class AccountActivated:
    name: ClassVar[str] = "account-activated"
    version: ClassVar[int] = 1

    account: AccountId


@frozen
class SignedIn:
    name: ClassVar[str] = "signed-in"
    version: ClassVar[int] = 1

    account: AccountId
    session: SessionId


@frozen
class SignInRefused:
    """Wrong credentials; None where there is no such account."""

    name: ClassVar[str] = "sign-in-refused"
    version: ClassVar[int] = 1

    account: AccountId | None


@frozen
class SignInsBlocked:
    """The sign-in that was refused just before was one too many: for a while none is looked at.

    Those are told so, and recorded nowhere: whoever guesses on fills no table. None where there
    is no such account, or all of them are meant.
    """

    name: ClassVar[str] = "sign-ins-blocked"
    version: ClassVar[int] = 1

    account: AccountId | None
    by: BlockedBy


@frozen
class RefreshTokenReused:
    """A spent refresh token was shown late: somebody stole it, so its session was ended."""

    name: ClassVar[str] = "refresh-token-reused"
    version: ClassVar[int] = 1

    account: AccountId
    session: SessionId


@frozen
class SignedOut:
    name: ClassVar[str] = "signed-out"
    version: ClassVar[int] = 1

    account: AccountId
    session: SessionId


@frozen
class SignedOutEverywhere:
    name: ClassVar[str] = "signed-out-everywhere"
    version: ClassVar[int] = 1

    account: AccountId


@frozen
class PasswordChanged:
    """By its owner, who knew the old one or read the mail; a mail tells him."""

    name: ClassVar[str] = "password-changed"
    version: ClassVar[int] = 1

    account: AccountId


@frozen
class PasswordResetRequested:
    """Somebody forgot a password, or has none; None where there is no account to reset it of."""

    name: ClassVar[str] = "password-reset-requested"
    version: ClassVar[int] = 1

    account: AccountId | None


@frozen
class AccountRevised:
    """An admin changed it: what it is now."""

    name: ClassVar[str] = "account-revised"
    version: ClassVar[int] = 1

    account: AccountId
    role: Role
    is_active: bool


@frozen
class AccountRemoved:
    name: ClassVar[str] = "account-removed"
    version: ClassVar[int] = 1

    account: AccountId
