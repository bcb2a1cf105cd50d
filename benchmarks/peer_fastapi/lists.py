"""Lists of movies: what they are sorted and narrowed by, and how a page of them is read."""

from base64 import urlsafe_b64encode
from json import dumps
from math import ceil
from typing import Annotated, Any, Final

from attrs import frozen
from fastapi import HTTPException, Query
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from benchmarks.peer_fastapi.models import Catalogue, Genre, Movie, movie_genres
from benchmarks.peer_fastapi.schemas import MovieCard, MoviePage, Pagination
from watchlist_core.catalogue import folded

COUNTED: Final = 10_000
SORTS: Final = {
    "title": Movie.folded_title,
    "year": Movie.year,
    "rating_count": Movie.rating_count,
    "created_at": Movie.created_at,
}
WITH_GENRES: Final = selectinload(Movie.genres)


@frozen
class Window:
    """A page by its number."""

    page: Annotated[int, Query(ge=1)] = 1
    page_size: Annotated[int, Query(ge=1, le=100)] = 20

    @property
    def offset(self) -> int:
        if self.page * self.page_size > COUNTED:
            raise HTTPException(422, "continue with the cursor")
        return (self.page - 1) * self.page_size


@frozen
class Wanted:
    """What lists and searches are narrowed by; all has to hold."""

    title: str | None = None
    genre: Annotated[list[str] | None, Query()] = None
    year: int | None = None

    async def conditions(self, session: AsyncSession) -> list[ColumnElement[bool]]:
        conditions: list[ColumnElement[bool]] = []
        if self.title:
            conditions.append(Movie.folded_title.contains(folded(self.title), autoescape=True))
        if self.year is not None:
            conditions.append(Movie.year == self.year)
        for name in self.genre or []:
            genre = await session.scalar(
                select(Genre.id).where(func.lower(Genre.name) == name.lower())
            )
            linked = select(movie_genres.c.movie_id).where(
                movie_genres.c.genre_id == genre, movie_genres.c.movie_id == Movie.id
            )
            conditions.append(linked.exists())
        return conditions


def ordering(sort: str) -> list[ColumnElement[Any]]:
    columns: list[ColumnElement[Any]] = []
    for name in sort.split(","):
        column = SORTS.get(name.removeprefix("-"))
        if column is None:
            raise HTTPException(422, f"unknown sort field {name}")
        if column is Movie.year:
            columns.append(Movie.year.is_(None))
        columns.append(column.desc() if name.startswith("-") else column.asc())
    return [*columns, Movie.id.asc()]


async def listed(session: AsyncSession, wanted: Wanted, window: Window, sort: str) -> MoviePage:
    """Return a page; the total of all movies is kept, any other is counted as far as it is told."""
    conditions = await wanted.conditions(session)
    query = (
        select(Movie)
        .options(WITH_GENRES)
        .where(*conditions)
        .order_by(*ordering(sort))
        .offset(window.offset)
        .limit(window.page_size + 1)
    )
    movies = list(await session.scalars(query))
    if conditions:
        matches = select(Movie.id).where(*conditions).limit(COUNTED + 1).subquery()
        total = await session.scalar(select(func.count()).select_from(matches)) or 0
    else:
        total = await session.scalar(select(Catalogue.movie_count)) or 0
    return page_of(movies, total, window, sort)


def page_of(movies: list[Movie], total: int, window: Window, sort: str) -> MoviePage:
    """Show *movies*, of which one more than the page holds tells that another page follows."""
    shown, counted = movies[: window.page_size], min(total, COUNTED)
    is_followed = len(movies) > window.page_size
    return MoviePage(
        items=[MovieCard.model_validate(movie) for movie in shown],
        pagination=Pagination(
            page=window.page,
            page_size=window.page_size,
            total_items=counted,
            total_is_exact=total <= COUNTED,
            total_pages=ceil(counted / window.page_size),
            next_cursor=cursor_after(shown[-1], sort) if is_followed else None,
        ),
    )


def cursor_after(movie: Movie, sort: str) -> str:
    names = [name.removeprefix("-") for name in sort.split(",")]
    values = [str(getattr(movie, "folded_title" if n == "title" else n)) for n in names]
    return urlsafe_b64encode(dumps([sort, *values, str(movie.id)]).encode()).decode()
