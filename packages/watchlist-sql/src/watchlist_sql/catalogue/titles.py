"""Finding a part of a folded title.

Three letters in a row are what both databases index: SQLite by FTS5's own tokenizer, PostgreSQL
as arrays that we make, since its extension for it may not be there.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Text,
    any_,
    bindparam,
    case,
    column,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from watchlist_core.paging import Total
from watchlist_sql.tables import listed, movie_title_trigrams, movie_titles, movies

__all__ = [
    "INDEXED_LENGTH",
    "MOST_KEYS",
    "contains",
    "indexed_contains",
    "is_one_of_them",
    "select_indexed",
    "title_parameters",
    "trigrams_of",
]

INDEXED_LENGTH: Final = 3
MOST_KEYS: Final = 1_000
"""Of so many movies the keys are told together with their number."""


def trigrams_of(folded_text: str) -> list[str]:
    length = INDEXED_LENGTH
    return sorted({folded_text[i : i + length] for i in range(len(folded_text) - length + 1)})


def contains(dialect: str) -> ColumnElement[bool]:
    """Compare every title: for texts too short for the index, or in nearly all titles."""
    part = bindparam("part", type_=Text)
    position = func.instr if dialect == "sqlite" else func.strpos
    return position(movies.c.folded_title, part) > 0


def indexed_contains(dialect: str) -> ColumnElement[bool]:
    """Look them up: for texts of at least `INDEXED_LENGTH` letters."""
    if dialect == "sqlite":
        return movies.c.key.in_(select(movie_titles.c.rowid).where(_phrase()))
    trigrams = bindparam("trigrams", type_=ARRAY(Text))
    return movies.c.key.in_(
        select(movie_title_trigrams.c.movie_key).where(
            movie_title_trigrams.c.trigrams.contains(trigrams)
        )
    ) & contains(dialect)


def _phrase() -> ColumnElement[bool]:
    match: ColumnElement[bool] = movie_titles.c.movie_titles.op("MATCH", is_comparison=True)(
        bindparam("phrase", type_=Text)
    )
    return match


def title_parameters(dialect: str, part: str) -> dict[str, object]:
    """Return what `contains` and `indexed_contains` are given for *part*: text, never a pattern."""
    if dialect == "sqlite":
        return {"part": part, "phrase": '"' + part.replace('"', '""') + '"'}
    return {"part": part, "trigrams": trigrams_of(part)}


@cache
def select_indexed(dialect: str) -> Select[int, Any]:
    """Return how many movies `indexed_contains` finds, and their keys, if they are few.

    It stops as soon as there are more than anybody is told.
    """
    if dialect == "sqlite":
        # What the index finds needs no second look, and no movie.
        found = select(movie_titles.c.rowid.label("key")).where(_phrase())
        all_of: Any = func.json_group_array
    else:
        found = select(movies.c.key).where(indexed_contains(dialect), listed)
        all_of = func.array_agg
    keys = found.limit(Total.LARGEST + 1).subquery("found").c.key
    type_ = _KEYS[dialect]
    return select(
        func.count(keys), case((func.count(keys) <= MOST_KEYS, all_of(keys, type_=type_)))
    )


def is_one_of_them(dialect: str) -> ColumnElement[bool]:
    """Return whether a movie is one of those whose ``:keys`` `select_indexed` has told."""
    keys = bindparam("keys", type_=_KEYS[dialect])
    if dialect == "sqlite":
        given = func.json_each(keys).table_valued(column("value", Integer), name="given")
        return movies.c.key.in_(select(given.c.value))
    found: ColumnElement[bool] = movies.c.key == any_(keys)
    return found


_KEYS: Final[Mapping[str, Any]] = {"sqlite": Text(), "postgresql": ARRAY(Integer)}
