"""Who signs in, and what he may do."""

import re
from datetime import datetime
from enum import StrEnum
from typing import Final, Self

from attrs import evolve, field, frozen
from attrs.validators import and_, instance_of, matches_re, max_len, optional

from watchlist_core.changes import UNCHANGED, Unchanged
from watchlist_core.ids import AccountId, SessionId
from watchlist_core.instants import aware

__all__ = [
    "LONGEST_ADDRESS",
    "USERNAME",
    "Account",
    "AccountChanges",
    "EmailAddress",
    "Identity",
    "Role",
    "folded_address",
]

USERNAME: Final = "[a-z0-9._-]{3,32}"

LONGEST_ADDRESS: Final = 254
"""Characters: RFC 5321 has no room for more between its angle brackets."""
# What every mail server can be handed. Whether somebody reads it there, only a mail can tell.
_PLAIN: Final = r"[^\s@<>\"(),:;\\\[\]\x00-\x1f\x7f-\x9f\ud800-\udfff]"
_ADDRESS: Final = f"{_PLAIN}{{1,64}}@{_PLAIN}+"


class Role(StrEnum):
    """What an account may do; each role includes the ones before it."""

    USER = "user"
    MODERATOR = "moderator"
    ADMIN = "admin"

    def includes(self, other: "Role") -> bool:
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(other)


def folded_address(text: str) -> str:
    """Return that by which addresses, and parts of them, are compared: as no case tells them apart.

    Not by `str.casefold`, to which *faß.de* and *fass.de* are one: they are domains of two owners.
    """
    return text.lower()


@frozen
class EmailAddress:
    """Where mail to an account goes: as it was given, but alike without regard to case.

    Raises:
        ValueError: It is no address, or has more than 254 characters.
    """

    text: str = field(
        validator=and_(instance_of(str), matches_re(_ADDRESS), max_len(LONGEST_ADDRESS)), eq=False
    )
    folded: str = field(init=False, repr=False)
    """By which addresses are compared, and found."""

    @folded.default
    def _from_text(self) -> str:
        return folded_address(self.text)

    @classmethod
    def parsed(cls, text: str) -> Self | None:
        """Return the address that *text* is, or None where it cannot be one."""
        is_one = re.fullmatch(_ADDRESS, text) and len(text) <= LONGEST_ADDRESS
        return cls(text) if is_one else None


@frozen
class Account:
    """Who signs in."""

    id: AccountId
    username: str | None = field(validator=optional(matches_re(USERNAME)))
    role: Role = field(validator=instance_of(Role))
    is_active: bool
    """Not, once somebody has switched it off."""
    created_at: datetime = field(validator=aware)
    email: EmailAddress | None = field(default=None, validator=optional(instance_of(EmailAddress)))
    """None for one that nobody can sign in to, as those of a program."""
    is_activated: bool = True
    """Not, until whoever reads its mail has followed the link that was sent there."""
    wanted_username: str | None = field(default=None, validator=optional(matches_re(USERNAME)))
    """What it will be called once it is activated, if nobody else is by then.

    Until then it has no username: nobody keeps one from others by an address that is not his.
    """

    @property
    def may_sign_in(self) -> bool:
        return self.is_active and self.is_activated

    @property
    def is_pending(self) -> bool:
        """Waiting for its activation, which comes or never does."""
        return self.is_active and not self.is_activated

    @property
    def is_admin_at_work(self) -> bool:
        """One of those of whom there has to be one at least."""
        return self.may_sign_in and self.role is Role.ADMIN

    def named(self, username: str | None) -> Self:
        """Return the account with that username, which it only wants while it is not activated."""
        if self.is_activated:
            return evolve(self, username=username, wanted_username=None)
        return evolve(self, username=None, wanted_username=username)

    def revised(self, changes: "AccountChanges") -> Self:
        account = self
        if changes.role is not None:
            account = evolve(account, role=changes.role)
        if changes.is_active is not None:
            account = evolve(account, is_active=changes.is_active)
        if changes.username is not UNCHANGED:
            account = account.named(changes.username)
        return account


@frozen
class AccountChanges:
    """What becomes of an account; what is not given stays as it is."""

    role: Role | None = None
    is_active: bool | None = None
    username: str | Unchanged | None = UNCHANGED


@frozen
class Identity:
    """Who makes a request, and with which rights."""

    account: AccountId
    role: Role
    session: SessionId | None = None
    """By which he is signed in; None where another program vouches for him."""
