from attrs import define

from watchlist_core.errors import Conflict, NotFound
from watchlist_core.ids import MovieId

__all__ = ["NotWatchedYet", "RatingNotFound", "VoteNotFound"]


@define
class NotWatchedYet(Conflict):
    """Only a movie you have watched can be rated."""

    movie: MovieId


@define
class RatingNotFound(NotFound):
    """You have not rated that movie."""

    movie: MovieId


@define
class VoteNotFound(NotFound):
    """You have not voted on that movie."""

    movie: MovieId
