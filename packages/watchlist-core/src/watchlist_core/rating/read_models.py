"""What a reader gets to see: never changed, and no rule depends on it."""

from datetime import datetime

from attrs import frozen

from watchlist_core.paging import Page
from watchlist_core.scores import Score

__all__ = ["MovieRatings", "PublicRating"]


@frozen
class PublicRating:
    username: str | None
    """None for an account that shows no name."""
    halves: int
    rated_at: datetime


@frozen
class MovieRatings:
    score: Score
    page: Page[PublicRating]
    """Latest first."""
