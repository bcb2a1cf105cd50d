"""What watching needs from the outside."""

from typing import Protocol

from watchlist_core.ids import AccountId, EntryId, MovieId, WatchId
from watchlist_core.paging import Page, Window
from watchlist_core.watching.entities import Entry, Viewing, Watch
from watchlist_core.watching.lists import EntryFilter, EntryOrder, WatchFilter
from watchlist_core.watching.read_models import EntryCard, WatchCard
from watchlist_core.work import UnitOfWork

__all__ = [
    "Entries",
    "EntryQueries",
    "History",
    "WatchLog",
    "WatchQueries",
    "WatchingWork",
    "WatchlistWork",
]


class WatchLog(Protocol):
    async def add(self, watch: Watch) -> None:
        """Keep a viewing. What stands on the account's watchlist for the movie is `watched` now.

        Raises:
            AccountNotFound: There is no such account.
            MovieNotFound: There is no such movie, or it was withdrawn.
        """

    async def has_watched(self, account: AccountId, movie: MovieId) -> bool:
        """Tell whether there is any viewing, its date known or not."""


class WatchingWork(UnitOfWork, Protocol):
    """Only as much of the store as noting a viewing may touch."""

    @property
    def watch_log(self) -> WatchLog: ...


class Entries(Protocol):
    """The watchlists of all accounts. What is another's does not exist for an account."""

    async def add(self, entry: Entry) -> None:
        """Keep a new entry. Of several works that add one movie for one account, one does.

        Raises:
            AccountNotFound: There is no such account.
            MovieNotFound: There is no such movie, or it was withdrawn.
            MovieAlreadyListed: The account has an entry of that movie, withdrawn or not.
        """

    async def hold(self, account: AccountId, entry: EntryId) -> Entry:
        """Return the account's entry, which nobody else changes until this work ends.

        Its account is held before, by the order in which all works hold things.

        Raises:
            EntryNotFound: There is none, or it is another's.
        """

    async def save(self, entry: Entry) -> None:
        """Keep what a held entry has become; viewings of its free title show it as it is now."""

    async def remove(self, entry: EntryId) -> None:
        """Forget a held entry. The history stays, that of its free title too."""


class History(WatchLog, Protocol):
    """The viewings of all accounts. What is another's does not exist for an account."""

    async def add_listed(self, viewing: Viewing) -> None:
        """Keep a viewing of what a held entry is about, which is `watched` now.

        The movie may have been withdrawn: it is still on the watchlist.
        """

    async def hold(self, account: AccountId, watch: WatchId) -> Viewing:
        """Return the account's viewing; until this work ends, no other removes or rates by it.

        Its movie is held as by `Ratings.hold_score`, but may be a withdrawn one: who rates it
        meanwhile waits, and so does who removes another viewing of it.

        Raises:
            WatchNotFound: There is none, or it is another's.
        """

    async def is_needed(self, watch: Watch) -> bool:
        """Tell of a held viewing whether its movie is rated and was not viewed but then."""

    async def remove(self, watch: WatchId) -> None:
        """Forget a held viewing. No entry changes its status."""


class WatchlistWork(UnitOfWork, Protocol):
    """Only as much of the store as a watchlist and its history may touch."""

    @property
    def entries(self) -> Entries: ...

    @property
    def watch_log(self) -> History: ...


class EntryQueries(Protocol):
    """The door for readers: outside any work, they wait for nobody and see what is committed.

    A movie stays on a watchlist when it is withdrawn.
    """

    async def browse(
        self, account: AccountId, wanted: EntryFilter, order: EntryOrder, window: Window
    ) -> Page[EntryCard]:
        """Return a page of one account's entries, its total only where asked for by number.

        Raises:
            ForeignPosition: The position does not belong to this order.
        """

    async def show(self, account: AccountId, entry: EntryId) -> EntryCard:
        """Return the account's entry.

        Raises:
            EntryNotFound: There is none, or it is another's.
        """


class WatchQueries(Protocol):
    """The door for readers, as `EntryQueries`."""

    async def browse(
        self, account: AccountId, wanted: WatchFilter, window: Window
    ) -> Page[WatchCard]:
        """Return a page of one account's viewings, its total only where asked for by number.

        The latest come first, and those of unknown date last; of one instant, the highest id first.

        Raises:
            ForeignPosition: The position does not belong to this list.
        """
