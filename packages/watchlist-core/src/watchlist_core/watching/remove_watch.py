from attrs import frozen

from watchlist_core.ids import AccountId, WatchId
from watchlist_core.watching.entities import Watch
from watchlist_core.watching.errors import RatingNeedsWatch
from watchlist_core.watching.events import WatchRemoved
from watchlist_core.watching.ports import WatchlistWork
from watchlist_core.work import Begin

__all__ = ["RemoveWatch"]


@frozen
class RemoveWatch:
    """Take a viewing out of somebody's history."""

    begin: Begin[WatchlistWork]

    async def __call__(self, account: AccountId, watch: WatchId) -> None:
        """Remove the viewing.

        Raises:
            WatchNotFound: There is none, or it is another's.
            RatingNeedsWatch: It is the only one of a movie that the account has rated.
        """
        async with self.begin() as work:
            viewing = await work.watch_log.hold(account, watch)
            if isinstance(viewing, Watch) and await work.watch_log.is_needed(viewing):
                raise RatingNeedsWatch(viewing.movie)

            await work.watch_log.remove(watch)
            work.record(WatchRemoved(watch, account))
            await work.commit()
