"""What is answered about movies."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from watchlist_core.catalogue import MediaType, entities, read_models
from watchlist_core.rating import Score
from watchlist_http.answers import Answer
from watchlist_http.api.catalogue.members import (
    AlternativeTitle,
    AverageRating,
    Description,
    GenreName,
    OriginalTitle,
    Provider,
    ProvidersValue,
    RatingCount,
    Revision,
    Runtime,
    Title,
    Year,
)
from watchlist_http.paging import Pagination

__all__ = ["ExternalId", "GenreLabel", "Movie", "MovieCard", "MovieList", "card", "shown", "told"]


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


class GenreLabel(Answer, frozen=True):
    """A genre, as it stands on movies and elsewhere."""

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
    original_title: OriginalTitle | None
    alternative_titles: Sequence[AlternativeTitle]
    year: Year | None
    runtime: Runtime | None
    media_type: Annotated[str, MediaType]
    description: Description
    genres: Sequence[GenreLabel]
    external_ids: Sequence[ExternalId]
    average_rating: AverageRating | None
    rating_count: RatingCount
    revision: Revision
    created_at: datetime


def card(movie: read_models.MovieCard) -> MovieCard:
    """Return what a list shows of a movie."""
    score = movie.score
    return MovieCard(
        movie.id,
        movie.title,
        movie.year,
        movie.media_type,
        movie.genres,
        score.average_rating,
        score.rating_count,
    )


def shown(movie: read_models.MovieDetail) -> Movie:
    """Return what a reader is shown of a movie."""
    return Movie(
        movie.id,
        movie.title,
        movie.original_title,
        movie.alternative_titles,
        movie.year,
        movie.runtime,
        movie.media_type,
        movie.description,
        [GenreLabel(genre.id, genre.name) for genre in movie.genres],
        [ExternalId(one.provider, one.kind, one.value) for one in movie.external_ids],
        movie.score.average_rating,
        movie.score.rating_count,
        movie.revision,
        movie.created_at,
    )


def told(movie: entities.Movie, score: Score) -> Movie:
    """Return the same of a movie as it has just become."""
    return Movie(
        str(movie.id),
        movie.title,
        movie.original_title,
        movie.alternative_titles,
        movie.year,
        movie.runtime,
        movie.media_type,
        movie.description,
        [GenreLabel(str(genre.id), genre.name) for genre in movie.genres],
        [ExternalId(one.provider, one.kind, one.value) for one in sorted(movie.external_ids)],
        score.average_rating,
        score.rating_count,
        movie.revision,
        movie.created_at,
    )
