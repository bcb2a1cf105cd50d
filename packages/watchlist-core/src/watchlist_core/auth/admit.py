from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from attrs import frozen

from watchlist_core.auth.entities import EmailAddress
from watchlist_core.auth.errors import (
    NotActivated,
    TooManyPasswords,
    TooManySignIns,
    WrongCredentials,
)
from watchlist_core.auth.events import SignInRefused, SignInsBlocked
from watchlist_core.auth.open_session import begin_session
from watchlist_core.auth.ports import AccountQueries, Attempts, AuthWork, NewToken, Passwords
from watchlist_core.auth.read_models import Credentials
from watchlist_core.auth.sessions import BlockedBy, Session, SessionKind, SignInLimits, digest_of
from watchlist_core.ids import SessionId
from watchlist_core.work import Begin, Busy, Clock, NewId

__all__ = ["Admit"]

_SECOND: Final = timedelta(seconds=1)


@frozen
class _Attempt:
    email: bytes
    origin: str
    at: datetime


@frozen
class Admit:
    """Open a session for whoever knows the password: what all ways to sign in have in common."""

    begin: Begin[AuthWork]
    clock: Clock
    new_id: NewId
    new_token: NewToken
    passwords: Passwords
    queries: AccountQueries
    limits: SignInLimits

    async def __call__(
        self, email: str, password: str, origin: str, kind: SessionKind, life: timedelta
    ) -> tuple[Session, str]:
        """Return the new session and its token.

        A try counts as failed before the password is looked at, so that of many at once no more
        are looked at than the limits allow. A right one is forgiven, with all those before it on
        this account from this origin; one that nobody could look at is taken back.

        Raises:
            TooManySignIns: Too many have failed; nobody looks at the password. That is recorded
                once, with the failure that was one too many.
            WrongCredentials: There is no such account, it was switched off, or the password is
                another one: neither the answer nor the time that it takes tells which.
            NotActivated: The password is right, but nobody has followed the link in the mail.
            TooManyPasswords: Too many wait for theirs to be looked at.
            Busy: The account was changed at this moment.
        """
        attempt = _Attempt(digest_of(email.casefold()), origin, self.clock())
        reached = await self._count(attempt)
        address = EmailAddress.parsed(email)
        found = await self.queries.credentials(address) if address else None
        is_right = await self._is_right(password, found, attempt)
        if not (address and found and is_right and found.account.is_active):
            await self._refuse(found, attempt, reached)
            raise WrongCredentials
        if not found.account.is_activated:
            await self._refuse_for_now(found, attempt)
            raise NotActivated
        new_hash = await self._new_hash(password, found)
        at, token = self.clock(), self.new_token()
        session = Session(SessionId(self.new_id()), found.account.id, kind, at, at + life)
        async with self.begin() as work:
            await _hold_as_found(work, address, found)
            await work.sign_in_attempts.forgive(attempt.email, origin)
            if new_hash:
                await work.accounts.set_password_hash(session.account, new_hash)
            await begin_session(work, session, token)
            await work.commit()
        return session, token

    async def _count(self, attempt: _Attempt) -> Sequence[BlockedBy]:
        """Count the attempt, and return the limits that allow no other one."""
        async with self.begin() as work:
            standing = await self._held(work, attempt)
            blocked_since = [first for _, left, first in standing if left <= 0 and first]
            if blocked_since:
                since = attempt.at - self.limits.window
                raise TooManySignIns(retry_after=(max(blocked_since) - since) // _SECOND + 1)
            await work.sign_in_attempts.add(attempt.email, attempt.origin, attempt.at)
            await work.commit()
        return [by for by, left, _ in standing if left == 1]

    async def _held(
        self, work: AuthWork, attempt: _Attempt
    ) -> Sequence[tuple[BlockedBy, int, datetime | None]]:
        """Return how many attempts each limit allows yet, and when the first was that counts."""
        since = attempt.at - self.limits.window
        counted: Attempts = await work.sign_in_attempts.hold(attempt.email, attempt.origin, since)
        return (
            (BlockedBy.HERE, self.limits.here - counted.here, counted.here_since),
            (BlockedBy.ACCOUNT, self.limits.account - counted.account, counted.account_since),
            (BlockedBy.ORIGIN, self.limits.origin - counted.origin, counted.origin_since),
        )

    async def _is_right(self, password: str, found: Credentials | None, attempt: _Attempt) -> bool:
        try:
            return await self.passwords.verify(password, found.password_hash if found else None)
        except TooManyPasswords:
            async with self.begin() as work:
                await work.sign_in_attempts.withdraw(attempt.email, attempt.origin, attempt.at)
                await work.commit()
            raise

    async def _refuse(
        self, found: Credentials | None, attempt: _Attempt, reached: Sequence[BlockedBy]
    ) -> None:
        """Record that nobody was let in, and that nobody will be, where it was one too many."""
        account = found.account.id if found else None
        async with self.begin() as work:
            work.record(SignInRefused(account))
            # Meanwhile somebody may have known the password, and been forgiven.
            standing = await self._held(work, attempt) if reached else ()
            for by, left, _ in standing:
                if by in reached and left <= 0:
                    work.record(SignInsBlocked(None if by is BlockedBy.ORIGIN else account, by))
            await work.commit()

    async def _refuse_for_now(self, found: Credentials, attempt: _Attempt) -> None:
        async with self.begin() as work:
            await work.sign_in_attempts.forgive(attempt.email, attempt.origin)
            work.record(SignInRefused(found.account.id))
            await work.commit()

    async def _new_hash(self, password: str, found: Credentials) -> str | None:
        """Return a hash to replace an outdated one by; none where that has to wait."""
        if not (found.password_hash and self.passwords.is_outdated(found.password_hash)):
            return None
        try:
            return await self.passwords.hash(password)
        except TooManyPasswords:
            return None  # the next sign-in will do


async def _hold_as_found(work: AuthWork, address: EmailAddress, found: Credentials) -> None:
    """Hold the account, which others may have changed while its password was looked at.

    Raises:
        Busy: They did: what was found out of it does not hold any more.
    """
    account = await work.accounts.hold_by_email(address)
    if account != found.account:
        raise Busy
    if await work.accounts.password_hash(found.account.id) != found.password_hash:
        raise Busy
