from typing import ClassVar

from attrs import frozen

from watchlist_core.ids import AccountId, MovieId
from watchlist_core.rating.entities import Direction

__all__ = ["MovieRated", "MovieVotedOn", "RatingRemoved", "VoteRemoved"]


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


@frozen
class MovieVotedOn:
    name: ClassVar[str] = "movie-voted-on"
    version: ClassVar[int] = 1

    account: AccountId
    movie: MovieId
    direction: Direction


@frozen
class VoteRemoved:
    name: ClassVar[str] = "vote-removed"
    version: ClassVar[int] = 1

    account: AccountId
    movie: MovieId
