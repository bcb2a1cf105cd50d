"""Watching: what somebody wants to see, and who has seen which movie, and when."""

from watchlist_core.watching.add_to_watchlist import AddToWatchlist
from watchlist_core.watching.entities import (
    Entry,
    EntryChanges,
    EntryStatus,
    FreeTitle,
    TitleWatch,
    Viewing,
    Watch,
)
from watchlist_core.watching.errors import (
    EntryNotFound,
    MovieAlreadyListed,
    NoFreeTitle,
    RatingNeedsWatch,
    WatchedInFuture,
    WatchNotFound,
)
from watchlist_core.watching.events import (
    EntryAdded,
    EntryRemoved,
    EntryRevised,
    MovieWatched,
    TitleWatched,
    WatchRemoved,
)
from watchlist_core.watching.limits import CLOCK_TOLERANCE, NOTE_LENGTH
from watchlist_core.watching.list_watches import ListWatches
from watchlist_core.watching.list_watchlist import ListWatchlist
from watchlist_core.watching.lists import (
    LATEST_ADDED,
    EntryFilter,
    EntryOrder,
    EntrySort,
    WatchFilter,
)
from watchlist_core.watching.ports import (
    Entries,
    EntryQueries,
    History,
    WatchingWork,
    WatchlistWork,
    WatchLog,
    WatchQueries,
)
from watchlist_core.watching.read_models import EntryCard, WatchCard
from watchlist_core.watching.remove_entry import RemoveEntry
from watchlist_core.watching.remove_watch import RemoveWatch
from watchlist_core.watching.revise_entry import ReviseEntry
from watchlist_core.watching.show_entry import ShowEntry
from watchlist_core.watching.watch_entry import WatchEntry
from watchlist_core.watching.watch_movie import WatchMovie

__all__ = [
    "CLOCK_TOLERANCE",
    "LATEST_ADDED",
    "NOTE_LENGTH",
    "AddToWatchlist",
    "Entries",
    "Entry",
    "EntryAdded",
    "EntryCard",
    "EntryChanges",
    "EntryFilter",
    "EntryNotFound",
    "EntryOrder",
    "EntryQueries",
    "EntryRemoved",
    "EntryRevised",
    "EntrySort",
    "EntryStatus",
    "FreeTitle",
    "History",
    "ListWatches",
    "ListWatchlist",
    "MovieAlreadyListed",
    "MovieWatched",
    "NoFreeTitle",
    "RatingNeedsWatch",
    "RemoveEntry",
    "RemoveWatch",
    "ReviseEntry",
    "ShowEntry",
    "TitleWatch",
    "TitleWatched",
    "Viewing",
    "Watch",
    "WatchCard",
    "WatchEntry",
    "WatchFilter",
    "WatchLog",
    "WatchMovie",
    "WatchNotFound",
    "WatchQueries",
    "WatchRemoved",
    "WatchedInFuture",
    "WatchingWork",
    "WatchlistWork",
]
