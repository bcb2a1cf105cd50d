from attrs import frozen

from watchlist_core.auth.check_credentials import CheckCredentials, forgive
from watchlist_core.auth.entities import Identity
from watchlist_core.auth.errors import AccountNotFound, WrongCredentials, WrongPassword
from watchlist_core.auth.events import PasswordChanged
from watchlist_core.auth.passwords import PasswordRules
from watchlist_core.auth.ports import AccountQueries, AuthWork, Passwords, RightsChanged
from watchlist_core.auth.read_models import Credentials
from watchlist_core.auth.sessions import SignInLimits
from watchlist_core.ids import AccountId
from watchlist_core.work import Begin, Clock

__all__ = ["ChangePassword"]


@frozen
class ChangePassword:
    """Change the password of somebody who is signed in, and knows the present one."""

    begin: Begin[AuthWork]
    clock: Clock
    passwords: Passwords
    rules: PasswordRules
    queries: AccountQueries
    limits: SignInLimits
    rights_changed: RightsChanged

    async def __call__(self, identity: Identity, current: str, new: str, origin: str) -> None:
        """Replace the password and end all other sessions; links to reset it are dead, too.

        A wrong one counts as a sign-in that failed, from *origin*, where the request comes from:
        whoever has got hold of a session guesses no more by it than without.

        Raises:
            AccountNotFound: There is none any more.
            WeakPassword: The rules refuse the new one.
            WrongPassword: The current one is another, or the account has none.
            TooManySignIns, TooManyPasswords: As `CheckCredentials`.
        """
        self.rules.check(new)
        email = await self._email_of(identity.account)
        known = await self._checked(email, current, origin)
        new_hash = await self.passwords.hash(new)
        async with self.begin() as work:
            account = await work.accounts.hold(identity.account)
            if await work.accounts.password_hash(account.id) != known.password_hash:
                raise WrongPassword  # it was changed while this one was checked
            await forgive(work, email, origin)
            await work.accounts.set_password_hash(account.id, new_hash)
            await work.sessions.end_all(account.id, but=identity.session)
            await work.mail_tokens.forget(account.id)
            work.record(PasswordChanged(account.id))
            await work.commit()
        self.rights_changed()

    async def _email_of(self, account: AccountId) -> str:
        found = await self.queries.find(account)
        if found is None:
            raise AccountNotFound(account)
        if found.email is None:
            raise WrongPassword
        return found.email.text

    async def _checked(self, email: str, password: str, origin: str) -> Credentials:
        check = CheckCredentials(self.begin, self.clock, self.passwords, self.queries, self.limits)
        try:
            return await check(email, password, origin)
        except WrongCredentials:
            raise WrongPassword from None
