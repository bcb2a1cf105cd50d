"""A movie and its genres, as the catalogue knows them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, Self

from attrs import evolve, field, fields_dict, frozen
from attrs.validators import and_, deep_iterable, instance_of, max_len, optional

from watchlist_core.catalogue.external_ids import ExternalId, MediaType
from watchlist_core.catalogue.folding import folded
from watchlist_core.catalogue.limits import (
    ALTERNATIVE_TITLES,
    DESCRIPTION_LENGTH,
    LATEST_YEAR,
    LONGEST_RUNTIME,
    OLDEST_YEAR,
    Validator,
    each_once,
    genre_text,
    stripped,
    text,
    title_text,
    unless_unchanged,
    whole_number,
)
from watchlist_core.changes import UNCHANGED, Unchanged
from watchlist_core.ids import GenreId, MovieId
from watchlist_core.instants import aware

__all__ = ["Genre", "Movie", "MovieChanges", "NewMovie"]

_YEAR: Final = whole_number(OLDEST_YEAR, LATEST_YEAR)
_RUNTIME: Final = whole_number(1, LONGEST_RUNTIME)
_DESCRIPTION: Final = text(0, DESCRIPTION_LENGTH)
_ALTERNATIVES: Final[Validator] = and_(max_len(ALTERNATIVE_TITLES), deep_iterable(title_text))


def _frozen_ids(ids: Iterable[ExternalId]) -> frozenset[ExternalId]:
    return frozenset(ids)


def _stripped_if_given(text: str | None) -> str | None:
    return None if text is None else stripped(text)


@frozen
class Genre:
    id: GenreId
    name: str = field(converter=stripped, validator=genre_text)
    revision: int = 1
    """Raised by each change of its name."""

    def renamed(self, name: str) -> Self:
        """Return the genre with that name, of the next revision unless it was called so before."""
        renamed = evolve(self, name=name)
        return self if renamed == self else evolve(renamed, revision=self.revision + 1)


def _drop_what_is_no_alternative(movie: "NewMovie | Movie") -> None:
    """Keep only those alternative titles that say something else than the others do."""
    if not movie.alternative_titles:
        return  # as most have none, and folding takes longer than all else here
    known = {folded(title) for title in (movie.title, movie.original_title) if title}
    alternatives = tuple(one for one in movie.alternative_titles if folded(one) not in known)
    object.__setattr__(movie, "alternative_titles", alternatives)  # it is being made


@frozen
class NewMovie:
    """What is known of a movie before the catalogue has it.

    Raises:
        TypeError, ValueError: A value that no movie has; the message names the member.
    """

    title: str = field(converter=stripped, validator=title_text)
    year: int | None = field(default=None, validator=_YEAR)
    runtime: int | None = field(default=None, validator=_RUNTIME)
    """Minutes."""
    media_type: MediaType = field(default=MediaType.MOVIE, validator=instance_of(MediaType))
    description: str = field(default="", validator=_DESCRIPTION)
    genres: tuple[str, ...] = field(
        default=(), converter=each_once, validator=deep_iterable(genre_text)
    )
    external_ids: frozenset[ExternalId] = field(default=frozenset(), converter=_frozen_ids)
    original_title: str | None = field(
        default=None, converter=_stripped_if_given, validator=optional(title_text)
    )
    """In the language of those who made it."""
    alternative_titles: tuple[str, ...] = field(
        default=(), converter=each_once, validator=_ALTERNATIVES
    )
    """Each once by what it folds to, and none that a title above folds to."""

    def __attrs_post_init__(self) -> None:
        _drop_what_is_no_alternative(self)


@frozen
class Movie:
    """A movie of the catalogue. What viewers think of it stands beside it: `rating.Score`."""

    id: MovieId
    title: str = field(converter=stripped, validator=title_text)
    year: int | None = field(validator=_YEAR)
    runtime: int | None = field(validator=_RUNTIME)
    media_type: MediaType = field(validator=instance_of(MediaType))
    description: str = field(validator=_DESCRIPTION)
    genres: tuple[Genre, ...]
    external_ids: frozenset[ExternalId]
    created_at: datetime = field(validator=aware)
    revision: int = 1
    """Raised by each change of what the catalogue says, never by watches and ratings.

    Nor by the new name of a genre, which is the genre's own.
    """
    original_title: str | None = field(
        default=None, converter=_stripped_if_given, validator=optional(title_text)
    )
    alternative_titles: tuple[str, ...] = field(
        default=(), converter=each_once, validator=_ALTERNATIVES
    )
    is_withdrawn: bool = False
    """Once it is, nobody sees it in the catalogue; what people have watched and rated stays."""

    def __attrs_post_init__(self) -> None:
        _drop_what_is_no_alternative(self)

    def revised(self, changes: "MovieChanges", genres: Mapping[str, Genre] | None = None) -> Self:
        """Return the movie of the next revision, or itself where nothing becomes different.

        *genres* has the genre of each name in the changes.

        Raises:
            TypeError, ValueError: No movie can be that; the message names the member.
        """
        given = {
            name: value
            for name in fields_dict(MovieChanges)
            if (value := getattr(changes, name)) is not UNCHANGED
        }
        if changes.genres is not UNCHANGED:
            given["genres"] = tuple((genres or {})[name] for name in changes.genres)
        if changes.external_ids is not UNCHANGED:
            # Those that stay keep what their providers call the movie.
            kept = {external_id: external_id for external_id in self.external_ids}
            given["external_ids"] = frozenset(kept.get(one, one) for one in changes.external_ids)
        revised = evolve(self, **given)
        return self if revised == self else evolve(revised, revision=self.revision + 1)

    def withdrawn(self) -> Self:
        return evolve(self, is_withdrawn=True, revision=self.revision + 1)

    @property
    def names(self) -> tuple[str, ...]:
        """Return all that the movie is called, its title first."""
        original = () if self.original_title is None else (self.original_title,)
        return self.title, *original, *self.alternative_titles

    @property
    def likeness(self) -> tuple[str, int | None, int | None]:
        """Return the folded title, year and runtime, which no other movie should have alike."""
        return folded(self.title), self.year, self.runtime


def _each_once_if_given(texts: Iterable[str] | Unchanged) -> tuple[str, ...] | Unchanged:
    return texts if isinstance(texts, Unchanged) else each_once(texts)


def _ids_if_given(ids: Iterable[ExternalId] | Unchanged) -> frozenset[ExternalId] | Unchanged:
    return ids if isinstance(ids, Unchanged) else frozenset(ids)


@frozen
class MovieChanges:
    """What becomes of a movie; what is not given stays as it is, and None clears.

    Raises:
        TypeError, ValueError: A value that no movie has; the message names the member.
    """

    title: str | Unchanged = field(default=UNCHANGED, validator=unless_unchanged(title_text))
    original_title: str | Unchanged | None = field(
        default=UNCHANGED, validator=unless_unchanged(optional(title_text))
    )
    alternative_titles: tuple[str, ...] | Unchanged = field(
        default=UNCHANGED,
        converter=_each_once_if_given,
        validator=unless_unchanged(_ALTERNATIVES),
    )
    """In place of all that there were; likewise genres and ids."""
    year: int | Unchanged | None = field(default=UNCHANGED, validator=unless_unchanged(_YEAR))
    runtime: int | Unchanged | None = field(default=UNCHANGED, validator=unless_unchanged(_RUNTIME))
    media_type: MediaType | Unchanged = field(
        default=UNCHANGED, validator=unless_unchanged(instance_of(MediaType))
    )
    description: str | Unchanged = field(
        default=UNCHANGED, validator=unless_unchanged(_DESCRIPTION)
    )
    genres: tuple[str, ...] | Unchanged = field(
        default=UNCHANGED,
        converter=_each_once_if_given,
        validator=unless_unchanged(deep_iterable(genre_text)),
    )
    """Their names."""
    external_ids: frozenset[ExternalId] | Unchanged = field(
        default=UNCHANGED,
        converter=_ids_if_given,
        validator=unless_unchanged(deep_iterable(instance_of(ExternalId))),
    )
