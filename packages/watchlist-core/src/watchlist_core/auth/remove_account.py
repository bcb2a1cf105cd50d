from attrs import frozen

from watchlist_core.auth.errors import LastAdmin
from watchlist_core.auth.events import AccountRemoved
from watchlist_core.auth.ports import AuthWork, RightsChanged
from watchlist_core.ids import AccountId
from watchlist_core.work import Begin

__all__ = ["RemoveAccount"]


@frozen
class RemoveAccount:
    """Let an admin remove an account, and with it all that is its owner's."""

    begin: Begin[AuthWork]
    rights_changed: RightsChanged

    async def __call__(self, account: AccountId) -> None:
        """Remove the account for good, and sign it out everywhere.

        Raises:
            AccountNotFound: There is none.
            LastAdmin: No active admin would be left.
        """
        async with self.begin() as work:
            admins = await work.accounts.hold_admins()
            present = await work.accounts.hold(account)
            if admins == 1 and present.is_admin_at_work:
                raise LastAdmin
            await work.accounts.remove(account)
            work.record(AccountRemoved(account))
            await work.commit()
        self.rights_changed()
