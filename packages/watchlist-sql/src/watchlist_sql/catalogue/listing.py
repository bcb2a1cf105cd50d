"""The statements that list movies: one for each shape, made once, since making one takes longer
than running it.

A page by number skips; a page by position seeks, at the same cost however deep it lies. Orders
that go down and up, or meet rows without a value, are no one range of an index, but a few: each is
read on its own as far as the page may need it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum, auto
from functools import cache, lru_cache, partial
from typing import Any, Final, TypeAlias

from attrs import frozen
from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    and_,
    bindparam,
    literal_column,
    null,
    select,
    tuple_,
    type_coerce,
    union_all,
)

from watchlist_core.catalogue import MovieOrder, MovieSort
from watchlist_core.paging import ForeignPosition, Position
from watchlist_sql.catalogue.titles import contains, indexed_contains
from watchlist_sql.columns import IDENTIFIER_TEXT, RAW_JSON
from watchlist_sql.positions import (
    read_id,
    read_instant,
    read_number,
    read_text,
    written_instant,
)
from watchlist_sql.tables import catalogue, movies

__all__ = [
    "Found",
    "position_of",
    "position_parameters",
    "select_after",
    "select_first",
    "select_numbered",
]

Columns: TypeAlias = Any  # those of the table, or of a subquery with the same names
Page: TypeAlias = Select[*tuple[Any, ...]]

_SORTED_BY: Final = {
    MovieSort.TITLE: "folded_title",
    MovieSort.YEAR: "year",
    MovieSort.RATING_COUNT: "rating_count",
    MovieSort.CREATED_AT: "created_at",
}
_CARD: Final = ("id", "title", "year", "media_type", "genres", "rating_count", "rating_halves")
_READ: Final = (*_CARD, "folded_title", "created_at")
_OFFSET: Final = bindparam("offset", type_=Integer)
_SHAPES: Final = 1_000
"""So many statements are kept: those of all orders by one field, of the usual sizes of a page."""


class Found(Enum):
    """How the movies of a page are found."""

    ALL = auto()
    BY_COMPARING = auto()
    """In the order of the list, comparing each title until the page is full."""
    BY_INDEX = auto()
    """All that the index of titles knows, sorted then."""


@frozen
class _Field:
    name: str
    descending: bool

    @property
    def is_nullable(self) -> bool:
        return bool(movies.c[self.name].nullable)

    def ordering(self, columns: Columns) -> ColumnElement[Any]:
        column: ColumnElement[Any] = columns[self.name]
        ordering = column.desc() if self.descending else column.asc()
        return ordering.nulls_last() if self.is_nullable else ordering

    def at(self, columns: Columns, *, is_missing: bool) -> ColumnElement[bool]:
        column: ColumnElement[Any] = columns[self.name]
        return column.is_(null()) if is_missing else column == self.value

    def after(self, columns: Columns, *, is_missing: bool) -> Iterator[ColumnElement[bool]]:
        if is_missing:
            return
        column = columns[self.name]
        yield column < self.value if self.descending else column > self.value
        if self.is_nullable:
            yield column.is_(null())

    @property
    def value(self) -> ColumnElement[Any]:
        return bindparam(f"after_{self.name}", type_=movies.c[self.name].type)


def _fields(order: MovieOrder) -> list[_Field]:
    named = [_Field(_SORTED_BY[sort], descending) for sort, descending in order.fields]
    return [*named, _Field("id", descending=False)]


@lru_cache(_SHAPES)
def select_first(dialect: str, found: Found, order: MovieOrder, limit: int) -> Page:
    """Return the first *limit* rows; of all movies, each row ends with how many there are."""
    source = _source(dialect, found)
    shown = _shown(source, order).where(*_comparing(dialect, found))
    return _counted(
        found, _along(_sorted(shown, source, order), source, order).limit(_number(limit))
    )


@lru_cache(_SHAPES)
def select_numbered(dialect: str, found: Found, order: MovieOrder, limit: int) -> Page:
    """Return *limit* rows from ``:offset``, as `select_first` does."""
    if dialect == "sqlite" or found is Found.BY_INDEX:
        return select_first(dialect, found, order, limit).offset(_OFFSET)
    # What is skipped is then skipped in the index alone, which SQLite does anyway.
    skipping = select(movies.c.id).where(*_comparing(dialect, found))
    ids = _sorted(skipping, movies, order).limit(_number(limit)).offset(_OFFSET).subquery()
    shown = _shown(movies, order).join(ids, ids.c.id == movies.c.id)
    return _counted(found, _sorted(shown, movies, order))


@lru_cache(_SHAPES)
def select_after(
    dialect: str, found: Found, order: MovieOrder, missing: frozenset[str], limit: int
) -> Page:
    """Return the page after a position, in which the fields *missing* have no value."""
    source = _source(dialect, found)
    ranges = list(_ranges(source.c, _fields(order), missing))
    if len(ranges) == 1:
        shown = _shown(source, order).where(*_comparing(dialect, found), ranges[0])
        return _sorted(shown, source, order).limit(_number(limit))

    read = select(*(source.c[name] for name in _READ)).where(*_comparing(dialect, found))
    parts = (
        _along(_sorted(read.where(within), source, order), source, order).limit(_number(limit))
        for within in ranges
    )
    page = union_all(*(select(part.subquery()) for part in parts)).subquery("page")
    return _sorted(_shown(page, order), page, order).limit(_number(limit))


def _ranges(
    columns: Columns, fields: Sequence[_Field], missing: frozenset[str]
) -> Iterator[ColumnElement[bool]]:
    if not any(field.descending or field.is_nullable for field in fields):
        position = tuple_(*(field.value for field in fields))
        yield tuple_(*(columns[field.name] for field in fields)) > position
        return
    for depth in reversed(range(len(fields))):
        same = [field.at(columns, is_missing=field.name in missing) for field in fields[:depth]]
        field = fields[depth]
        for after in field.after(columns, is_missing=field.name in missing):
            yield and_(*same, after)


def _number(limit: int) -> ColumnElement[int]:
    """Write the number into the statement: PostgreSQL then plans it once and not each time."""
    return literal_column(str(limit), Integer)


def _counted(found: Found, page: Page) -> Page:
    if found is not Found.ALL:
        return page
    return page.add_columns(select(catalogue.c.movie_count).scalar_subquery())


def _source(dialect: str, found: Found) -> FromClause:
    if found is not Found.BY_INDEX:
        return movies
    matches = select(*(movies.c[name] for name in _READ)).where(indexed_contains(dialect))
    # Else a database that hopes to meet them soon walks through all titles in their order.
    return matches.cte("matches").prefix_with("MATERIALIZED")


def _comparing(dialect: str, found: Found) -> list[ColumnElement[bool]]:
    return [contains(dialect)] if found is Found.BY_COMPARING else []


def _shown(source: FromClause, order: MovieOrder) -> Page:
    """Select a card's columns, then those which only the position needs."""
    as_text = {
        "id": type_coerce(source.c.id, IDENTIFIER_TEXT),
        "genres": type_coerce(source.c.genres, RAW_JSON),
    }
    columns = (as_text.get(name, source.c[name]) for name in _names(order))
    return select(*columns).select_from(source)


