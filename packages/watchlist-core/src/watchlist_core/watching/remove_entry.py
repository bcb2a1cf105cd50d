from attrs import frozen

from watchlist_core.ids import AccountId, EntryId
from watchlist_core.watching.events import EntryRemoved
from watchlist_core.watching.ports import WatchlistWork
from watchlist_core.work import Begin

__all__ = ["RemoveEntry"]


@frozen
class RemoveEntry:
    """Take an entry off somebody's watchlist; what he has watched stays in the history."""

    begin: Begin[WatchlistWork]

    async def __call__(self, account: AccountId, entry: EntryId) -> None:
        """Remove the entry. Raises EntryNotFound, also for another's."""
        async with self.begin() as work:
            await work.entries.hold(account, entry)
            await work.entries.remove(entry)
            work.record(EntryRemoved(entry, account))
            await work.commit()
