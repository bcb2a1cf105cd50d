from attrs import frozen

from watchlist_core.auth.issue_mail_tokens import IssueMailTokens
from watchlist_core.auth.ports import AuthWork, NewToken
from watchlist_core.auth.read_models import IssuedMailToken
from watchlist_core.auth.sessions import Lives, MailPurpose
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
        issue = IssueMailTokens(self.begin, self.clock, self.new_token, self.lives)
        return (await issue([(account, purpose)])).get((account, purpose))
