from attrs import define

from watchlist_core.errors import Conflict, Invalid, NotFound
from watchlist_core.ids import EntryId, MovieId, WatchId

__all__ = [
    "EntryNotFound",
    "MovieAlreadyListed",
    "NoFreeTitle",
    "RatingNeedsWatch",
    "WatchNotFound",
    "WatchedInFuture",
]


@define
class EntryNotFound(NotFound):
    """There is no such entry on your watchlist."""

    entry: EntryId


@define
class WatchNotFound(NotFound):
    """There is no such viewing in your history."""

    watch: WatchId


@define
class MovieAlreadyListed(Conflict):
    """The movie is on your watchlist already."""

    entry: EntryId
    """Which has it."""


@define
class RatingNeedsWatch(Conflict):
    """You have rated the movie, so its last viewing stays; remove the rating first."""

    movie: MovieId


@define
class NoFreeTitle(Invalid):
    """Title, media type and year of a movie are those of the catalogue."""

    entry: EntryId


@define
class WatchedInFuture(Invalid):
    """A movie cannot have been watched in the future."""
