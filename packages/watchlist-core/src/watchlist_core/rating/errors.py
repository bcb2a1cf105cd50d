from attrs import define

from watchlist_core.errors import Conflict
from watchlist_core.ids import MovieId

__all__ = ["NotWatchedYet"]


@define
class NotWatchedYet(Conflict):
    """Only a movie you have watched can be rated."""

    movie: MovieId
