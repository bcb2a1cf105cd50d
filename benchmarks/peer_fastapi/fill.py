"""Puts a made-up catalogue into the peer's database."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import insert, make_url, text

from benchmarks.dataset import Dataset, MadeMovie
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
from benchmarks.peer_fastapi.word_index import WORD_INDEX
from watchlist_core.catalogue import folded

BATCH: Final = 5_000


async def fill(url: str, dataset: Dataset) -> None:
    """Create the tables and keep *dataset* in them, counters and total included."""
    engine = engine_for(make_url(url), pool_size=1)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
        for statement in WORD_INDEX[connection.dialect.name]:
            await connection.exec_driver_sql(statement)
        for table, rows in _rows(dataset):
            await connection.execute(insert(table), rows)
    async with engine.connect() as connection:
        await connection.execute(text("ANALYZE"))
        await connection.commit()
    await engine.dispose()


def _rows(dataset: Dataset) -> Iterator[tuple[Any, Sequence[dict[str, Any]]]]:
    yield (
        Account.__table__,
        [
            {"id": account, "username": f"user{number}", "role": "user", "is_active": True}
            for number, account in enumerate(dataset.accounts)
        ],
    )
    yield Genre.__table__, [{"id": id_, "name": name} for id_, name in dataset.genres]
    counts, halves = Counter[int](), Counter[int]()
    for rating in dataset.ratings:
        counts[rating.movie] += 1
        halves[rating.movie] += rating.halves
    for first in range(0, len(dataset.movies), BATCH):
        numbered = dict(enumerate(dataset.movies[first : first + BATCH], first))
        yield from _rows_of_movies(numbered, dataset.genres, counts, halves)
    rated = {number: dataset.movies[number].id for _, _, number in dataset.watches}
    yield (
        Watch.__table__,
        [
            {
                "id": id_,
                "account_id": dataset.accounts[account],
                "movie_id": rated[movie],
                "watched_at": None,
            }
            for id_, account, movie in dataset.watches
        ],
    )
    yield (
        Rating.__table__,
        [
            {
                "account_id": dataset.accounts[rating.account],
                "movie_id": rated[rating.movie],
                "halves": rating.halves,
                "rated_at": rating.rated_at,
            }
            for rating in dataset.ratings
        ],
    )
    yield Catalogue.__table__, [{"id": 1, "movie_count": len(dataset.movies)}]


def _rows_of_movies(
    movies: Mapping[int, MadeMovie],
    genres: Sequence[tuple[UUID, str]],
    counts: Mapping[int, int],
    halves: Mapping[int, int],
) -> Iterator[tuple[Any, Sequence[dict[str, Any]]]]:
    yield (
        Movie.__table__,
        [
            {
                "id": movie.id,
                "title": movie.title,
                "folded_title": folded(movie.title),
                "original_title": None,
                "alternative_titles": [],
                "year": movie.year,
                "runtime": movie.runtime,
                "media_type": movie.media_type,
                "description": movie.description,
                "rating_count": counts[number],
                "rating_halves": halves[number],
                "revision": 1,
                "created_at": movie.created_at,
            }
            for number, movie in movies.items()
        ],
    )
    yield (
        movie_genres,
        [
            {"movie_id": movie.id, "genre_id": genres[genre][0], "position": position}
            for movie in movies.values()
            for position, genre in enumerate(movie.genres)
        ],
    )
    yield (
        ExternalId.__table__,
        [
            {
                "provider": provider,
                "kind": movie.media_type,
                "value": value,
                "movie_id": movie.id,
            }
            for movie in movies.values()
            for provider, value in movie.external_ids
        ],
    )
