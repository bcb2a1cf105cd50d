"""What the accounts need from the outside."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias

from attrs import field, frozen

from watchlist_core.auth.entities import Account, EmailAddress, Identity
from watchlist_core.auth.read_models import AccountCard, AccountSearch, Credentials
from watchlist_core.auth.sessions import MailPurpose, MailToken, RefreshToken, Session
from watchlist_core.ids import AccountId, SessionId
from watchlist_core.instants import aware
from watchlist_core.paging import Page, Window
from watchlist_core.work import UnitOfWork

__all__ = [
    "AccessToken",
    "AccessTokens",
    "AccountQueries",
    "Accounts",
    "Attempts",
    "AuthWork",
    "MailTokens",
    "NewToken",
    "Passwords",
    "RightsChanged",
    "Sessions",
    "SignInAttempts",
]

NewToken: TypeAlias = Callable[[], str]
"""Make a token of 256 random bits or more, of letters, digits, ``-`` and ``_``."""

RightsChanged: TypeAlias = Callable[[], None]
"""Drop what is believed of access tokens.

It is called after each commit that ended a session or changed rights, which so acts at once in this
process; others believe nothing for longer than a second.
"""


class Accounts(Protocol):
    """Accounts with their passwords, of which only hashes are kept."""

    async def add(self, account: Account, password_hash: str | None = None) -> None:
        """Keep a new account.

        Raises:
            UsernameTaken: Another account has its username.
            AddressTaken: Another account has its address, told first where both are taken.
        """

    async def hold(self, account: AccountId) -> Account:
        """Return the account, which nobody else changes until this work ends.

        Raises:
            AccountNotFound: There is none.
        """

    async def hold_all(self, accounts: Collection[AccountId]) -> Sequence[Account]:
        """Return those of the accounts that there are, each once and held as by `hold`.

        They are held in one order: works that hold several do not wait for each other in a circle.
        """

    async def hold_by_email(self, email: EmailAddress) -> Account | None:
        """Return the account with that address, held as by `hold`."""

    async def has_username(self, username: str) -> bool:
        """Tell whether an account has that username; those that only want it do not count."""

    async def hold_admins(self) -> int:
        """Return how many active, activated admins there are; that changes only with this work.

        It is asked before any account is held: two works that both take an admin away are put
        in order here.
        """

    async def save(self, account: Account) -> None:
        """Keep what a held account has become.

        Raises:
            UsernameTaken, AddressTaken: As `add`.
        """

    async def password_hash(self, account: AccountId) -> str | None:
        """Return the hash of a held account's password, None for one that nobody signs in to."""

    async def set_password_hash(self, account: AccountId, password_hash: str | None) -> None:
        """Replace the password of a held account; with None it has none."""

    async def remove(self, account: AccountId) -> None:
        """Forget a held account, with its sessions, its tokens and all that is its own.

        That is what it has listed, watched, rated and voted on. Scores and tallies of movies no
        longer count it.
        """


class Sessions(Protocol):
    async def open(self, session: Session, token_digest: bytes) -> None:
        """Keep a new session, with the digest of its first refresh token or of its cookie."""

    async def hold_token(self, digest: bytes) -> tuple[Session, RefreshToken] | None:
        """Return the refresh token of that digest, spent or not, with its session.

        The session is held: of several that show a token at once, one works on it at a time.
        None for an unknown one, or one of a session that was ended; expired ones are returned
        until they are forgotten.
        """

    async def exchange(self, spent: RefreshToken, new: RefreshToken) -> None:
        """Mark a held token as spent, at its ``spent_at``; its session lives as long as *new*."""

    async def end(self, session: SessionId) -> bool:
        """End a session at once; False where it was ended already."""

    async def end_all(self, account: AccountId, *, but: SessionId | None = None) -> None:
        """End all sessions of an account, or all *but* one."""

    async def forget_expired(self, before: datetime) -> int:
        """Forget sessions, mail tokens and spent refresh tokens that expired earlier.

        Return how many; the tokens of a session that is forgotten go with it, uncounted. A session
        may go on for years, and nobody could exchange its old tokens any more.
        """


