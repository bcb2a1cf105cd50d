"""What moderators say of movies."""

from collections.abc import Iterable
from typing import Annotated, Any, Final, TypeVar

from attrs import Attribute, field, frozen
from attrs.validators import deep_iterable
from msgspec import UNSET, Meta, UnsetType

from watchlist_core.catalogue import ExternalId, MediaType, entities
from watchlist_core.catalogue.limits import Validator, genre_text, title_text
from watchlist_core.changes import UNCHANGED, Unchanged
from watchlist_http.api.catalogue.members import (
    MOST_ALTERNATIVES,
    MOST_ITEMS,
    AlternativeTitle,
    Description,
    GenreName,
    OriginalTitle,
    Provider,
    ProvidersValue,
    Runtime,
    Title,
    Year,
)

__all__ = ["MovieChanges", "NewExternalId", "NewMovie"]

T = TypeVar("T")


def _if_given(check: Validator) -> Validator:
    def check_given(movie: object, attribute: "Attribute[Any]", value: object) -> None:
        if value is not UNSET and value is not None:
            check(movie, attribute, value)

    return check_given


# A few letters fold to many, which no schema can count.
_TITLE: Final = _if_given(title_text)
_TITLES: Final = _if_given(deep_iterable(title_text))
_GENRES: Final = _if_given(deep_iterable(genre_text))


@frozen
class NewExternalId:
    """What a provider calls the movie; providers count movies and series apart."""

    provider: Provider
    kind: MediaType
    value: ProvidersValue


@frozen
class NewMovie:
    """A movie to be added."""

    title: Title = field(validator=_TITLE)
    original_title: OriginalTitle | None = field(default=None, validator=_TITLE)
    alternative_titles: Annotated[list[AlternativeTitle], MOST_ALTERNATIVES] = field(
        factory=list, validator=_TITLES
    )
    year: Year | None = None
    runtime: Runtime | None = None
    media_type: MediaType = MediaType.MOVIE
    description: Description = ""
    genres: Annotated[list[GenreName], MOST_ITEMS] = field(factory=list, validator=_GENRES)
    external_ids: Annotated[list[NewExternalId], MOST_ITEMS] = field(factory=list)
    allow_duplicate: Annotated[
        bool,
        Meta(description="Add it though the catalogue has one of that title, year and runtime."),
    ] = False

    def meant(self) -> entities.NewMovie:
        return entities.NewMovie(
            title=self.title,
            original_title=self.original_title,
            alternative_titles=self.alternative_titles,
            year=self.year,
            runtime=self.runtime,
            media_type=self.media_type,
            description=self.description,
            genres=self.genres,
            external_ids=_ids(self.external_ids),
        )


@frozen
class MovieChanges:
    """What is to change of a movie; what is left out stays as it is, and null clears.

    A list takes the place of the one that there was.
    """

    title: Title | UnsetType = field(default=UNSET, validator=_TITLE)
    original_title: OriginalTitle | UnsetType | None = field(default=UNSET, validator=_TITLE)
    alternative_titles: Annotated[list[AlternativeTitle], MOST_ALTERNATIVES] | UnsetType = field(
        default=UNSET, validator=_TITLES
    )
    year: Year | UnsetType | None = UNSET
    runtime: Runtime | UnsetType | None = UNSET
    media_type: MediaType | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    genres: Annotated[list[GenreName], MOST_ITEMS] | UnsetType = field(
        default=UNSET, validator=_GENRES
    )
    external_ids: Annotated[list[NewExternalId], MOST_ITEMS] | UnsetType = UNSET
    allow_duplicate: Annotated[
        bool,
        Meta(description="Change it though another has that title, year and runtime."),
    ] = False

    def meant(self) -> entities.MovieChanges:
        ids = self.external_ids
        return entities.MovieChanges(
            title=_given(self.title),
            original_title=_given(self.original_title),
            alternative_titles=_given(self.alternative_titles),
            year=_given(self.year),
            runtime=_given(self.runtime),
            media_type=_given(self.media_type),
            description=_given(self.description),
            genres=_given(self.genres),
            external_ids=UNCHANGED if isinstance(ids, UnsetType) else _ids(ids),
        )


def _given(value: T | UnsetType) -> T | Unchanged:
    return UNCHANGED if isinstance(value, UnsetType) else value


def _ids(given: Iterable[NewExternalId]) -> list[ExternalId]:
    return [ExternalId(one.provider, one.kind, one.value) for one in given]
