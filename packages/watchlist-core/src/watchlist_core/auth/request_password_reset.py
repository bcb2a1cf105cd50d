from attrs import frozen

from watchlist_core.auth.entities import EmailAddress
from watchlist_core.auth.events import PasswordResetRequested
from watchlist_core.auth.ports import AuthWork
from watchlist_core.work import Begin

__all__ = ["RequestPasswordReset"]


@frozen
class RequestPasswordReset:
    """Have a link mailed to somebody who forgot his password, if he may sign in at all."""

    begin: Begin[AuthWork]

    async def __call__(self, email: str) -> None:
        """Record the wish, the same for every address: the answer tells nothing of accounts."""
        address = EmailAddress.parsed(email)
        async with self.begin() as work:
            account = await work.accounts.hold_by_email(address) if address else None
            work.record(
                PasswordResetRequested(account.id if account and account.may_sign_in else None)
            )
            await work.commit()
