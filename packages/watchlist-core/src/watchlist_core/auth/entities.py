"""Who signs in, and what he may do."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from attrs import field, frozen
from attrs.validators import instance_of, matches_re, optional

from watchlist_core.ids import AccountId
from watchlist_core.instants import aware

__all__ = ["USERNAME", "Account", "Identity", "Role"]

USERNAME: Final = "[a-z0-9._-]{3,32}"


class Role(StrEnum):
    """What an account may do; each role includes the ones before it."""

    USER = "user"
    MODERATOR = "moderator"
    ADMIN = "admin"

    def includes(self, other: "Role") -> bool:
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(other)


@frozen
class Account:
    """Who signs in."""

    id: AccountId
    username: str | None = field(validator=optional(matches_re(USERNAME)))
    role: Role = field(validator=instance_of(Role))
    is_active: bool
    created_at: datetime = field(validator=aware)


@frozen
class Identity:
    """Who makes a request, and with which rights."""

    account: AccountId
    role: Role
