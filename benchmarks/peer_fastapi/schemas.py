"""What comes in and goes out, as Pydantic models."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field


def _names(genres: list[object]) -> list[str]:
    return [str(getattr(genre, "name", genre)) for genre in genres]


def _aware(instant: datetime) -> datetime:
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)  # SQLite forgets the zone


class Model(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class MovieCard(Model):
    id: UUID
    title: str
    year: int | None
    media_type: str
    genres: Annotated[list[str], BeforeValidator(_names)]
    average_rating: float | None
    rating_count: int


class GenreLabel(Model):
    id: UUID
    name: str


class ExternalId(Model):
    provider: str
    kind: str
    value: str


class MovieDetail(Model):
    id: UUID
    title: str
    original_title: str | None
    alternative_titles: list[str]
    year: int | None
    runtime: int | None
    media_type: str
    description: str
    genres: list[GenreLabel]
    external_ids: list[ExternalId]
    average_rating: float | None
    rating_count: int
    revision: int
    created_at: Annotated[datetime, AfterValidator(_aware)]


class Pagination(Model):
    page: int | None
    page_size: int
    total_items: int | None
    total_is_exact: bool | None
    total_pages: int | None
    next_cursor: str | None


class MoviePage(Model):
    items: list[MovieCard]
    pagination: Pagination


class NewRating(Model):
    model_config = ConfigDict(extra="forbid")

    stars: Annotated[float, Field(ge=1, le=5, multiple_of=0.5)]


class Score(Model):
    rating_count: int
    average_rating: float | None


class Suggestion(Model):
    id: UUID
    title: str
    year: int | None


class Suggestions(Model):
    items: list[Suggestion]


class GenreStatistics(Model):
    genre: GenreLabel
    movie_count: int
    average_rating: float | None
    rating_count: int


class GenreStatisticsList(Model):
    items: list[GenreStatistics]
