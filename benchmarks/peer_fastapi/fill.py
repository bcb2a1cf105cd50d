"""Puts a made-up catalogue into the peer's database."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, make_url, text

from benchmarks.dataset import Dataset
from benchmarks.peer_fastapi.database import engine_for
from benchmarks.peer_fastapi.models import (
    Account,
    Base,
    Catalogue,
    ExternalId,
    Genre,
    Movie,
    Rating,
    Watch,
    movie_genres,
)
from watchlist_core.catalogue import folded


async def fill(url: str, dataset: Dataset) -> None:
    """Create the tables and keep *dataset* in them, counters and total included."""
    engine = engine_for(make_url(url), pool_size=1)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
        for table, rows in _rows(dataset).items():
            await connection.execute(insert(table), rows)
    async with engine.connect() as connection:
        await connection.execute(text("ANALYZE"))
        await connection.commit()
    await engine.dispose()


def _rows(dataset: Dataset) -> dict[Any, Sequence[dict[str, Any]]]:
    ids = [movie.id for movie in dataset.movies]
    counts = Counter(rating.movie for rating in dataset.ratings)
    halves = Counter[int]()
    for rating in dataset.ratings:
        halves[rating.movie] += rating.halves
    return {
        Account.__table__: [
            {"id": account, "username": f"user{number}", "role": "user", "is_active": True}
            for number, account in enumerate(dataset.accounts)
        ],
        Genre.__table__: [{"id": id_, "name": name} for id_, name in dataset.genres],
        Movie.__table__: [
            {
                "id": movie.id,
                "title": movie.title,
                "folded_title": folded(movie.title),
                "year": movie.year,
                "runtime": movie.runtime,
                "media_type": "movie",
                "description": movie.description,
                "rating_count": counts[number],
                "rating_halves": halves[number],
                "revision": 1,
                "created_at": movie.created_at,
            }
            for number, movie in enumerate(dataset.movies)
        ],
        movie_genres: [
            {"movie_id": movie.id, "genre_id": dataset.genres[genre][0], "position": position}
            for movie in dataset.movies
            for position, genre in enumerate(movie.genres)
        ],
        ExternalId.__table__: [
            {"provider": provider, "kind": "movie", "value": value, "movie_id": movie.id}
            for movie in dataset.movies
            for provider, value in movie.external_ids
        ],
        Watch.__table__: [
            {
                "id": id_,
                "account_id": dataset.accounts[account],
                "movie_id": ids[movie],
                "watched_at": None,
            }
            for id_, account, movie in dataset.watches
        ],
        Rating.__table__: [
            {
                "account_id": dataset.accounts[rating.account],
                "movie_id": ids[rating.movie],
                "halves": rating.halves,
                "rated_at": rating.rated_at,
            }
            for rating in dataset.ratings
        ],
        Catalogue.__table__: [{"id": 1, "movie_count": len(dataset.movies)}],
    }
