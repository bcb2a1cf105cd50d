"""The tables, as declarative classes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, Column, DateTime, ForeignKey, Index, Integer, String, Table, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


def average(rating_count: int, rating_halves: int) -> float | None:
    return round(rating_halves / 2 / rating_count, 2) if rating_count else None


class Base(DeclarativeBase):
    """What all tables share."""


class Account(Base):
    __tablename__ = "accounts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    username: Mapped[str | None] = mapped_column(String(32), unique=True)
    role: Mapped[str] = mapped_column(String(16))
    is_active: Mapped[bool]


movie_genres = Table(
    "movie_genres",
    Base.metadata,
    Column("movie_id", ForeignKey("movies.id"), primary_key=True),
    Column("genre_id", ForeignKey("genres.id"), primary_key=True),
    Column("position", Integer, nullable=False),
    Index("movies_of_genre", "genre_id", "movie_id"),
)


class Genre(Base):
    __tablename__ = "genres"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)


class ExternalId(Base):
    __tablename__ = "external_ids"

    provider: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    value: Mapped[str] = mapped_column(String(100), primary_key=True)
    movie_id: Mapped[UUID] = mapped_column(ForeignKey("movies.id"), index=True)


class Movie(Base):
    __tablename__ = "movies"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(300))
    folded_title: Mapped[str] = mapped_column(String(600))
    original_title: Mapped[str | None] = mapped_column(String(300))
    alternative_titles: Mapped[list[str]] = mapped_column(JSON, default=list)
    year: Mapped[int | None]
    runtime: Mapped[int | None]
    media_type: Mapped[str] = mapped_column(String(16))
    description: Mapped[str]
    rating_count: Mapped[int] = mapped_column(default=0)
    rating_halves: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    genres: Mapped[list[Genre]] = relationship(
        secondary=movie_genres, order_by=movie_genres.c.position
    )
    external_ids: Mapped[list[ExternalId]] = relationship(
        order_by=[ExternalId.provider, ExternalId.kind, ExternalId.value]
    )

    __table_args__ = (
        Index("movies_by_title", "folded_title", "id"),
        Index("movies_by_title_down", text("folded_title DESC"), "id"),
        # SQLite uses no index for NULLS LAST, so the years that are missing come by themselves.
        Index("movies_by_year", text("(year IS NULL)"), "year", "id"),
        Index("movies_by_year_down", text("(year IS NULL)"), text("year DESC"), "id"),
        Index("movies_of_year", "year", "folded_title", "id"),
        Index("movies_by_rating_count", "rating_count", "id"),
        Index("movies_by_rating_count_down", text("rating_count DESC"), "id"),
        Index("movies_by_created_at", "created_at", "id"),
        Index("movies_by_created_at_down", text("created_at DESC"), "id"),
    )

    @property
    def average_rating(self) -> float | None:
        return average(self.rating_count, self.rating_halves)


class Watch(Base):
    __tablename__ = "watches"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    movie_id: Mapped[UUID] = mapped_column(ForeignKey("movies.id"))
    watched_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (Index("watches_by_account", "account_id", "movie_id"),)


class Rating(Base):
    __tablename__ = "ratings"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    movie_id: Mapped[UUID] = mapped_column(ForeignKey("movies.id"), primary_key=True)
    halves: Mapped[int]
    rated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    account: Mapped[Account] = relationship()

    __table_args__ = (Index("ratings_by_movie", "movie_id", "rated_at"),)


class Catalogue(Base):
    """One row that keeps the total."""

    __tablename__ = "catalogue"

    id: Mapped[int] = mapped_column(primary_key=True)
    movie_count: Mapped[int]
