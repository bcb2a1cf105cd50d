from typing import ClassVar

from attrs import frozen

from watchlist_core.ids import GenreId, MovieId

__all__ = [
    "GenreAdded",
    "GenreRemoved",
    "GenreRenamed",
    "MovieAdded",
    "MovieRevised",
    "MovieWithdrawn",
    "MoviesImported",
]


@frozen
class MovieAdded:
    name: ClassVar[str] = "movie-added"
    version: ClassVar[int] = 1

    movie: MovieId


@frozen
class MovieRevised:
    name: ClassVar[str] = "movie-revised"
    version: ClassVar[int] = 1

    movie: MovieId
    revision: int
    """What it has become."""


@frozen
class MovieWithdrawn:
    name: ClassVar[str] = "movie-withdrawn"
    version: ClassVar[int] = 1

    movie: MovieId


@frozen
class MoviesImported:
    """One for a whole batch: bulk work does not announce each row."""

    name: ClassVar[str] = "movies-imported"
    version: ClassVar[int] = 1

    added: int


@frozen
class GenreAdded:
    """A genre was added by itself; of those that come with movies the movies' events tell."""

    name: ClassVar[str] = "genre-added"
    version: ClassVar[int] = 1

    genre: GenreId


@frozen
class GenreRenamed:
    name: ClassVar[str] = "genre-renamed"
    version: ClassVar[int] = 1

    genre: GenreId
    revision: int
    """What it has become."""


@frozen
class GenreRemoved:
    name: ClassVar[str] = "genre-removed"
    version: ClassVar[int] = 1

    genre: GenreId
