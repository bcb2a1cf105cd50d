"""What a reader gets to see: never changed, and no rule depends on it.

Ids are text here: they come from the store to be shown, and are not looked at on the way.
"""

from collections.abc import Sequence
from datetime import datetime

from attrs import frozen

from watchlist_core.rating.entities import Score

__all__ = ["ExternalIdLabel", "GenreLabel", "MovieCard", "MovieDetail"]


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


@frozen
class GenreLabel:
    id: str
    name: str


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
    year: int | None
    runtime: int | None
    """Minutes."""
    media_type: str
    description: str
    genres: Sequence[GenreLabel]
    external_ids: Sequence[ExternalIdLabel]
    """Sorted by provider, kind and value."""
    score: Score
    revision: int
    created_at: datetime
