from attrs import frozen

from watchlist_core.auth.ports import AccountQueries
from watchlist_core.auth.read_models import AccountCard, AccountSearch
from watchlist_core.paging import Page, PageNumber, Window

__all__ = ["SearchAccounts"]


@frozen
class SearchAccounts:
    """Find accounts for an admin."""

    queries: AccountQueries

    async def __call__(
        self, search: AccountSearch | None = None, window: Window | None = None
    ) -> Page[AccountCard]:
        """Return a page of those that are looked for, by default of all, the latest first.

        Raises:
            ForeignPosition: The position does not belong to this list.
        """
        return await self.queries.search(search or AccountSearch(), window or PageNumber())
