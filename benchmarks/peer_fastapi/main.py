"""The routes."""

import os
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from json import dumps
from math import ceil
from typing import Annotated, Any, Final
from uuid import UUID

import jwt
from fastapi import Depends, FastAPI, HTTPException, Query, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from benchmarks.peer_fastapi.database import reading_session, writing_session
from benchmarks.peer_fastapi.models import (
    Account,
    Catalogue,
    Movie,
    Rating,
    Watch,
    average,
)
from benchmarks.peer_fastapi.schemas import (
    MovieCard,
    MovieDetail,
    MoviePage,
    NewRating,
    Pagination,
    Score,
)

SECRET = os.environ.get("PEER_SECRET", "a-secret-for-the-benchmark-only-of-32-bytes-or-more")
COUNTED: Final = 10_000
SORTS: Final = {
    "title": Movie.folded_title,
    "year": Movie.year,
    "rating_count": Movie.rating_count,
    "created_at": Movie.created_at,
}

app = FastAPI(title="Watchlist")
bearer = HTTPBearer()

Reading = Annotated[AsyncSession, Depends(reading_session)]
Writing = Annotated[AsyncSession, Depends(writing_session)]


async def signed_in(
    credentials: Annotated[HTTPAuthorizationCredentials, Depends(bearer)], session: Reading
) -> Account:
    try:
        claims = jwt.decode(credentials.credentials, SECRET, ["HS256"], audience="watchlist")
        account = await session.get(Account, UUID(claims["sub"]))
    except (jwt.InvalidTokenError, KeyError, ValueError):
        raise HTTPException(401, "invalid token") from None
    if account is None or not account.is_active:
        raise HTTPException(401, "invalid token")
    return account


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


def cursor_after(movie: Movie, sort: str) -> str:
    names = [name.removeprefix("-") for name in sort.split(",")]
    values = [str(getattr(movie, "folded_title" if n == "title" else n)) for n in names]
    return urlsafe_b64encode(dumps([sort, *values, str(movie.id)]).encode()).decode()


@app.get("/api/v1/movies")
async def list_movies(
    session: Reading,
    page: Annotated[int, Query(ge=1)] = 1,
    page_size: Annotated[int, Query(ge=1, le=100)] = 20,
    sort: str = "title",
) -> MoviePage:
    if page * page_size > COUNTED:
        raise HTTPException(422, "continue with the cursor")
    query = (
        select(Movie)
        .options(selectinload(Movie.genres))
        .order_by(*ordering(sort))
        .offset((page - 1) * page_size)
        .limit(page_size + 1)
    )
    movies = list(await session.scalars(query))
    total = await session.scalar(select(Catalogue.movie_count)) or 0
    shown, counted = movies[:page_size], min(total, COUNTED)
    return MoviePage(
        items=[MovieCard.model_validate(movie) for movie in shown],
        pagination=Pagination(
            page=page,
            page_size=page_size,
            total_items=counted,
            total_is_exact=total <= COUNTED,
            total_pages=ceil(counted / page_size),
            next_cursor=cursor_after(shown[-1], sort) if len(movies) > page_size else None,
        ),
    )


@app.get("/api/v1/movies/{movie_id}")
async def show_movie(movie_id: UUID, session: Reading) -> MovieDetail:
    query = (
        select(Movie)
        .options(selectinload(Movie.genres), selectinload(Movie.external_ids))
        .where(Movie.id == movie_id)
    )
    movie = await session.scalar(query)
    if movie is None:
        raise HTTPException(404, "no such movie")
    return MovieDetail.model_validate(movie)


@app.put("/api/v1/movies/{movie_id}/rating")
async def rate_movie(
    movie_id: UUID,
    new: NewRating,
    account: Annotated[Account, Depends(signed_in)],
    session: Writing,
) -> Score:
    movie = await session.get(Movie, movie_id, with_for_update=True)
    if movie is None:
        raise HTTPException(404, "no such movie")
    watched = select(Watch.id).where(Watch.account_id == account.id, Watch.movie_id == movie_id)
    if await session.scalar(watched.limit(1)) is None:
        raise HTTPException(409, "not watched yet")

    halves, now = int(new.stars * 2), datetime.now(UTC)
    rating = await session.get(Rating, (account.id, movie_id))
    if rating is None:
        session.add(Rating(account_id=account.id, movie_id=movie_id, halves=halves, rated_at=now))
        added, more = 1, halves
    else:
        added, more = 0, halves - rating.halves
        rating.halves, rating.rated_at = halves, now
    counters = (
        update(Movie)
        .where(Movie.id == movie_id)
        .values(rating_count=Movie.rating_count + added, rating_halves=Movie.rating_halves + more)
        .returning(Movie.rating_count, Movie.rating_halves)
        .execution_options(synchronize_session=False)
    )
    count, sum_of_halves = (await session.execute(counters)).one()
    await session.commit()
    return Score(rating_count=count, average_rating=average(count, sum_of_halves))


@app.get("/health")
async def health() -> Response:
    return Response('{"status":"ok"}', media_type="application/json")
