from attrs import frozen

from watchlist_core.ids import AccountId
from watchlist_core.paging import Page, PageNumber, Window
from watchlist_core.watching.lists import WatchFilter
from watchlist_core.watching.ports import WatchQueries
from watchlist_core.watching.read_models import WatchCard

__all__ = ["ListWatches"]


@frozen
class ListWatches:
    """List what somebody has watched, for himself."""

    queries: WatchQueries

    async def __call__(
        self, account: AccountId, wanted: WatchFilter | None = None, window: Window | None = None
    ) -> Page[WatchCard]:
        """Return a page of the viewings, the latest first and those of unknown date last.

        Raises:
            ForeignPosition: The position does not belong to this list.
        """
        return await self.queries.browse(account, wanted or WatchFilter(), window or PageNumber())
