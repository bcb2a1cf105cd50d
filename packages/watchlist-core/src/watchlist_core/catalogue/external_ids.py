from enum import StrEnum

from attrs import field, frozen
from attrs.validators import instance_of, optional

from watchlist_core.catalogue.limits import (
    EXTERNAL_ID_LENGTH,
    EXTERNAL_TITLE_LENGTH,
    PROVIDER_LENGTH,
    text,
)

__all__ = ["ExternalId", "MediaType"]


class MediaType(StrEnum):
    MOVIE = "movie"
    SERIES = "series"


@frozen(order=True, cache_hash=True)
class ExternalId:
    """What a provider calls a movie. Providers count movies and series apart, so both belong to it.

    ``ExternalId("imdb", MediaType.MOVIE, "tt0133093")``
    """

    provider: str = field(validator=text(1, PROVIDER_LENGTH))
    kind: MediaType = field(validator=instance_of(MediaType))
    value: str = field(validator=text(1, EXTERNAL_ID_LENGTH))
    title: str | None = field(
        default=None, eq=False, validator=optional(text(1, EXTERNAL_TITLE_LENGTH))
    )
    """What the provider calls the movie, to the letter, where that was kept; no part of the id."""
