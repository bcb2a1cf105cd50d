from attrs import define

from watchlist_core.catalogue.entities import ExternalId
from watchlist_core.errors import Conflict, NotFound
from watchlist_core.ids import MovieId

__all__ = ["ExternalIdTaken", "MovieAlreadyThere", "MovieNotFound"]


@define
class MovieNotFound(NotFound):
    """There is no such movie."""

    movie: MovieId


@define
class MovieAlreadyThere(Conflict):
    """The catalogue has a movie of that title, year and runtime."""

    movie: MovieId


@define
class ExternalIdTaken(Conflict):
    """Another movie has that id of a provider."""

    external_id: ExternalId
