"""Which movies a list shows, and in which order."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from attrs import Attribute, field, frozen
from attrs.validators import deep_iterable, instance_of, max_len, min_len, optional

from watchlist_core.catalogue.external_ids import MediaType
from watchlist_core.catalogue.folding import folded
from watchlist_core.catalogue.limits import GENRE_LENGTH, stripped, text, whole_number
from watchlist_core.ids import GenreId
from watchlist_core.sorting import Order

__all__ = ["FILTER_GENRES", "MovieFilter", "MovieOrder", "MovieSort"]

FILTER_GENRES: Final = 10
"""So many may be asked for at once."""

_YEAR: Final = whole_number(1, 9999)
"""Any that could be asked for; it may be one that no movie has."""
_GENRE_NAME: Final = text(1, GENRE_LENGTH)


def _each_genre_once(genres: Iterable[GenreId | str]) -> tuple[GenreId | str, ...]:
    first: dict[object, GenreId | str] = {}
    for genre in genres:
        one = stripped(genre) if isinstance(genre, str) else genre
        first.setdefault(folded(one) if isinstance(one, str) else one, one)
    return tuple(first.values())


def _genre(wanted: object, attribute: "Attribute[Any]", genre: object) -> None:
    if not isinstance(genre, UUID):
        _GENRE_NAME(wanted, attribute, genre)


def _average(_: object, attribute: "Attribute[Any]", stars: object) -> None:
    if isinstance(stars, bool) or not isinstance(stars, int | float):
        raise TypeError(f"{attribute.name} must be a number")
    if not 1 <= stars <= 5:  # noqa: PLR2004  as stars are
        raise ValueError(f"{attribute.name} must be 1 to 5")
    if round(stars, 2) != stars:
        raise ValueError(f"{attribute.name} must have two decimal places at most")


@frozen
class MovieFilter:
    """Which movies a list shows: those for which all that is given holds.

    What a movie does not have, as a year that nobody knows, meets no condition.

    Raises:
        TypeError, ValueError: It cannot be asked for; the message names the member.
    """

    title: str | None = None
    """Is contained in the title, both folded; blank is no filter."""
    genres: tuple[GenreId | str, ...] = field(
        default=(),
        converter=_each_genre_once,
        validator=[max_len(FILTER_GENRES), deep_iterable(_genre)],
    )
    """All of them are the movie's; names are compared by what they fold to."""
    year: int | None = field(default=None, validator=_YEAR)
    year_from: int | None = field(default=None, validator=_YEAR)
    year_to: int | None = field(default=None, validator=_YEAR)
    """Included, as the first is."""
    rating_from: float | None = field(default=None, validator=optional(_average))
    """Stars in hundredths, which the average is or exceeds, before it is rounded to be shown."""
    media_type: MediaType | None = field(default=None, validator=optional(instance_of(MediaType)))

    def __attrs_post_init__(self) -> None:
        if self.year_from and self.year_to and self.year_from > self.year_to:
            raise ValueError("year_from must not be later than year_to")

    @property
    def rating_hundredths_from(self) -> int | None:
        """Return *rating_from* in hundredths of a star, for an exact comparison.

        ``score.halves * 50 >= hundredths * score.rating_count``, of movies that were rated.
        """
        return None if self.rating_from is None else round(self.rating_from * 100)


class MovieSort(StrEnum):
    TITLE = "title"
    """Folded, by code point."""
    YEAR = "year"
    AVERAGE_RATING = "average_rating"
    """The ratio of halves and rating_count, not rounded: a position has it as a text, "9/2"."""
    RATING_COUNT = "rating_count"
    CREATED_AT = "created_at"


def _fields(fields: Iterable[tuple[MovieSort, bool]]) -> tuple[tuple[MovieSort, bool], ...]:
    return tuple(fields)


@frozen
class MovieOrder(Order[MovieSort]):
    """An order of movies, by title unless another is asked for."""

    fields: tuple[tuple[MovieSort, bool], ...] = field(
        default=((MovieSort.TITLE, False),),
        converter=_fields,
        validator=[min_len(1), max_len(3)],
    )
