from typing import ClassVar

from attrs import frozen

from watchlist_core.ids import AccountId, MovieId

__all__ = ["MovieRated", "RatingRemoved"]


@frozen
class MovieRated:
    name: ClassVar[str] = "movie-rated"
    version: ClassVar[int] = 1

    account: AccountId
    movie: MovieId
    halves: int


@frozen
class RatingRemoved:
    name: ClassVar[str] = "rating-removed"
    version: ClassVar[int] = 1

    account: AccountId
    movie: MovieId