def _sorted(page: Page, source: FromClause, order: MovieOrder) -> Page:
    return page.order_by(*(field.ordering(source.c) for field in _fields(order)))


def _along(page: Page, source: FromClause, order: MovieOrder) -> Page:
    """Let SQLite follow the index of the first field, and sort by the others what is equal in it.

    By itself it takes any index that helps with one of them, and sorts the whole table; even for
    one field it takes the index of the other direction where it believes that to be smaller.
    """
    if source is not movies:
        return page
    (sort, descending), *_ = order.fields
    index = f"ix_movies_{sort.value}_{'down' if descending else 'up'}"
    return page.with_hint(movies, f"INDEXED BY {index}", "sqlite")


@cache
def _names(order: MovieOrder) -> Sequence[str]:
    """Return the names of the columns of `_shown`."""
    return _CARD + tuple(field.name for field in _fields(order) if field.name not in _CARD)


def position_of(row: Sequence[Any], order: MovieOrder) -> Position:
    """Return the position at which a page ends whose last row is this."""
    values = dict(zip(_names(order), row, strict=False))
    return tuple(
        written_instant(values[field.name]) if field.name == "created_at" else values[field.name]
        for field in _fields(order)
    )


def position_parameters(
    position: Position, order: MovieOrder
) -> tuple[dict[str, object], frozenset[str]]:
    """Return what `select_after` is given for *position*, and which fields have no value in it.

    Raises:
        ForeignPosition: It belongs to another order, or to no list at all.
    """
    fields = _fields(order)
    if len(position) != len(fields):
        raise ForeignPosition
    values = {
        field.name: None if value is None and field.is_nullable else _READERS[field.name](value)
        for field, value in zip(fields, position, strict=True)
    }
    missing = frozenset(name for name, value in values.items() if value is None)
    given = {f"after_{name}": value for name, value in values.items() if name not in missing}
    return given, missing


_READERS: Final[Mapping[str, Callable[[object], object]]] = {
    "id": read_id,
    "folded_title": read_text,
    "year": partial(read_number, bits=15),
    "rating_count": partial(read_number, bits=31),
    "created_at": read_instant,
}
