from attrs import frozen

from watchlist_core.auth.errors import AccountNotFound
from watchlist_core.auth.ports import AccountQueries
from watchlist_core.auth.read_models import AccountCard
from watchlist_core.ids import AccountId

__all__ = ["ShowAccount"]


@frozen
class ShowAccount:
    """Show an account: to an admin, or to whom it belongs."""

    queries: AccountQueries

    async def __call__(self, account: AccountId) -> AccountCard:
        """Return what the account is.

        Raises:
            AccountNotFound: There is none.
        """
        found = await self.queries.find(account)
        if found is None:
            raise AccountNotFound(account)
        return AccountCard.of(found)
