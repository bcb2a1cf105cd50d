"""What one account thinks of a movie."""

from datetime import datetime

from attrs import field, frozen

from watchlist_core.ids import AccountId, MovieId
from watchlist_core.instants import aware
from watchlist_core.scores import Stars

__all__ = ["Rating"]


@frozen
class Rating:
    account: AccountId
    movie: MovieId
    stars: Stars
    rated_at: datetime = field(validator=aware)
