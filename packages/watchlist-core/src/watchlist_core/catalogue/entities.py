"""A movie and its genres, as the catalogue knows them."""

from collections.abc import Callable, Iterable
from datetime import datetime
from enum import StrEnum
from typing import Final

from attrs import Attribute, field, frozen
from attrs.validators import deep_iterable, instance_of

from watchlist_core.catalogue.folding import folded
from watchlist_core.ids import GenreId, MovieId
from watchlist_core.instants import aware
from watchlist_core.texts import keepable_text

__all__ = [
    "DESCRIPTION_LENGTH",
    "EXTERNAL_ID_LENGTH",
    "GENRE_LENGTH",
    "LATEST_YEAR",
    "LONGEST_RUNTIME",
    "OLDEST_YEAR",
    "PROVIDER_LENGTH",
    "TITLE_LENGTH",
    "ExternalId",
    "Genre",
    "MediaType",
    "Movie",
    "NewMovie",
]

TITLE_LENGTH: Final = 300
GENRE_LENGTH: Final = 60
PROVIDER_LENGTH: Final = 40
EXTERNAL_ID_LENGTH: Final = 100
DESCRIPTION_LENGTH: Final = 10_000
OLDEST_YEAR: Final = 1870
LATEST_YEAR: Final = 2100
LONGEST_RUNTIME: Final = 60_000
"""Minutes; the longest film ever shown took 51,420."""


def _stripped(text: str) -> str:
    return text.strip() if isinstance(text, str) else text  # the validator says what is wrong


def _frozen_ids(ids: Iterable["ExternalId"]) -> frozenset["ExternalId"]:
    return frozenset(ids)


_LONGEST_FOLDED: Final = 1_200
"""Bytes that a title may have when folded, as it stands in the positions of lists.

The longest title of letters that fold to one each has no more; one letter folds to eighteen.
"""


def _text(shortest: int, longest: int) -> Callable[[object, "Attribute[str]", object], None]:
    """Return a validator of texts that every store and every JSON reader can hold."""

    def check(_: object, attribute: "Attribute[str]", value: object) -> None:
        text = keepable_text(attribute.name, value)
        if shortest and not text.strip():
            raise ValueError(f"{attribute.name} must not be blank")
        if not shortest <= len(text) <= longest:
            raise ValueError(f"{attribute.name} must have {shortest} to {longest} characters")

    return check


def _whole_number(
    least: int, greatest: int
) -> Callable[[object, "Attribute[int | None]", object], None]:
    """Return a validator of numbers that may be unknown; to Python alone True is one."""

    def check(_: object, attribute: "Attribute[int | None]", value: object) -> None:
        if value is None:
            return
        if not isinstance(value, int) or isinstance(value, bool):
            raise TypeError(f"{attribute.name} must be a whole number")
        if not least <= value <= greatest:
            raise ValueError(f"{attribute.name} must be {least} to {greatest}")

    return check


_TITLE_TEXT: Final = _text(1, TITLE_LENGTH)
_YEAR: Final = _whole_number(OLDEST_YEAR, LATEST_YEAR)
_RUNTIME: Final = _whole_number(1, LONGEST_RUNTIME)
_DESCRIPTION: Final = _text(0, DESCRIPTION_LENGTH)


def _title(title: object, attribute: "Attribute[str]", value: str) -> None:
    _TITLE_TEXT(title, attribute, value)
    if len(folded(value).encode()) > _LONGEST_FOLDED:
        raise ValueError(f"{attribute.name} is too long once its letters are taken apart")


class MediaType(StrEnum):
    MOVIE = "movie"
    SERIES = "series"


@frozen(order=True)
class ExternalId:
    """What a provider calls a movie. Providers count movies and series apart, so both belong to it.

    ``ExternalId("imdb", MediaType.MOVIE, "tt0133093")``
    """

    provider: str = field(validator=_text(1, PROVIDER_LENGTH))
    kind: MediaType = field(validator=instance_of(MediaType))
    value: str = field(validator=_text(1, EXTERNAL_ID_LENGTH))


@frozen
class Genre:
    id: GenreId
    name: str = field(validator=_text(1, GENRE_LENGTH))


def _each_once(names: Iterable[str]) -> tuple[str, ...]:
    """Drop the names that say the same as an earlier one, whatever their case."""
    first: dict[str, str] = {}
    for name in map(_stripped, names):
        # The validator says what is wrong with what is no text.
        first.setdefault(folded(name) if isinstance(name, str) else name, name)
    return tuple(first.values())


@frozen
class NewMovie:
    """What is known of a movie before the catalogue has it.

    Raises:
        TypeError, ValueError: A value that no movie has; the message names the member.
    """

    title: str = field(converter=_stripped, validator=_title)
    year: int | None = field(default=None, validator=_YEAR)
    runtime: int | None = field(default=None, validator=_RUNTIME)
    """Minutes."""
    media_type: MediaType = field(default=MediaType.MOVIE, validator=instance_of(MediaType))
    description: str = field(default="", validator=_DESCRIPTION)
    genres: tuple[str, ...] = field(
        default=(),
        converter=_each_once,
        validator=deep_iterable(_text(1, GENRE_LENGTH)),
    )
    external_ids: frozenset[ExternalId] = field(default=frozenset(), converter=_frozen_ids)


@frozen
class Movie:
    """A movie of the catalogue. What viewers think of it stands beside it: `rating.Score`."""

    id: MovieId
    title: str = field(converter=_stripped, validator=_title)
    year: int | None = field(validator=_YEAR)
    runtime: int | None = field(validator=_RUNTIME)
    media_type: MediaType = field(validator=instance_of(MediaType))
    description: str = field(validator=_DESCRIPTION)
    genres: tuple[Genre, ...]
    external_ids: frozenset[ExternalId]
    created_at: datetime = field(validator=aware)
    revision: int = 1
    """Raised by each change of what the catalogue says, never by watches and ratings."""
