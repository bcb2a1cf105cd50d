from attrs import frozen

from watchlist_core.ids import AccountId, EntryId, WatchId
from watchlist_core.watching.entities import Entry, EntryChanges, EntryStatus, FreeTitle
from watchlist_core.watching.errors import NoFreeTitle
from watchlist_core.watching.events import EntryRevised
from watchlist_core.watching.note_viewing import note_viewing
from watchlist_core.watching.ports import WatchlistWork
from watchlist_core.work import Begin, Clock, NewId

__all__ = ["ReviseEntry"]


@frozen
class ReviseEntry:
    """Change what somebody's watchlist says of an entry."""

    begin: Begin[WatchlistWork]
    clock: Clock
    new_id: NewId

    async def __call__(self, account: AccountId, entry: EntryId, changes: EntryChanges) -> Entry:
        """Return what the entry has become. One that becomes `watched` was viewed just now.

        Whoever knows better when that was notes the viewing instead, which makes it `watched`; an
        entry that is `watched` already gets no second one.

        Raises:
            EntryNotFound: There is none, or it is another's.
            NoFreeTitle: A movie's title, media type or year was given.
        """
        async with self.begin() as work:
            present = await work.entries.hold(account, entry)
            if changes.renames and not isinstance(present.about, FreeTitle):
                raise NoFreeTitle(entry)
            revised = present.revised(changes)
            if revised == present:
                return present

            await work.entries.save(revised)
            work.record(EntryRevised(entry, account, revised.status))
            if revised.status is EntryStatus.WATCHED and present.status is not revised.status:
                now = self.clock()
                await note_viewing(work, revised.viewing(WatchId(self.new_id()), now))
            await work.commit()
        return revised
