from attrs import define

from watchlist_core.catalogue.external_ids import ExternalId
from watchlist_core.errors import Conflict, NotFound, Stale
from watchlist_core.ids import GenreId, MovieId

__all__ = [
    "ExternalIdTaken",
    "ExternalIdUnknown",
    "GenreInUse",
    "GenreNameTaken",
    "GenreNotFound",
    "MovieAlreadyThere",
    "MovieNotFound",
    "StaleGenre",
    "StaleMovie",
]


@define
class MovieNotFound(NotFound):
    """There is no such movie."""

    movie: MovieId


@define
class ExternalIdUnknown(NotFound):
    """No movie has that id of a provider."""

    provider: str
    value: str


@define
class GenreNotFound(NotFound):
    """There is no such genre."""

    genre: GenreId


@define
class MovieAlreadyThere(Conflict):
    """The catalogue has a movie of that title, year and runtime."""

    movie: MovieId


@define
class ExternalIdTaken(Conflict):
    """Another movie has that id of a provider."""

    external_id: ExternalId


@define
class GenreNameTaken(Conflict):
    """Another genre has that name."""

    genre: GenreId
    """The other."""


@define
class GenreInUse(Conflict):
    """Movies have that genre."""

    genre: GenreId


@define
class StaleMovie(Stale):
    """The movie was changed meanwhile."""

    movie: MovieId
    revision: int
    """The present one."""


@define
class StaleGenre(Stale):
    """The genre was changed meanwhile."""

    genre: GenreId
    revision: int
    """The present one."""
