"""Stars, and what all of them together come to: what the catalogue shows of each movie."""

from typing import Self

from attrs import evolve, field, frozen
from attrs.validators import in_, instance_of

__all__ = ["Score", "Stars"]


@frozen(order=True)
class Stars:
    """One to five in steps of a half, kept as half-stars, since sums of integers are exact."""

    halves: int = field(validator=[instance_of(int), in_(range(2, 11))])

    @classmethod
    def of(cls, number: float) -> Self:
        """Return *number* stars. Raises ValueError for anything but 1, 1.5, 2 … 5."""
        if isinstance(number, bool) or number * 2 not in range(2, 11):
            raise ValueError("must be 1 to 5 in steps of 0.5")
        return cls(int(number * 2))

    @property
    def number(self) -> float:
        return self.halves / 2


@frozen
class Score:
    """All ratings of one movie, counted, so that nobody has to read them again."""

    rating_count: int = 0
    halves: int = 0

    @property
    def average_rating(self) -> float | None:
        """Stars, 1 to 5, rounded to two places."""
        if not self.rating_count:
            return None
        return round(self.halves / 2 / self.rating_count, 2)

    def counting(self, stars: Stars, *, instead_of: Stars | None = None) -> Self:
        """Return the score with those stars, given anew or *instead_of* others."""
        if instead_of is None:
            return evolve(
                self, rating_count=self.rating_count + 1, halves=self.halves + stars.halves
            )
        return evolve(self, halves=self.halves + stars.halves - instead_of.halves)

    def without(self, stars: Stars) -> Self:
        """Return the score that is left when a rating of those stars is gone."""
        return evolve(self, rating_count=self.rating_count - 1, halves=self.halves - stars.halves)
