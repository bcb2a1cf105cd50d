from attrs import frozen

from watchlist_core.auth.entities import AccountChanges
from watchlist_core.auth.errors import LastAdmin
from watchlist_core.auth.events import AccountRevised
from watchlist_core.auth.ports import AuthWork, RightsChanged
from watchlist_core.auth.read_models import AccountCard
from watchlist_core.ids import AccountId
from watchlist_core.work import Begin

__all__ = ["ReviseAccount"]


@frozen
class ReviseAccount:
    """Let an admin change what an account may do, switch it off and on, and rename it."""

    begin: Begin[AuthWork]
    rights_changed: RightsChanged

    async def __call__(self, account: AccountId, changes: AccountChanges) -> AccountCard:
        """Return what the account has become; one that is switched off is signed out everywhere.

        Raises:
            ValueError: The username is not 3 to 32 of ``a-z0-9._-``.
            AccountNotFound: There is none.
            LastAdmin: No active admin would be left.
            UsernameTaken: Another account has it.
        """
        async with self.begin() as work:
            admins = await work.accounts.hold_admins()
            present = await work.accounts.hold(account)
            revised = present.revised(changes)
            if admins == 1 and present.is_admin_at_work and not revised.is_admin_at_work:
                raise LastAdmin
            if revised == present:
                return AccountCard.of(present)
            await work.accounts.save(revised)
            if not revised.is_active:
                await work.sessions.end_all(account)
            work.record(AccountRevised(account, revised.role, revised.is_active))
            await work.commit()
        self.rights_changed()
        return AccountCard.of(revised)
