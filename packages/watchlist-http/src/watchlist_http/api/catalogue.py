"""The movies there are: everybody may look, moderators add."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final, TypeAlias
from uuid import UUID

from attrs import field, fields, frozen
from msgspec import Meta

from watchlist_core.auth import Role
from watchlist_core.catalogue import (
    DESCRIPTION_LENGTH,
    EXTERNAL_ID_LENGTH,
    GENRE_LENGTH,
    LATEST_YEAR,
    LONGEST_RUNTIME,
    OLDEST_YEAR,
    PROVIDER_LENGTH,
    TITLE_LENGTH,
    AddMovie,
    BrowseMovies,
    ExternalIdTaken,
    MediaType,
    MovieAlreadyThere,
    MovieFilter,
    MovieNotFound,
    MovieOrder,
    MovieSort,
    ShowMovie,
    entities,
)
from watchlist_core.ids import MovieId
from watchlist_http.answers import Answer
from watchlist_http.paging import Pagination, Paging
from watchlist_http.routing import Routes
from watchlist_http.scalars import NOT_BLANK
from watchlist_http.sorting import Sort

__all__ = ["routes"]

routes: Final = Routes(
    "Catalogue", description="The movies there are. Everybody may look; moderators add."
)

Title: TypeAlias = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=TITLE_LENGTH,
        pattern=NOT_BLANK,
        examples=["The Matrix"],
    ),
]
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


class MovieCard(Answer, frozen=True):
    """As much of a movie as a list shows."""

    id: Annotated[str, UUID]
    title: Title
    year: Year | None
    media_type: Annotated[str, MediaType]
    genres: Sequence[GenreName]
    average_rating: AverageRating | None
    rating_count: RatingCount


class MovieList(Answer, frozen=True):
    """A page of the movies."""

    items: Sequence[MovieCard]
    pagination: Pagination


class Genre(Answer, frozen=True):
    id: Annotated[str, UUID]
    name: GenreName


class ExternalId(Answer, frozen=True):
    """What a provider calls a movie."""

    provider: Provider
    kind: Annotated[str, MediaType]
    value: ProvidersValue


class Movie(Answer, frozen=True):
    """All that the catalogue tells of one movie."""

    id: Annotated[str, UUID]
    title: Title
    year: Year | None
    runtime: Runtime | None
    media_type: Annotated[str, MediaType]
    description: Description
    genres: Sequence[Genre]
    external_ids: Sequence[ExternalId]
    average_rating: AverageRating | None
    rating_count: RatingCount
    revision: Annotated[
        int, Meta(ge=1, description="Raised by each change of the movie, never by ratings.")
    ]
    created_at: datetime


_LONGEST_FILTER: Final = 100
"""Characters. Each may be twelve bytes in a URL, and up to four links of an answer repeat them:
what stands between here and the clients mostly takes headers of 8 KB."""
_BY_TITLE: Final = Sort(MovieOrder().fields)


@frozen
class WantedMovies:
    title: (
        Annotated[
            str,
            Meta(
                max_length=_LONGEST_FILTER,
                description="What the title contains, without regard to case and diacritics. "
                "Blank is no filter.",
                examples=["matrix"],
            ),
        ]
        | None
    ) = None
    sort: Annotated[
        Sort[MovieSort],
        Meta(
            description="Up to three fields, `-` before what is to descend. "
            "What has no value comes last; the id breaks a tie.",
            examples=["-year,title"],
        ),
    ] = _BY_TITLE


@frozen
class NewExternalId:
    """What a provider calls the movie; providers count movies and series apart."""

    provider: Provider
    kind: MediaType
    value: ProvidersValue


_MOST_ITEMS: Final = 50
"""No movie has so many, and one transaction should not take thousands."""


@frozen
class NewMovie:
    """A movie to be added."""

    # A few letters fold to many, which no schema can count.
    title: Title = field(validator=fields(entities.NewMovie).title.validator)
    year: Year | None = None
    runtime: Runtime | None = None
    media_type: MediaType = MediaType.MOVIE
    description: Description = ""
    genres: Annotated[list[GenreName], Meta(max_length=_MOST_ITEMS)] = field(factory=list)
    external_ids: Annotated[list[NewExternalId], Meta(max_length=_MOST_ITEMS)] = field(factory=list)
    allow_duplicate: Annotated[
        bool,
        Meta(description="Add it though the catalogue has one of that title, year and runtime."),
    ] = False


def _tag(movie: Movie, _: bytes) -> str:
    return f'"{movie.revision}-{movie.rating_count}-{movie.average_rating}"'


@routes.get("/movies")
async def list_movies(query: WantedMovies, paging: Paging, browse: BrowseMovies) -> MovieList:
    """List the movies of the catalogue."""
    page = await browse(MovieFilter(query.title), MovieOrder(query.sort.fields), paging.window)
    cards = [
        MovieCard(
            card.id,
            card.title,
            card.year,
            card.media_type,
            card.genres,
            (score := card.score).average_rating,
            score.rating_count,
        )
        for card in page.items
    ]
    return MovieList(cards, paging.pagination(page))


@routes.get("/movies/{movie_id}", raises=[MovieNotFound], tagged_by=_tag)
async def show_movie(movie_id: MovieId, show: ShowMovie) -> Movie:
    """Show one movie with all that the catalogue tells of it."""
    movie = await show(movie_id)
    return Movie(
        movie.id,
        movie.title,
        movie.year,
        movie.runtime,
        movie.media_type,
        movie.description,
        [Genre(genre.id, genre.name) for genre in movie.genres],
        [ExternalId(one.provider, one.kind, one.value) for one in movie.external_ids],
        movie.score.average_rating,
        movie.score.rating_count,
        movie.revision,
        movie.created_at,
    )


@routes.post(
    "/movies",
    raises=[MovieAlreadyThere, ExternalIdTaken],
    requires=Role.MODERATOR,
    location="/movies/{id}",
    tagged_by=_tag,
)
async def add_movie(body: NewMovie, add: AddMovie) -> Movie:
    """Add a movie to the catalogue, with the genres that it lacks."""
    new = entities.NewMovie(
        title=body.title,
        year=body.year,
        runtime=body.runtime,
        media_type=body.media_type,
        description=body.description,
        genres=body.genres,
        external_ids=[
            entities.ExternalId(one.provider, one.kind, one.value) for one in body.external_ids
        ],
    )
    movie = await add(new, allow_duplicate=body.allow_duplicate)
    return Movie(
        str(movie.id),
        movie.title,
        movie.year,
        movie.runtime,
        movie.media_type,
        movie.description,
        [Genre(str(genre.id), genre.name) for genre in movie.genres],
        [ExternalId(one.provider, one.kind, one.value) for one in sorted(movie.external_ids)],
        average_rating=None,
        rating_count=0,
        revision=movie.revision,
        created_at=movie.created_at,
    )
