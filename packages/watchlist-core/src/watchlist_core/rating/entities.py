"""What one account thinks of a movie."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from attrs import Attribute, evolve, field, frozen
from attrs.validators import instance_of, optional

from watchlist_core.catalogue.limits import stripped, text
from watchlist_core.ids import AccountId, MovieId
from watchlist_core.instants import aware
from watchlist_core.rating.limits import REVIEW_LENGTH, WIDEST_SCALE
from watchlist_core.scores import Stars

__all__ = ["Direction", "Rating", "SourceRating", "Tally", "Vote"]


def _finite(_: object, attribute: "Attribute[Any]", value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{attribute.name} must be a number")
    if not 0 <= value <= WIDEST_SCALE:  # NaN is nothing of that
        raise ValueError(f"{attribute.name} must be 0 to {WIDEST_SCALE}")


@frozen
class SourceRating:
    """What was given elsewhere, by a scale that ends with *scale*: 7 of 10, 0.5 of 5.

    Stars are fewer, so what they were made from is kept for those who take it back.
    """

    value: float = field(validator=_finite)
    scale: float = field(validator=_finite)

    def __attrs_post_init__(self) -> None:
        if not self.value <= self.scale != 0:
            raise ValueError("value must not exceed the scale, which must not be 0")


def _review(review: str | None) -> str | None:
    return None if review is None else stripped(review)


@frozen
class Rating:
    account: AccountId
    movie: MovieId
    stars: Stars
    rated_at: datetime = field(validator=aware)
    review: str | None = field(
        default=None, converter=_review, validator=optional(text(1, REVIEW_LENGTH))
    )
    """What its author says to everybody; never blank."""
    source: SourceRating | None = field(default=None, validator=optional(instance_of(SourceRating)))
    """Where it was imported, until its author rates again."""


class Direction(StrEnum):
    UP = "up"
    DOWN = "down"


@frozen
class Vote:
    """What an account thinks of a movie in one word, whether it has watched it or not."""

    account: AccountId
    movie: MovieId
    direction: Direction = field(validator=instance_of(Direction))
    voted_at: datetime = field(validator=aware)


@frozen
class Tally:
    """All votes on one movie, counted, so that nobody has to read them again."""

    upvotes: int = 0
    downvotes: int = 0

    def counting(self, direction: Direction, *, instead_of: Direction | None = None) -> Self:
        """Return the tally with that vote, cast anew or *instead_of* another."""
        if instead_of is not None:
            return self.without(instead_of).counting(direction)
        return self._changed(direction, by=1)

    def without(self, direction: Direction) -> Self:
        """Return the tally that is left when such a vote is gone."""
        return self._changed(direction, by=-1)

    def _changed(self, direction: Direction, by: int) -> Self:
        if direction is Direction.UP:
            return evolve(self, upvotes=self.upvotes + by)
        return evolve(self, downvotes=self.downvotes + by)
