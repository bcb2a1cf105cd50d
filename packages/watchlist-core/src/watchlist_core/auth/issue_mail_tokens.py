from collections.abc import Iterable, Mapping
from datetime import timedelta

from attrs import frozen

from watchlist_core.auth.entities import Account
from watchlist_core.auth.ports import AuthWork, NewToken
from watchlist_core.auth.read_models import IssuedMailToken
from watchlist_core.auth.sessions import Lives, MailPurpose, MailToken, digest_of
from watchlist_core.ids import AccountId
from watchlist_core.work import Begin, Clock

__all__ = ["IssueMailTokens"]


@frozen
class IssueMailTokens:
    """Make the tokens for the links of several mails, just before these are sent.

    Their lives count from here. One work keeps all of them: a commit takes longer than a mail.
    """

    begin: Begin[AuthWork]
    clock: Clock
    new_token: NewToken
    lives: Lives

    async def __call__(
        self, wanted: Iterable[tuple[AccountId, MailPurpose]]
    ) -> Mapping[tuple[AccountId, MailPurpose], IssuedMailToken]:
        """Return a token for each, in place of the account's earlier one for the same purpose.

        None for those whose mail makes no sense any more: the account was removed, switched off,
        or activated, or has no address.
        """
        wanted, kept, issued = set(wanted), [], {}
        async with self.begin() as work:
            for held in await work.accounts.hold_all({account for account, _ in wanted}):
                for purpose in MailPurpose:
                    asked = held.id, purpose
                    if asked not in wanted or held.email is None or not _is_wanted(held, purpose):
                        continue
                    token = self.new_token()
                    expires_at = self.clock() + self._life(purpose)
                    kept.append(MailToken(digest_of(token), held.id, purpose, expires_at))
                    issued[asked] = IssuedMailToken(token, held.email)
            await work.mail_tokens.replace(*kept)
            await work.commit()
        return issued

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
