"""One movie with all that the catalogue tells of it, by one SELECT."""

import json
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, bindparam, cast, func, select, type_coerce

from watchlist_core.catalogue import (
    ExternalId,
    ExternalIdLabel,
    Genre,
    GenreLabel,
    MediaType,
    Movie,
    MovieDetail,
)
from watchlist_core.ids import GenreId, MovieId
from watchlist_core.rating import Score
from watchlist_sql.columns import IDENTIFIER_TEXT, RAW_JSON
from watchlist_sql.tables import external_ids, genres, listed, movie_genres, movies

__all__ = ["detail", "held_movie", "select_held", "select_known_as", "select_movie"]

_LIST: Final = {"sqlite": func.json_array, "postgresql": func.json_build_array}
_LIST_OF_ROWS: Final = {"sqlite": func.json_group_array, "postgresql": func.json_agg}


@cache
def select_movie(dialect: str) -> Select[*tuple[Any, ...]]:
    """Return the movie ``:id``; its genres and its ids are lists in JSON, in no order."""
    shown = _shown(dialect, genres.c.name)
    return shown.where(movies.c.id == bindparam("id"), listed)


@cache
def select_known_as(dialect: str) -> Select[*tuple[Any, ...]]:
    """Return the movie with the id ``:value`` of that ``:provider`` and ``:kind``, likewise."""
    known_as = select(external_ids.c.movie_key).where(
        external_ids.c.provider == bindparam("provider"),
        external_ids.c.kind == bindparam("kind"),
        external_ids.c.value == bindparam("value"),
    )
    shown = _shown(dialect, genres.c.name)
    return shown.where(movies.c.key == known_as.scalar_subquery(), listed)


@cache
def select_held(dialect: str) -> Select[*tuple[Any, ...]]:
    """Return the movie ``:id`` with all that is kept of its genres and its ids."""
    of_genre = genres.c.name, genres.c.revision, genres.c.key
    shown = _shown(dialect, *of_genre, of_id=[external_ids.c.title])
    return shown.where(movies.c.id == bindparam("id"), listed)


def _shown(
    dialect: str, *of_genre: ColumnElement[Any], of_id: Sequence[ColumnElement[Any]] = ()
) -> Select[*tuple[Any, ...]]:
    genre_id = func.hex(genres.c.id) if dialect == "sqlite" else cast(genres.c.id, Text)
    labels = (
        select(_rows(dialect, movie_genres.c.position, genre_id, *of_genre))
        .join_from(movie_genres, genres)
        .where(movie_genres.c.movie_key == movies.c.key)
    )
    external_id = external_ids.c.provider, external_ids.c.kind, external_ids.c.value
    ids = select(_rows(dialect, *external_id, *of_id)).where(
        external_ids.c.movie_key == movies.c.key
    )
    return select(
        type_coerce(movies.c.id, IDENTIFIER_TEXT),
        movies.c.title,
        movies.c.original_title,
        type_coerce(movies.c.alternative_titles, RAW_JSON),
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
    )


def _rows(dialect: str, *columns: ColumnElement[Any]) -> ColumnElement[Any]:
    rows: ColumnElement[Any] = _LIST_OF_ROWS[dialect](_LIST[dialect](*columns))
    return rows


@lru_cache(maxsize=4096)
def _label(genre_id: str, name: str) -> GenreLabel:
    """Return the label of a genre, made once: thousands of movies share a few dozen genres."""
    return GenreLabel(str(UUID(genre_id)), name)


def detail(row: Sequence[Any]) -> MovieDetail:
    """Read a row of `select_movie` or `select_known_as`."""
    id_, title, original_title, alternatives, year, runtime, media_type, description = row[:8]
    count, halves, revision, created_at, *lists = row[8:]
    labels, ids = map(_read, lists)
    return MovieDetail(
        id=id_,
        title=title,
        original_title=original_title,
        alternative_titles=_read(alternatives),
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


def held_movie(row: Sequence[Any]) -> tuple[Movie, dict[GenreId, int]]:
    """Read a row of `select_held`: the movie, and the keys of its genres."""
    id_, title, original_title, alternatives, year, runtime, media_type, description = row[:8]
    _, _, revision, created_at, *lists = row[8:]
    labels, ids = map(_read, lists)
    genres = {
        Genre(GenreId(UUID(genre_id)), name, genre_revision): key
        for _, genre_id, name, genre_revision, key in sorted(labels)
    }
    movie = Movie(
        id=MovieId(UUID(id_)),
        title=title,
        original_title=original_title,
        alternative_titles=_read(alternatives),
        year=year,
        runtime=runtime,
        media_type=MediaType(media_type),
        description=description,
        genres=tuple(genres),
        external_ids=frozenset(ExternalId(p, MediaType(kind), *told) for p, kind, *told in ids),
        created_at=created_at,
        revision=revision,
    )
    return movie, {genre.id: key for genre, key in genres.items()}


def _read(rows: str | None) -> list[Any]:
    """Read a list; PostgreSQL makes NULL of no rows."""
    return json.loads(rows) if rows and rows != "[]" else []
