from datetime import datetime

from watchlist_core.auth.entities import Account
from watchlist_core.auth.errors import InvalidMailToken
from watchlist_core.auth.ports import AuthWork
from watchlist_core.auth.sessions import MailPurpose, digest_of

__all__ = ["spend_mail_token"]


async def spend_mail_token(
    work: AuthWork, token: str, purpose: MailPurpose, at: datetime
) -> Account:
    """Return, held, whom the link was mailed to; as part of a *work* that uses it up.

    Raises:
        InvalidMailToken: It was used before, replaced by a newer one, has expired, or is for
            something else.
    """
    spent = await work.mail_tokens.take(digest_of(token), purpose)
    if spent is None or spent.expires_at <= at:
        raise InvalidMailToken
    return await work.accounts.hold(spent.account)
