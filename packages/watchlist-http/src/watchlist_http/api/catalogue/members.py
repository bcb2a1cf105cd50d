"""What the members of movies and genres may be, outside."""

from typing import Annotated, Final, TypeAlias

from msgspec import Meta

from watchlist_core.catalogue import (
    ALTERNATIVE_TITLES,
    DESCRIPTION_LENGTH,
    EXTERNAL_ID_LENGTH,
    GENRE_LENGTH,
    LATEST_YEAR,
    LONGEST_RUNTIME,
    OLDEST_YEAR,
    PROVIDER_LENGTH,
    TITLE_LENGTH,
)
from watchlist_http.scalars import NOT_BLANK

__all__ = [
    "MOST_ALTERNATIVES",
    "MOST_ITEMS",
    "AlternativeTitle",
    "AverageRating",
    "Description",
    "GenreName",
    "MovieCount",
    "OriginalTitle",
    "Provider",
    "ProvidersValue",
    "RatingCount",
    "Revision",
    "Runtime",
    "Title",
    "Year",
]

Title: TypeAlias = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=TITLE_LENGTH,
        pattern=NOT_BLANK,
        examples=["The Matrix"],
    ),
]
OriginalTitle: TypeAlias = Annotated[
    Title,
    Meta(description="In the language of those who made it.", examples=["Le Fabuleux Destin"]),
]
AlternativeTitle: TypeAlias = Annotated[Title, Meta(examples=["Matrix"])]
GenreName: TypeAlias = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=GENRE_LENGTH,
        pattern=NOT_BLANK,
        examples=["Science fiction"],
    ),
]
Year: TypeAlias = Annotated[int, Meta(ge=OLDEST_YEAR, le=LATEST_YEAR, examples=[1999])]
Runtime: TypeAlias = Annotated[
    int, Meta(ge=1, le=LONGEST_RUNTIME, description="Minutes.", examples=[136])
]
Description: TypeAlias = Annotated[
    str,
    Meta(max_length=DESCRIPTION_LENGTH, examples=["A hacker learns what the world is made of."]),
]
Provider: TypeAlias = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=PROVIDER_LENGTH,
        pattern=NOT_BLANK,
        description="Who calls the movie so: `imdb`, `tmdb`, `movielens` and others.",
        examples=["imdb"],
    ),
]
ProvidersValue: TypeAlias = Annotated[
    str,
    Meta(min_length=1, max_length=EXTERNAL_ID_LENGTH, pattern=NOT_BLANK, examples=["tt0133093"]),
]
AverageRating: TypeAlias = Annotated[
    float,
    Meta(
        ge=1,
        le=5,
        description="Stars, rounded to two places; null when nobody has rated.",
        examples=[4.25],
    ),
]
RatingCount: TypeAlias = Annotated[int, Meta(ge=0, examples=[1240])]
MovieCount: TypeAlias = Annotated[int, Meta(ge=0, examples=[980])]
Revision: TypeAlias = Annotated[
    int, Meta(ge=1, description="Raised by each change, never by ratings.")
]

MOST_ITEMS: Final = Meta(max_length=50)
"""No movie has so many genres or ids, and one transaction should not take thousands."""
MOST_ALTERNATIVES: Final = Meta(
    max_length=ALTERNATIVE_TITLES,
    description="By which it is known too, in other countries or for short. One that says the same "
    "as another is left out.",
)
