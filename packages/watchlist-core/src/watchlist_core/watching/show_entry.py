from attrs import frozen

from watchlist_core.ids import AccountId, EntryId
from watchlist_core.watching.ports import EntryQueries
from watchlist_core.watching.read_models import EntryCard

__all__ = ["ShowEntry"]


@frozen
class ShowEntry:
    """Show an entry to whom it belongs."""

    queries: EntryQueries

    async def __call__(self, account: AccountId, entry: EntryId) -> EntryCard:
        """Return the entry. Raises EntryNotFound, also for another's."""
        return await self.queries.show(account, entry)
