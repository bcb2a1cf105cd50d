from attrs import frozen

from watchlist_core.ids import AccountId
from watchlist_core.paging import Page, PageNumber, Window
from watchlist_core.rating.ports import VoteQueries
from watchlist_core.rating.read_models import OwnVote

__all__ = ["ListVotes"]


@frozen
class ListVotes:
    """List the votes of somebody, for himself."""

    queries: VoteQueries

    async def __call__(self, account: AccountId, window: Window | None = None) -> Page[OwnVote]:
        """Return a page, by default the latest.

        Raises:
            ForeignPosition: The position does not belong to this list.
        """
        return await self.queries.browse(account, window or PageNumber())
