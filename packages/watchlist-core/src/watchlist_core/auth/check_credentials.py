from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from attrs import frozen

from watchlist_core.auth.entities import EmailAddress, folded_address
from watchlist_core.auth.errors import TooManyPasswords, TooManySignIns, WrongCredentials
from watchlist_core.auth.events import SignInRefused, SignInsBlocked
from watchlist_core.auth.ports import AccountQueries, Attempts, AuthWork, Passwords
from watchlist_core.auth.read_models import Credentials
from watchlist_core.auth.sessions import BlockedBy, SignInLimits, digest_of
from watchlist_core.work import Begin, Clock

__all__ = ["CheckCredentials", "forgive"]

_SECOND: Final = timedelta(seconds=1)


@frozen
class _Attempt:
    email: bytes
    origin: str
    at: datetime


@frozen
class CheckCredentials:
    """Look at a password, as long as not too many were wrong: for whatever it is asked for."""

    begin: Begin[AuthWork]
    clock: Clock
    passwords: Passwords
    queries: AccountQueries
    limits: SignInLimits

    async def __call__(self, email: str, password: str, origin: str) -> Credentials:
        """Return whose password it is; nobody has followed the link in his mail, maybe.

        A try counts as failed before the password is looked at, so that of many at once no more
        are looked at than the limits allow. Whoever was right is to be forgiven by `forgive`; a
        try that nobody could look at is taken back.

        Raises:
            TooManySignIns: Too many have failed; nobody looks at the password. That is recorded
                once, with the failure that was one too many.
            WrongCredentials: There is no such account, it was switched off, or the password is
                another one: neither the answer nor the time that it takes tells which.
            TooManyPasswords: Too many wait for theirs to be looked at.
        """
        attempt = _Attempt(_counted_as(email), origin, self.clock())
        reached = await self._count(attempt)
        address = EmailAddress.parsed(email)
        found = await self.queries.credentials(address) if address else None
        is_right = await self._is_right(password, found, attempt)
        if not (found and is_right and found.account.is_active):
            await self._refuse(found, attempt, reached)
            raise WrongCredentials
        return found

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


async def forgive(work: AuthWork, email: str, origin: str) -> None:
    """Forget, as part of *work*, the attempts of whoever knew the password at last."""
    await work.sign_in_attempts.forgive(_counted_as(email), origin)


def _counted_as(email: str) -> bytes:
    return digest_of(folded_address(email))
