"""What the accounts need from the outside."""

from datetime import datetime, timedelta
from typing import Protocol

from attrs import field, frozen

from watchlist_core.auth.entities import Account
from watchlist_core.ids import AccountId
from watchlist_core.instants import aware
from watchlist_core.work import UnitOfWork

__all__ = ["AccessToken", "AccessTokens", "AccountQueries", "Accounts", "AuthWork"]


class Accounts(Protocol):
    async def add(self, account: Account) -> None:
        """Keep a new account.

        Raises:
            UsernameTaken: Another account has its username.
        """


class AuthWork(UnitOfWork, Protocol):
    """Only as much of the store as accounts may touch."""

    @property
    def accounts(self) -> Accounts: ...


class AccountQueries(Protocol):
    """The door for readers: outside any work, they wait for nobody and see what is committed."""

    async def find(self, account: AccountId) -> Account | None: ...


@frozen
class AccessToken:
    """What an access token says: who it is for and until when, and nothing about rights."""

    account: AccountId
    expires_at: datetime = field(validator=aware)


class AccessTokens(Protocol):
    """Signed statements that a request is made for an account."""

    def issue(self, account: AccountId, life: timedelta) -> str: ...

    def verify(self, token: str) -> AccessToken:
        """Return what *token* says.

        Raises:
            InvalidToken: It was not issued here, was changed, or has expired.
        """
