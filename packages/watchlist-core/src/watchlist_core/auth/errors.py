from attrs import define

from watchlist_core.errors import Conflict, Forbidden, NotFound, Unauthenticated
from watchlist_core.ids import AccountId

__all__ = ["AccountNotFound", "InvalidToken", "NotAllowed", "NotSignedIn", "UsernameTaken"]


class NotSignedIn(Unauthenticated):
    """Sign in first."""


class InvalidToken(Unauthenticated):
    """The access token is not valid, or not any more."""


class NotAllowed(Forbidden):
    """Your role does not allow it."""


@define
class AccountNotFound(NotFound):
    """There is no such account."""

    account: AccountId


@define
class UsernameTaken(Conflict):
    """Somebody else has that username."""

    username: str
