from attrs import frozen

from watchlist_core.auth.entities import Identity
from watchlist_core.auth.errors import AccountNotFound, WrongPassword
from watchlist_core.auth.events import PasswordChanged
from watchlist_core.auth.passwords import PasswordRules
from watchlist_core.auth.ports import AccountQueries, AuthWork, Passwords, RightsChanged
from watchlist_core.ids import AccountId
from watchlist_core.work import Begin

__all__ = ["ChangePassword"]


@frozen
class ChangePassword:
    """Change the password of somebody who is signed in, and knows the present one."""

    begin: Begin[AuthWork]
    passwords: Passwords
    rules: PasswordRules
    queries: AccountQueries
    rights_changed: RightsChanged

    async def __call__(self, identity: Identity, current: str, new: str) -> None:
        """Replace the password and end all other sessions; links to reset it are dead, too.

        Raises:
            AccountNotFound: There is none any more.
            WeakPassword: The rules refuse the new one.
            WrongPassword: The current one is another, or the account has none.
            TooManyPasswords: Too many wait for their hashes.
        """
        self.rules.check(new)
        known_hash = await self._known_hash(identity.account)
        if not await self.passwords.verify(current, known_hash):
            raise WrongPassword
        new_hash = await self.passwords.hash(new)
        async with self.begin() as work:
            account = await work.accounts.hold(identity.account)
            if await work.accounts.password_hash(account.id) != known_hash:
                raise WrongPassword  # it was changed while this one was checked
            await work.accounts.set_password_hash(account.id, new_hash)
            await work.sessions.end_all(account.id, but=identity.session)
            await work.mail_tokens.forget(account.id)
            work.record(PasswordChanged(account.id))
            await work.commit()
        self.rights_changed()

    async def _known_hash(self, account: AccountId) -> str | None:
        found = await self.queries.find(account)
        if found is None:
            raise AccountNotFound(account)
        credentials = await self.queries.credentials(found.email) if found.email else None
        return credentials.password_hash if credentials else None
