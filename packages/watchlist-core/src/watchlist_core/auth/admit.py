from datetime import timedelta

from attrs import frozen

from watchlist_core.auth.check_credentials import CheckCredentials, forgive
from watchlist_core.auth.errors import NotActivated, TooManyPasswords
from watchlist_core.auth.events import SignInRefused
from watchlist_core.auth.open_session import begin_session
from watchlist_core.auth.ports import AccountQueries, AuthWork, NewToken, Passwords
from watchlist_core.auth.read_models import Credentials
from watchlist_core.auth.sessions import Session, SessionKind, SignInLimits
from watchlist_core.ids import SessionId
from watchlist_core.work import Begin, Busy, Clock, NewId

__all__ = ["Admit"]


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

        A right password is forgiven, with all wrong ones before it on this account from this
        origin.

        Raises:
            TooManySignIns, WrongCredentials, TooManyPasswords: As `CheckCredentials`.
            NotActivated: The password is right, but nobody has followed the link in the mail.
            Busy: The account was changed at this moment.
        """
        check = CheckCredentials(self.begin, self.clock, self.passwords, self.queries, self.limits)
        found = await check(email, password, origin)
        if not found.account.is_activated:
            async with self.begin() as work:
                await forgive(work, email, origin)
                work.record(SignInRefused(found.account.id))
                await work.commit()
            raise NotActivated
        new_hash = await self._new_hash(password, found)
        at, token = self.clock(), self.new_token()
        session = Session(SessionId(self.new_id()), found.account.id, kind, at, at + life)
        async with self.begin() as work:
            await _hold_as_found(work, found)
            await forgive(work, email, origin)
            if new_hash:
                await work.accounts.set_password_hash(session.account, new_hash)
            await begin_session(work, session, token)
            await work.commit()
        return session, token

    async def _new_hash(self, password: str, found: Credentials) -> str | None:
        """Return a hash to replace an outdated one by; none where that has to wait."""
        if not (found.password_hash and self.passwords.is_outdated(found.password_hash)):
            return None
        try:
            return await self.passwords.hash(password)
        except TooManyPasswords:
            return None  # the next sign-in will do


async def _hold_as_found(work: AuthWork, found: Credentials) -> None:
    """Hold the account, which others may have changed while its password was looked at.

    Raises:
        Busy: They did: what was found out of it does not hold any more.
    """
    account = found.account.email and await work.accounts.hold_by_email(found.account.email)
    if account != found.account:
        raise Busy
    if await work.accounts.password_hash(found.account.id) != found.password_hash:
        raise Busy
