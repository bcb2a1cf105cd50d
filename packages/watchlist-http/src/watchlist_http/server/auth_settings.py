"""What whoever runs the server can set about accounts.

The text below a field is what the documentation tells of it.
"""

from datetime import timedelta
from typing import Final

from attrs import field, frozen

from watchlist_core.auth import Lives, PasswordRules, SignInLimits
from watchlist_http.server.bounds import between
from watchlist_http.server.secret import SecretKeys

__all__ = ["AuditSettings", "AuthSettings"]

_LIVES: Final = Lives()
_LIMITS: Final = SignInLimits()
_MINUTE: Final = timedelta(minutes=1)
_DAY: Final = timedelta(days=1)
_YEAR: Final = timedelta(days=365)


@frozen
class AuthSettings:
    secret_keys: SecretKeys = field(default=SecretKeys())
    """Keys of 32 bytes or more, between commas: the first signs, all are accepted. Needed in
    production; in development one is made and kept in the data folder."""

    require_activation: bool | None = None
    """Whether an account can be used only once the link in a mail was followed; without, it is so
    in production and not in development."""

    password_cost: int = field(default=12, validator=between(4, 16))
    """How slowly passwords are hashed: each step more takes twice as long, and 12 a third of a
    second. Less than 10 is for tests."""

    password_composition: bool = PasswordRules().composition
    """Whether a password needs letters of both cases, a digit and a sign. In any case it has 8 to
    128 characters and is none of the common ones."""

    access_life: timedelta = field(default=_LIVES.access, validator=between(_MINUTE, _DAY))
    """How long an access token is good for."""

    refresh_life: timedelta = field(default=_LIVES.refresh, validator=between(_MINUTE, _YEAR))
    """How long a refresh token is good for: who does not come back for so long signs in anew."""

    page_life: timedelta = field(default=_LIVES.page, validator=between(_MINUTE, _YEAR))
    """How long a browser stays signed in on the page."""

    activation_life: timedelta = field(default=_LIVES.activation, validator=between(_MINUTE, _YEAR))
    """How long the link that activates an account is good for, from when it was mailed."""

    reset_life: timedelta = field(default=_LIVES.password_reset, validator=between(_MINUTE, _DAY))
    """How long the link that resets a password is good for, from when it was mailed."""

    refresh_grace: timedelta = field(
        default=_LIVES.grace, validator=between(timedelta(0), 5 * _MINUTE)
    )
    """How long a refresh token that was exchanged may be shown again without ending its session,
    by a second tab or after an answer that was lost."""

    sign_ins: int = field(default=_LIMITS.here, validator=between(1, 1000))
    """How many sign-ins to one account from one address may fail before no more are tried, the
    right password included."""

    sign_ins_of_address: int = field(default=_LIMITS.origin, validator=between(1, 100_000))
    """How many from one address may fail, to whatever accounts."""

    sign_ins_of_account: int = field(default=_LIMITS.account, validator=between(1, 100_000))
    """How many to one account may fail, from whatever addresses: few, and anybody can keep its
    owner out."""

    sign_in_window: timedelta = field(default=_LIMITS.window, validator=between(_MINUTE, _DAY))
    """How long a sign-in that failed is counted."""

    @property
    def lives(self) -> Lives:
        return Lives(
            access=self.access_life,
            refresh=self.refresh_life,
            page=self.page_life,
            activation=self.activation_life,
            password_reset=self.reset_life,
            grace=self.refresh_grace,
        )

    @property
    def limits(self) -> SignInLimits:
        return SignInLimits(
            here=self.sign_ins,
            origin=self.sign_ins_of_address,
            account=self.sign_ins_of_account,
            window=self.sign_in_window,
        )

    @property
    def rules(self) -> PasswordRules:
        return PasswordRules(composition=self.password_composition)


@frozen
class AuditSettings:
    retention: timedelta = field(default=_YEAR, validator=between(_DAY, 100 * _YEAR))
    """How long it is kept who did what."""
