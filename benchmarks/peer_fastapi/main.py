"""The routes."""

import os
from datetime import UTC, datetime
from typing import Annotated, Final
from uuid import UUID

import jwt
from fastapi import Depends, FastAPI, HTTPException, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from benchmarks.peer_fastapi.database import reading_session, writing_session
from benchmarks.peer_fastapi.lists import COUNTED, WITH_GENRES, Wanted, Window, listed, page_of
from benchmarks.peer_fastapi.models import (
    Account,
    Genre,
    Movie,
    Rating,
    Watch,
    average,
    movie_genres,
)
from benchmarks.peer_fastapi.schemas import (
    GenreLabel,
    GenreStatistics,
    GenreStatisticsList,
    MovieDetail,
    MoviePage,
    NewRating,
    Score,
    Suggestion,
    Suggestions,
)
from benchmarks.peer_fastapi.texts import best, number_of, titled

SECRET = os.environ.get("PEER_SECRET", "a-secret-for-the-benchmark-only-of-32-bytes-or-more")
SUGGESTED: Final = 10

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


@app.get("/api/v1/movies")
async def list_movies(
    session: Reading,
    wanted: Annotated[Wanted, Depends()],
    window: Annotated[Window, Depends()],
    sort: str = "title",
) -> MoviePage:
    return await listed(session, wanted, window, sort)


@app.get("/api/v1/movies/search")
async def search_movies(
    session: Reading, q: str, window: Annotated[Window, Depends()]
) -> MoviePage:
    found = best(q, window.offset, window.page_size + 1).options(WITH_GENRES)
    movies = list(await session.scalars(found))
    total = await session.scalar(number_of(q, COUNTED + 1)) or 0
    return page_of(movies, total, window, "title")


@app.get("/api/v1/movies/suggest")
async def suggest_titles(session: Reading, q: str) -> Suggestions:
    movies = await session.scalars(titled(q, SUGGESTED))
    return Suggestions(items=[Suggestion.model_validate(movie) for movie in movies])


@app.get("/api/v1/genres/statistics")
async def show_genre_statistics(session: Reading) -> GenreStatisticsList:
    query = (
        select(
            Genre,
            func.count(Movie.id),
            func.coalesce(func.sum(Movie.rating_count), 0),
            func.coalesce(func.sum(Movie.rating_halves), 0),
        )
        .outerjoin(movie_genres, movie_genres.c.genre_id == Genre.id)
        .outerjoin(Movie, Movie.id == movie_genres.c.movie_id)
        .group_by(Genre.id)
        .order_by(func.lower(Genre.name))
    )
    return GenreStatisticsList(
        items=[
            GenreStatistics(
                genre=GenreLabel.model_validate(genre),
                movie_count=number,
                average_rating=average(count, halves),
                rating_count=count,
            )
            for genre, number, count, halves in await session.execute(query)
        ]
    )


@app.get("/api/v1/movies/{movie_id}")
async def show_movie(movie_id: UUID, session: Reading) -> MovieDetail:
    query = (
        select(Movie)
        .options(WITH_GENRES, selectinload(Movie.external_ids))
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
