"""What a reader gets to see: never changed, and no rule depends on it.

Ids are text here: they come from the store to be shown, and are not looked at on the way.
"""

from collections.abc import Sequence
from datetime import datetime

from attrs import frozen

from watchlist_core.scores import Score

__all__ = [
    "ExternalIdLabel",
    "GenreDetail",
    "GenreLabel",
    "GenreStatistics",
    "MovieCard",
    "MovieDetail",
    "Suggestion",
]


@frozen
class MovieCard:
    """As much of a movie as a list shows."""

    id: str
    title: str
    year: int | None
    media_type: str
    genres: Sequence[str]
    """Their names, in the order the movie has them."""
    score: Score
    upvotes: int = 0
    downvotes: int = 0


@frozen
class Suggestion:
    """A movie, by what it takes to tell it from others in a search box."""

    id: str
    title: str
    year: int | None


@frozen
class GenreLabel:
    id: str
    name: str


@frozen
class GenreDetail:
    """All that the catalogue tells of one genre."""

    id: str
    name: str
    revision: int
    movie_count: int
    """Without those that were withdrawn."""


@frozen
class GenreStatistics:
    """What viewers think of a genre."""

    genre: GenreLabel
    movie_count: int
    """Without those that were withdrawn."""
    score: Score
    """All ratings of those movies, counted together."""

    @property
    def average_rating(self) -> float | None:
        return self.score.average_rating


@frozen
class ExternalIdLabel:
    provider: str
    kind: str
    value: str


@frozen
class MovieDetail:
    """All that the catalogue tells of one movie."""

    id: str
    title: str
    original_title: str | None
    alternative_titles: Sequence[str]
    """In the order the movie has them."""
    year: int | None
    runtime: int | None
    """Minutes."""
    media_type: str
    description: str
    genres: Sequence[GenreLabel]
    """In the order the movie has them."""
    external_ids: Sequence[ExternalIdLabel]
    """Sorted by provider, kind and value."""
    score: Score
    revision: int
    created_at: datetime
    upvotes: int = 0
    downvotes: int = 0
