from attrs import frozen

from watchlist_core.auth.events import SignedOutEverywhere
from watchlist_core.auth.ports import AuthWork, RightsChanged
from watchlist_core.ids import AccountId
from watchlist_core.work import Begin

__all__ = ["SignOutEverywhere"]


@frozen
class SignOutEverywhere:
    """End all sessions of an account, on the page and of programs."""

    begin: Begin[AuthWork]
    rights_changed: RightsChanged

    async def __call__(self, account: AccountId) -> None:
        """End those that there are at this moment.

        Raises:
            AccountNotFound: There is no such account.
        """
        async with self.begin() as work:
            await work.accounts.hold(account)
            await work.sessions.end_all(account)
            work.record(SignedOutEverywhere(account))
            await work.commit()
        self.rights_changed()
