from attrs import frozen

from watchlist_core.auth.entities import Account
from watchlist_core.auth.errors import InvalidMailToken
from watchlist_core.auth.events import PasswordChanged
from watchlist_core.auth.passwords import PasswordRules
from watchlist_core.auth.ports import AuthWork, Passwords, RightsChanged
from watchlist_core.auth.sessions import MailPurpose
from watchlist_core.auth.spend_mail_token import spend_mail_token
from watchlist_core.work import Begin, Clock

__all__ = ["ResetPassword"]


@frozen
class ResetPassword:
    """Give a new password to somebody who reads the mail of his account."""

    begin: Begin[AuthWork]
    clock: Clock
    passwords: Passwords
    rules: PasswordRules
    rights_changed: RightsChanged

    async def __call__(self, token: str, new_password: str) -> None:
        """Replace the password, once, and end every session of the account.

        Raises:
            WeakPassword: The rules refuse the password; the link stays good.
            InvalidMailToken: The link is not valid, or not any more.
            TooManyPasswords: Too many wait for their hashes; the link stays good.
        """
        self.rules.check(new_password)
        # Nothing is kept of this work: it only sees to it that nobody gets a slow hash for a link
        # that he made up, and so keeps all others from theirs.
        async with self.begin() as work:
            await self._spent(work, token)
        password_hash = await self.passwords.hash(new_password)
        async with self.begin() as work:
            account = await self._spent(work, token)
            await work.accounts.set_password_hash(account.id, password_hash)
            await work.sessions.end_all(account.id)
            work.record(PasswordChanged(account.id))
            await work.commit()
        self.rights_changed()

    async def _spent(self, work: AuthWork, token: str) -> Account:
        account = await spend_mail_token(work, token, MailPurpose.PASSWORD_RESET, self.clock())
        if not account.may_sign_in:
            raise InvalidMailToken
        return account
