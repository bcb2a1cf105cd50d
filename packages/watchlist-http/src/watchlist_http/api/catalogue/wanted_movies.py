"""Which movies a client wants, and in which order."""

from typing import Annotated, Final, TypeAlias

from attrs import field, frozen
from msgspec import Meta

from watchlist_core.catalogue import (
    FILTER_GENRES,
    GENRE_LENGTH,
    MediaType,
    MovieFilter,
    MovieOrder,
    MovieSort,
)
from watchlist_core.ids import GenreId
from watchlist_http.refusals import DoesNotFit, Misfit
from watchlist_http.scalars import NOT_BLANK, parser_of
from watchlist_http.sorting import Sort

__all__ = ["SortedMovies", "WantedExternalId", "WantedMovies"]

_LONGEST_TITLE: Final = 100
"""Characters, each of which may be twelve bytes in a URL."""
_BY_TITLE: Final = Sort(MovieOrder().fields)

_WantedYear: TypeAlias = Annotated[int, Meta(ge=1, le=9999, examples=[1999])]
_WantedGenre: TypeAlias = Annotated[
    str,
    Meta(min_length=1, max_length=GENRE_LENGTH, pattern=NOT_BLANK, examples=["science fiction"]),
]


@frozen
class WantedMovies:
    """All that is given has to hold; what a movie does not have meets no condition."""

    title: (
        Annotated[
            str,
            Meta(
                max_length=_LONGEST_TITLE,
                description="What the title contains, without regard to case and diacritics. "
                "Blank is no filter.",
                examples=["matrix"],
            ),
        ]
        | None
    ) = None
    genre: Annotated[
        list[_WantedGenre],
        Meta(
            max_length=FILTER_GENRES,
            description="The id of a genre, or its name without regard to case and diacritics. "
            "Given more than once, the movie has all of them.",
        ),
    ] = field(factory=list)
    year: _WantedYear | None = None
    year_from: Annotated[_WantedYear, Meta(description="Included.", examples=[1990])] | None = None
    year_to: Annotated[_WantedYear, Meta(description="Included.", examples=[1999])] | None = None
    rating_from: (
        Annotated[
            float,
            Meta(
                ge=1,
                le=5,
                multiple_of=0.01,
                description="Stars that the average is or exceeds, before it is rounded.",
                examples=[3.5],
            ),
        ]
        | None
    ) = None
    media_type: MediaType | None = None

    def __attrs_post_init__(self) -> None:
        if self.year_from and self.year_to and self.year_from > self.year_to:
            raise DoesNotFit([Misfit("must not be later than year_to", parameter="year_from")])

    def meant(self) -> MovieFilter:
        return MovieFilter(
            title=self.title,
            genres=[_genre(one) for one in self.genre],
            year=self.year,
            year_from=self.year_from,
            year_to=self.year_to,
            rating_from=self.rating_from,
            media_type=self.media_type,
        )


_genre_id: Final = parser_of(GenreId)


def _genre(given: str) -> GenreId | str:
    """Return the id that *given* is, else the name."""
    try:
        return GenreId(_genre_id(given))
    except ValueError:
        return given


@frozen
class SortedMovies(WantedMovies):
    """The same, in the order that the client says."""

    sort: Annotated[
        Sort[MovieSort],
        Meta(
            description="Up to three fields, `-` before what is to descend. "
            "What has no value comes last; the id breaks a tie.",
            examples=["-average_rating,title"],
        ),
    ] = _BY_TITLE


@frozen
class WantedExternalId:
    """Which of its movies a provider means."""

    kind: (
        Annotated[
            MediaType,
            Meta(
                description="Providers count movies and series apart; by default it is the movie, "
                "if there is one."
            ),
        ]
        | None
    ) = None
