from datetime import timedelta

from attrs import frozen

from watchlist_core.auth.entities import Account
from watchlist_core.auth.errors import AccountNotFound
from watchlist_core.auth.ports import AuthWork, NewToken
from watchlist_core.auth.read_models import IssuedMailToken
from watchlist_core.auth.sessions import Lives, MailPurpose, MailToken, digest_of
from watchlist_core.ids import AccountId
from watchlist_core.work import Begin, Clock

__all__ = ["IssueMailToken"]


@frozen
class IssueMailToken:
    """Make the token for a link, just before it is mailed: its life counts from here."""

    begin: Begin[AuthWork]
    clock: Clock
    new_token: NewToken
    lives: Lives

    async def __call__(self, account: AccountId, purpose: MailPurpose) -> IssuedMailToken | None:
        """Return a token in place of the account's earlier one for the same purpose.

        None where the mail makes no sense any more: the account was removed, switched off, or
        activated, or has no address.
        """
        token = self.new_token()
        async with self.begin() as work:
            try:
                held = await work.accounts.hold(account)
            except AccountNotFound:
                return None
            if held.email is None or not _is_wanted(held, purpose):
                return None
            expires_at = self.clock() + self._life(purpose)
            await work.mail_tokens.replace(
                MailToken(digest_of(token), account, purpose, expires_at)
            )
            await work.commit()
        return IssuedMailToken(token, held.email)

    def _life(self, purpose: MailPurpose) -> timedelta:
        match purpose:
            case MailPurpose.ACTIVATION:
                return self.lives.activation
            case MailPurpose.PASSWORD_RESET:
                return self.lives.password_reset


def _is_wanted(account: Account, purpose: MailPurpose) -> bool:
    match purpose:
        case MailPurpose.ACTIVATION:
            return account.is_pending
        case MailPurpose.PASSWORD_RESET:
            return account.may_sign_in
