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
from watchlist_core.auth.events import SignInRefused
from watchlist_core.auth.open_session import begin_session
from watchlist_core.auth.ports import AccountQueries, Attempts, AuthWork, NewToken, Passwords
from watchlist_core.auth.read_models import Credentials
from watchlist_core.auth.sessions import Session, SessionKind, SignInLimits, digest_of
from watchlist_core.ids import SessionId
from watchlist_core.work import Begin, Busy, Clock, NewId

__all__ = ["Admit"]

_SECOND: Final = timedelta(seconds=1)


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
        this account from this origin.

        Raises:
            TooManySignIns: Too many have failed; nobody looks at the password.
            WrongCredentials: There is no such account, it was switched off, or the password is
                another one: neither the answer nor the time that it takes tells which.
            NotActivated: The password is right, but nobody has followed the link in the mail.
            TooManyPasswords: Too many wait for theirs to be looked at.
            Busy: The account was changed at this moment.
        """
        tried = digest_of(email.casefold())
        await self._count(tried, origin)
        address = EmailAddress.parsed(email)
        found = await self.queries.credentials(address) if address else None
        is_right = await self.passwords.verify(password, found.password_hash if found else None)
        if not (address and found and is_right and found.account.is_active):
            await self._refuse(found)
            raise WrongCredentials
        if not found.account.is_activated:
            await self._refuse(found, forgiving=(tried, origin))
            raise NotActivated
        new_hash = await self._new_hash(password, found)
        at, token = self.clock(), self.new_token()
        session = Session(SessionId(self.new_id()), found.account.id, kind, at, at + life)
        async with self.begin() as work:
            await _hold_as_found(work, address, found)
            await work.sign_in_attempts.forgive(tried, origin)
            if new_hash:
                await work.accounts.set_password_hash(session.account, new_hash)
            await begin_session(work, session, token)
            await work.commit()
        return session, token

    async def _count(self, email: bytes, origin: str) -> None:
        at = self.clock()
        async with self.begin() as work:
            since = at - self.limits.window
            attempts = await work.sign_in_attempts.hold(email, origin, since)
            if blocked := self._blocked_since(attempts):
                raise TooManySignIns(retry_after=(blocked - since) // _SECOND + 1)
            await work.sign_in_attempts.add(email, origin, at)
            await work.commit()

    def _blocked_since(self, attempts: Attempts) -> datetime | None:
        """Return the attempt that has to be long ago before another is allowed."""
        reached = (
            (attempts.here >= self.limits.here, attempts.here_since),
            (attempts.account >= self.limits.account, attempts.account_since),
            (attempts.origin >= self.limits.origin, attempts.origin_since),
        )
        return max((first for is_reached, first in reached if is_reached and first), default=None)

    async def _refuse(
        self, found: Credentials | None, *, forgiving: tuple[bytes, str] | None = None
    ) -> None:
        async with self.begin() as work:
            if forgiving:
                await work.sign_in_attempts.forgive(*forgiving)
            work.record(SignInRefused(found.account.id if found else None))
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
