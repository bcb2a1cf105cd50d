"""One movie with all that the catalogue tells of it, by one SELECT."""

import json
from functools import cache, lru_cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, bindparam, cast, func, select, type_coerce

from watchlist_core.catalogue import ExternalIdLabel, GenreLabel, MovieDetail
from watchlist_core.ids import MovieId
from watchlist_core.rating import Score
from watchlist_sql.columns import RAW_JSON
from watchlist_sql.tables import external_ids, genres, movie_genres, movies

__all__ = ["detail", "select_movie"]

_LIST: Final = {"sqlite": func.json_array, "postgresql": func.json_build_array}
_LIST_OF_ROWS: Final = {"sqlite": func.json_group_array, "postgresql": func.json_agg}


@cache
def select_movie(dialect: str) -> Select[*tuple[Any, ...]]:
    """Return the movie ``:id``; its genres and its ids are lists in JSON, in no order."""
    genre_id = func.hex(genres.c.id) if dialect == "sqlite" else cast(genres.c.id, Text)
    labels = (
        select(_rows(dialect, movie_genres.c.position, genre_id, genres.c.name))
        .join_from(movie_genres, genres)
        .where(movie_genres.c.movie_key == movies.c.key)
    )
    ids = select(
        _rows(dialect, external_ids.c.provider, external_ids.c.kind, external_ids.c.value)
    ).where(external_ids.c.movie_key == movies.c.key)
    return select(
        movies.c.title,
        movies.c.year,
        movies.c.runtime,
        movies.c.media_type,
        movies.c.description,
        movies.c.rating_count,
        movies.c.rating_halves,
        movies.c.revision,
        movies.c.created_at,
        type_coerce(labels.scalar_subquery(), RAW_JSON),
        type_coerce(ids.scalar_subquery(), RAW_JSON),
    ).where(movies.c.id == bindparam("id"))


def _rows(dialect: str, *columns: ColumnElement[Any]) -> ColumnElement[Any]:
    rows: ColumnElement[Any] = _LIST_OF_ROWS[dialect](_LIST[dialect](*columns))
    return rows


@lru_cache(maxsize=4096)
def _label(genre_id: str, name: str) -> GenreLabel:
    """Return the label of a genre, made once: thousands of movies share a few dozen genres."""
    return GenreLabel(str(UUID(genre_id)), name)


def detail(movie: MovieId, row: tuple[Any, ...]) -> MovieDetail:
    title, year, runtime, media_type, description, count, halves, revision, created_at, *lists = row
    # PostgreSQL makes NULL of no rows.
    labels, ids = (json.loads(rows) if rows else () for rows in lists)
    return MovieDetail(
        id=str(movie),
        title=title,
        year=year,
        runtime=runtime,
        media_type=media_type,
        description=description,
        genres=[_label(id_, name) for _, id_, name in sorted(labels)],
        external_ids=[ExternalIdLabel(*one) for one in sorted(ids)],
        score=Score(count, halves),
        revision=revision,
        created_at=created_at,
    )
