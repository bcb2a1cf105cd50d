"""The statements that find what may be a hit of a search, as far as is needed to rank it.

Each looks at so many rows at most, whatever it is asked and however many movies there are.
"""

from collections.abc import Sequence
from enum import Enum, auto
from functools import cache, lru_cache
from typing import Any, Final, TypeAlias

from attrs import evolve, frozen
from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Subquery,
    Text,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from watchlist_sql.catalogue.conditions import Conditions, condition
from watchlist_sql.columns import IDENTIFIER_TEXT, RAW_JSON
from watchlist_sql.tables import (
    catalogue,
    listed,
    movie_names,
    movie_search,
    movie_vectors,
    movie_words,
    movies,
)

__all__ = [
    "By",
    "Shape",
    "select_few",
    "select_hits",
    "select_likeliest",
    "select_number",
    "select_others",
]

Hits: TypeAlias = Select[*tuple[Any, ...]]

_SHAPES: Final = 500
_VERSION: Final = select(catalogue.c.version).scalar_subquery()


class By(Enum):
    """How hits are found."""

    WORDS = auto()
    NAMES = auto()
    """By how they begin, in their order."""
    POPULARITY = auto()
    """One by one, of those that are rated most often."""


@frozen
class Shape:
    """What statements differ in, values aside."""

    dialect: str
    by: By
    conditions: Conditions = ()
    parts: int = 0
    """So many parts stand in the words of a hit."""
    is_named: bool = False
    """Whether a line of its names begins as is given."""
    with_words: bool = False
    """Whether all words of a hit are read as well."""


@lru_cache(_SHAPES)
def select_hits(shape: Shape, looked_at: int, limit: int) -> Hits:
    """Return *limit* movies, each as `Candidate` has it.

    Of those that are found, only so many are *looked at*.
    """
    return _hits(shape, _found(shape.dialect, shape.by, looked_at)).limit(_written(limit))


@lru_cache(_SHAPES)
def select_few(shape: Shape, most: int) -> Hits:
    """Return what `select_hits` does, all of it; and nothing where more than *most* are found."""
    found = _SOURCES[shape.by](shape.dialect).limit(_written(most + 1)).cte("found")
    number = select(func.count()).select_from(found).scalar_subquery()
    return _hits(shape, found).where(number <= most)


def _hits(shape: Shape, found: FromClause) -> Hits:
    # The words before the movie: most of those that are looked at for their words end there.
    words: FromClause = movie_words
    if shape.dialect == "postgresql":
        # One by one, which is what the offset forces, and so in the order in which they are found;
        # else it may read all words there are, and sort.
        words = (
            select(movie_words)
            .where(movie_words.c.movie_key == found.c.key, *_compared(shape))
            .correlate(found)
            .offset(literal_column("0"))
            .lateral("words")
        )
    rows = found.join(words, words.c.movie_key == found.c.key).join(
        movies, movies.c.key == found.c.key
    )
    compared = _compared(shape) if shape.dialect == "sqlite" else ()
    return (
        select(*_read(words.c.names), *([words.c.words] if shape.with_words else []))
        .select_from(rows)
        .where(*compared, *(condition(shape.dialect, name) for name in shape.conditions))
        .with_hint(movies, "NOT INDEXED", "sqlite")  # but by their keys
    )


def _read(names: ColumnElement[str]) -> Sequence[ColumnElement[Any]]:
    """Return by what a hit is ranked, and what its card shows besides, of which version."""
    return (
        movies.c.key,
        type_coerce(movies.c.id, IDENTIFIER_TEXT).label("id"),
        names,
        movies.c.rating_count,
        movies.c.year,
        movies.c.folded_title,
        movies.c.title,
        movies.c.media_type,
        type_coerce(movies.c.genre_keys, RAW_JSON).label("genre_keys"),
        movies.c.rating_halves,
        _VERSION.label("version"),
    )


@cache
def select_others(dialect: str, looked_at: int) -> Hits:
    """Return ``:most`` movies as `select_hits` does, but without names: the popular ones first.

    So are those ranked of which no name counts.
    """
    found = _found(dialect, By.WORDS, looked_at)
    return (
        select(*_read(literal_column("''", Text).label("names")))
        .select_from(found.join(movies, movies.c.key == found.c.key))
        .order_by(
            movies.c.rating_count.desc(),
            func.coalesce(movies.c.year, 0).desc(),
            movies.c.folded_title,
            movies.c.id,
        )
        .limit(bindparam("most", type_=Integer))
        .with_hint(movies, "NOT INDEXED", "sqlite")
    )


@lru_cache(_SHAPES)
def select_likeliest(shape: Shape, looked_at: int, limit: int) -> Hits:
    """Return what `select_hits` does, some by names and some of those that are rated most often."""
    parts = (
        select_hits(evolve(shape, by=by), looked_at, limit).subquery()
        for by, looked_at in ((By.NAMES, limit), (By.POPULARITY, looked_at))
    )
    likeliest = union_all(*map(select, parts)).subquery("likeliest")
    return select(*likeliest.c)


@cache
def select_number(dialect: str, by: By, looked_at: int) -> Select[int]:
    """Count those that are found, and stop as soon as there are more than are looked at."""
    return select(func.count()).select_from(_found(dialect, by, looked_at + 1))


def _found(dialect: str, by: By, limit: int) -> Subquery:
    return _SOURCES[by](dialect).limit(_written(limit)).subquery("found")


def _by_words(dialect: str) -> Select[int]:
    if dialect == "sqlite":
        match = movie_search.c.movie_search.op("MATCH", is_comparison=True)
        return select(movie_search.c.rowid.label("key")).where(
            match(bindparam("terms", type_=Text))
        )
    query = cast(cast(bindparam("terms", type_=Text), Text), TSQUERY)
    match = movie_vectors.c.words.op("@@", is_comparison=True)
    return select(movie_vectors.c.movie_key.label("key")).where(match(query))


def _by_names(dialect: str) -> Select[int]:  # noqa: ARG001  alike on both
    beginning = movie_names.c.beginning
    return (
        select(movie_names.c.movie_key.label("key"))
        .where(
            beginning >= bindparam("beginning", type_=beginning.type),
            beginning < bindparam("end", type_=beginning.type),
        )
        .order_by(beginning, movie_names.c.movie_key)
    )


def _by_popularity(dialect: str) -> Select[int]:  # noqa: ARG001  likewise
    return (
        select(movies.c.key.label("key"))
        .where(listed)
        .order_by(movies.c.rating_count.desc(), movies.c.id)
        .with_hint(movies, "INDEXED BY ix_movies_rating_count_down", "sqlite")
    )


_SOURCES: Final = {
    By.WORDS: _by_words,
    By.NAMES: _by_names,
    By.POPULARITY: _by_popularity,
}


def _compared(shape: Shape) -> Sequence[ColumnElement[bool]]:
    position = func.instr if shape.dialect == "sqlite" else func.strpos
    parts = [(movie_words.c.words, f"part_{number}") for number in range(shape.parts)]
    if shape.is_named:
        parts.append((movie_words.c.names, "line"))
    return [position(column, bindparam(name, type_=Text)) > 0 for column, name in parts]


def _written(number: int) -> ColumnElement[int]:
    return literal_column(str(number), Integer)
