from typing import ClassVar

from attrs import frozen

from watchlist_core.ids import MovieId

__all__ = ["MovieAdded", "MoviesImported"]


@frozen
class MovieAdded:
    name: ClassVar[str] = "movie-added"
    version: ClassVar[int] = 1

    movie: MovieId


@frozen
class MoviesImported:
    """One for a whole batch: bulk work does not announce each row."""

    name: ClassVar[str] = "movies-imported"
    version: ClassVar[int] = 1

    added: int
