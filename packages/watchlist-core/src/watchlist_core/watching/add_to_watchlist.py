from uuid import UUID

from attrs import frozen

from watchlist_core.ids import AccountId, EntryId, MovieId, WatchId
from watchlist_core.watching.entities import Entry, EntryStatus, FreeTitle
from watchlist_core.watching.events import EntryAdded
from watchlist_core.watching.note_viewing import note_viewing
from watchlist_core.watching.ports import WatchlistWork
from watchlist_core.work import Begin, Clock, NewId

__all__ = ["AddToWatchlist"]


@frozen
class AddToWatchlist:
    """Put a movie, or a free title, on somebody's watchlist."""

    begin: Begin[WatchlistWork]
    clock: Clock
    new_id: NewId

    async def __call__(
        self,
        account: AccountId,
        about: MovieId | FreeTitle,
        status: EntryStatus = EntryStatus.PLANNED,
        note: str = "",
    ) -> Entry:
        """Return the entry. One that is `watched` from the beginning tells of the past.

        So where the history does not know of a viewing, it gets one, of unknown date.

        Raises:
            TypeError, ValueError: A value that no entry has; the message names the member.
            AccountNotFound: There is no such account.
            MovieNotFound: There is no such movie.
            MovieAlreadyListed: The movie is on the watchlist.
        """
        entry = Entry(EntryId(self.new_id()), account, about, status, self.clock(), note)
        async with self.begin() as work:
            await work.entries.add(entry)
            work.record(EntryAdded(entry.id, account, status))
            if status is EntryStatus.WATCHED and not (
                isinstance(entry.about, UUID)
                and await work.watch_log.has_watched(account, entry.about)
            ):
                await note_viewing(work, entry.viewing(WatchId(self.new_id()), None))
            await work.commit()
        return entry
