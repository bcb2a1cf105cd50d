from attrs import frozen

from watchlist_core.auth.entities import EmailAddress
from watchlist_core.auth.events import ActivationRequested
from watchlist_core.auth.ports import AuthWork
from watchlist_core.work import Begin

__all__ = ["RequestActivation"]


@frozen
class RequestActivation:
    """Have the activation mail sent once more, if an account waits for it."""

    begin: Begin[AuthWork]

    async def __call__(self, email: str) -> None:
        """Record the wish, the same for every address: the answer tells nothing of accounts."""
        address = EmailAddress.parsed(email)
        async with self.begin() as work:
            account = await work.accounts.hold_by_email(address) if address else None
            work.record(ActivationRequested(account.id if account and account.is_pending else None))
            await work.commit()
