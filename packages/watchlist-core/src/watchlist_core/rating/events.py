from typing import ClassVar

from attrs import frozen

from watchlist_core.ids import AccountId, MovieId

__all__ = ["MovieRated"]


@frozen
class MovieRated:
    name: ClassVar[str] = "movie-rated"
    version: ClassVar[int] = 1

    account: AccountId
    movie: MovieId
    halves: int
