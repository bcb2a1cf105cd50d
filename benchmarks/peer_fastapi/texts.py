"""Full-text search, as each database offers it: FTS5 with bm25, tsvector under GIN with ts_rank."""

import re
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Select,
    column,
    func,
    literal_column,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSVECTOR

from benchmarks.peer_fastapi.database import IS_SQLITE
from benchmarks.peer_fastapi.models import Movie

_words: Final = (
    table("movie_words", column("rowid"), column("movie_words"), column("rank"))
    if IS_SQLITE
    else table("movie_words", column("movie_id"), column("document", TSVECTOR))
)
_key: Final = _words.c[0]
key_of_movie: Final[Any] = literal_column("movies.rowid") if IS_SQLITE else Movie.id


def _matching(query: str) -> tuple[Select[Any], ColumnElement[Any]]:
    """Select the keys of the movies that match, and tell by what they are sorted."""
    if IS_SQLITE:
        return select(_key).where(_words.c.movie_words.op("MATCH")(query)), _words.c.rank
    asked = func.to_tsquery("simple", query)
    document = _words.c.document
    return select(_key).where(document.op("@@")(asked)), -func.ts_rank(document, asked)


def _of_words(q: str) -> tuple[Select[Any], ColumnElement[Any]]:
    """Match those that have all words of *q*; of the last one the beginning will do."""
    words = re.findall(r"\w+", q)
    if IS_SQLITE:
        return _matching(" AND ".join(f'"{word}"' for word in words) + " *")
    return _matching(" & ".join(words) + ":*")


def best(q: str, offset: int, limit: int) -> Select[Movie]:
    """Select the movies that match best: ranked first, and read then."""
    matching, rank = _of_words(q)
    page = matching.add_columns(rank.label("rank")).order_by("rank")
    ranked = page.limit(limit).offset(offset).subquery()
    return select(Movie).join(ranked, ranked.c[0] == key_of_movie).order_by(ranked.c.rank)


def number_of(q: str, most: int) -> Select[int]:
    """Count the movies that match, as far as *most*."""
    matching, _ = _of_words(q)
    return select(func.count()).select_from(matching.limit(most).subquery())


def titled(q: str, limit: int) -> Select[Movie]:
    """Select the most popular movies with the words of *q* in a row in a title."""
    words = re.findall(r"\w+", q)
    if IS_SQLITE:
        matching, _ = _matching(f'{{title original_title}} : "{" ".join(words)}" *')
    else:
        matching, _ = _matching(" <-> ".join([*(f"{w}:A" for w in words[:-1]), f"{words[-1]}:*A"]))
    return (
        select(Movie)
        .where(key_of_movie.in_(matching))
        .order_by(Movie.rating_count.desc(), Movie.id)
        .limit(limit)
    )
