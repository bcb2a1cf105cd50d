from typing import ClassVar

from attrs import frozen

from watchlist_core.ids import AccountId, EntryId, MovieId, WatchId
from watchlist_core.watching.entities import EntryStatus

__all__ = [
    "EntryAdded",
    "EntryRemoved",
    "EntryRevised",
    "MovieWatched",
    "TitleWatched",
    "WatchRemoved",
]


@frozen
class EntryAdded:
    name: ClassVar[str] = "entry-added"
    version: ClassVar[int] = 1

    entry: EntryId
    account: AccountId
    status: EntryStatus


@frozen
class EntryRevised:
    name: ClassVar[str] = "entry-revised"
    version: ClassVar[int] = 1

    entry: EntryId
    account: AccountId
    status: EntryStatus
    """What it has become."""


@frozen
class EntryRemoved:
    name: ClassVar[str] = "entry-removed"
    version: ClassVar[int] = 1

    entry: EntryId
    account: AccountId


@frozen
class MovieWatched:
    name: ClassVar[str] = "movie-watched"
    version: ClassVar[int] = 1

    watch: WatchId
    account: AccountId
    movie: MovieId


@frozen
class TitleWatched:
    name: ClassVar[str] = "title-watched"
    version: ClassVar[int] = 1

    watch: WatchId
    account: AccountId
    entry: EntryId


@frozen
class WatchRemoved:
    name: ClassVar[str] = "watch-removed"
    version: ClassVar[int] = 1

    watch: WatchId
    account: AccountId
