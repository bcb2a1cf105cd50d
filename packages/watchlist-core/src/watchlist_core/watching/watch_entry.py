from datetime import datetime

from attrs import frozen

from watchlist_core.ids import AccountId, EntryId, WatchId
from watchlist_core.watching.entities import Viewing
from watchlist_core.watching.note_viewing import note_viewing
from watchlist_core.watching.ports import WatchlistWork
from watchlist_core.watching.refuse_future import refuse_future
from watchlist_core.work import Begin, Clock, NewId

__all__ = ["WatchEntry"]


@frozen
class WatchEntry:
    """Note that somebody has watched what is on his watchlist, a free title for instance."""

    begin: Begin[WatchlistWork]
    clock: Clock
    new_id: NewId

    async def __call__(
        self, account: AccountId, entry: EntryId, watched_at: datetime | None
    ) -> Viewing:
        """Return the viewing; *watched_at* is None when nobody remembers. It is `watched` now.

        Raises:
            ValueError: It is a naive datetime.
            WatchedInFuture: That moment has not come yet.
            EntryNotFound: There is no such entry, or it is another's.
        """
        refuse_future(watched_at, self.clock())
        async with self.begin() as work:
            held = await work.entries.hold(account, entry)
            viewing = held.viewing(WatchId(self.new_id()), watched_at)
            await note_viewing(work, viewing)
            await work.commit()
        return viewing
