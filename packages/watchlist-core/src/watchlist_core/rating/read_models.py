"""What a reader gets to see: never changed, and no rule depends on it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from attrs import frozen

from watchlist_core.paging import Page
from watchlist_core.rating.entities import SourceRating
from watchlist_core.scores import Score

__all__ = ["NO_RATINGS", "MovieRatings", "OwnRating", "OwnVote", "PublicRating"]

NO_RATINGS: Final[Sequence[int]] = (0,) * 9


@frozen
class PublicRating:
    username: str | None
    """None for an account that shows no name."""
    halves: int
    rated_at: datetime
    review: str | None = None


@frozen
class MovieRatings:
    score: Score
    page: Page[PublicRating]
    """Latest first."""
    distribution: Sequence[int] = NO_RATINGS
    """How many gave 1, 1.5, 2 … 5 stars: nine numbers, together the score's rating_count."""


@frozen
class OwnRating:
    """A rating as its author sees it, with what he has rated; ids are texts."""

    movie: str
    title: str
    media_type: str
    year: int | None
    halves: int
    review: str | None
    rated_at: datetime
    source: SourceRating | None
    is_withdrawn: bool
    """The catalogue does not show the movie any more."""


@frozen
class OwnVote:
    """A vote as who cast it sees it, with what he has voted on; ids are texts."""

    movie: str
    title: str
    media_type: str
    year: int | None
    direction: str
    voted_at: datetime
    is_withdrawn: bool
    """The catalogue does not show the movie any more."""
