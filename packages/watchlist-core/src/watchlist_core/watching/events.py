from typing import ClassVar

from attrs import frozen

from watchlist_core.ids import AccountId, MovieId, WatchId

__all__ = ["MovieWatched"]


@frozen
class MovieWatched:
    name: ClassVar[str] = "movie-watched"
    version: ClassVar[int] = 1

    watch: WatchId
    account: AccountId
    movie: MovieId
