"""Which of one's own ratings a list shows, and in which order."""

from enum import StrEnum
from typing import Final, TypeAlias

from attrs import field, frozen
from attrs.validators import instance_of, optional

from watchlist_core.sorting import Order

__all__ = ["LATEST_RATED", "RatingFilter", "RatingOrder", "RatingSort"]


@frozen
class RatingFilter:
    """Which ratings are wanted: those for which all that is given holds."""

    title: str | None = field(default=None, validator=optional(instance_of(str)))
    """Is contained in the movie's title, both folded; blank is no filter."""


class RatingSort(StrEnum):
    RATED_AT = "rated_at"
    STARS = "stars"
    """A position has the halves."""
    TITLE = "title"
    """The movie's, folded, by code point."""
    YEAR = "year"


RatingOrder: TypeAlias = Order[RatingSort]
LATEST_RATED: Final[RatingOrder] = Order([(RatingSort.RATED_AT, True)])
