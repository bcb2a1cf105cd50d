from attrs import frozen

from watchlist_core.ids import AccountId
from watchlist_core.paging import Page, PageNumber, Window
from watchlist_core.watching.lists import LATEST_ADDED, EntryFilter, EntryOrder
from watchlist_core.watching.ports import EntryQueries
from watchlist_core.watching.read_models import EntryCard

__all__ = ["ListWatchlist"]


@frozen
class ListWatchlist:
    """List what is on somebody's watchlist, for himself."""

    queries: EntryQueries

    async def __call__(
        self,
        account: AccountId,
        wanted: EntryFilter | None = None,
        order: EntryOrder | None = None,
        window: Window | None = None,
    ) -> Page[EntryCard]:
        """Return a page; by default the first of all entries, the latest added first.

        Raises:
            ForeignPosition: The position does not belong to this order.
        """
        return await self.queries.browse(
            account, wanted or EntryFilter(), order or LATEST_ADDED, window or PageNumber()
        )