class MailTokens(Protocol):
    async def replace(self, *tokens: MailToken) -> None:
        """Keep each token of a held account in place of its earlier one for the same purpose."""

    async def take(self, digest: bytes, purpose: MailPurpose) -> MailToken | None:
        """Return the token and forget it: of several that show it at once, one gets it.

        Its account is held before, by the order in which all works hold things. None for an
        unknown one, and for one of another purpose, which stays; expired ones are returned.
        """

    async def forget(self, account: AccountId) -> None:
        """Forget all tokens of a held account: no link that was mailed leads anywhere now."""


@frozen
class Attempts:
    """How often sign-ins were tried since some instant, and the first instant of each."""

    here: int
    """On this account from this origin."""
    here_since: datetime | None
    account: int
    """On this account from anywhere."""
    account_since: datetime | None
    origin: int
    """From this origin on any account."""
    origin_since: datetime | None


class SignInAttempts(Protocol):
    """The latest attempts to sign in, by the digest of the address and by where they come from.

    Works that count the same account, or the same origin, are put in order by `hold`.
    """

    async def hold(self, email: bytes, origin: str, since: datetime) -> Attempts:
        """Return how many there were *since*, and what of them was first."""

    async def add(self, email: bytes, origin: str, at: datetime) -> None:
        """Count an attempt, which has failed unless it is forgiven."""

    async def withdraw(self, email: bytes, origin: str, at: datetime) -> None:
        """Forget one attempt of that very instant, whose password nobody has looked at."""

    async def forgive(self, email: bytes, origin: str) -> None:
        """Forget the attempts of one origin on one account: it knew the password at last."""

    async def forget(self, before: datetime) -> int:
        """Forget what happened earlier, and return how many attempts that were."""


class AuthWork(UnitOfWork, Protocol):
    """Only as much of the store as accounts may touch."""

    @property
    def accounts(self) -> Accounts: ...

    @property
    def sessions(self) -> Sessions: ...

    @property
    def mail_tokens(self) -> MailTokens: ...

    @property
    def sign_in_attempts(self) -> SignInAttempts: ...


class AccountQueries(Protocol):
    """The door for readers: outside any work, they wait for nobody and see what is committed."""

    async def find(self, account: AccountId) -> Account | None: ...

    async def credentials(self, email: EmailAddress) -> Credentials | None:
        """Return what a password is checked against."""

    async def identity(self, session: SessionId, at: datetime) -> Identity | None:
        """Return who is signed in by that session, with the rights of this moment.

        None where it was ended or has expired, or its account may not sign in any more.
        """

    async def identity_by_cookie(self, digest: bytes, at: datetime) -> Identity | None:
        """Return who is signed in on the page whose cookie has that digest; else as `identity`."""

    async def search(self, search: AccountSearch, window: Window) -> Page[AccountCard]:
        """Return a page of the accounts, the latest first.

        Raises:
            ForeignPosition: The position does not belong to this list.
        """


@frozen
class AccessToken:
    """What an access token says: who it is for and until when, and nothing about rights."""

    account: AccountId
    session: SessionId
    expires_at: datetime = field(validator=aware)


class AccessTokens(Protocol):
    """Signed statements that a request is made for an account, by one of its sessions."""

    def issue(self, account: AccountId, session: SessionId, life: timedelta) -> str: ...

    def verify(self, token: str) -> AccessToken:
        """Return what *token* says.

        Raises:
            InvalidToken: It was not issued here, was changed, or has expired.
        """


class Passwords(Protocol):
    """Slow hashes of passwords."""

    async def hash(self, password: str) -> str:
        """Return a hash with its own salt.

        Raises:
            TooManyPasswords: Too many wait for theirs.
        """

    async def verify(self, password: str, password_hash: str | None) -> bool:
        """Tell whether that is the password; for None it takes as long, and is not.

        Raises:
            TooManyPasswords: Too many wait for theirs.
        """

    def is_outdated(self, password_hash: str) -> bool:
        """Tell whether it was made more cheaply, or dearly, than new ones are."""
