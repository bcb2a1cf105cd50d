"""What a list of movies is sorted by, and the positions that pages of it end at."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import Any, Final, TypeAlias

from attrs import frozen
from sqlalchemy import ColumnElement, bindparam, null

from watchlist_core.catalogue import MovieOrder, MovieSort
from watchlist_core.paging import ForeignPosition, Position
from watchlist_sql.averages import read_average, written_average
from watchlist_sql.positions import (
    read_id,
    read_instant,
    read_number,
    read_text,
    written_instant,
)
from watchlist_sql.tables import movies

__all__ = [
    "CARD",
    "READ",
    "Columns",
    "Field",
    "fields_of",
    "is_by_popularity",
    "narrowed",
    "position_of",
    "position_parameters",
]

Columns: TypeAlias = Mapping[str, ColumnElement[Any]]
"""Those of the movies by their names, wherever they are read from."""

SORTED_BY: Final = {
    MovieSort.TITLE: "folded_title",
    MovieSort.YEAR: "year",
    MovieSort.AVERAGE_RATING: "exact_average",
    MovieSort.RATING_COUNT: "rating_count",
    MovieSort.CREATED_AT: "created_at",
}
CARD: Final = ("id", "title", "year", "media_type", "genre_keys", "rating_count", "rating_halves")
READ: Final = (*CARD, "folded_title", "exact_average", "created_at")


@frozen
class Field:
    name: str
    descending: bool

    @property
    def is_nullable(self) -> bool:
        return bool(movies.c[self.name].nullable)

    def ordering(self, columns: Columns) -> ColumnElement[Any]:
        column = columns[self.name]
        ordering = column.desc() if self.descending else column.asc()
        return ordering.nulls_last() if self.is_nullable else ordering

    def at(self, columns: Columns, *, is_missing: bool) -> ColumnElement[bool]:
        column = columns[self.name]
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


def is_by_popularity(order: MovieOrder) -> bool:
    """Return whether what most people rate comes first."""
    return order.fields[0] == (MovieSort.RATING_COUNT, True)


@cache
def fields_of(order: MovieOrder) -> Sequence[Field]:
    named = [Field(SORTED_BY[sort], descending) for sort, descending in order.fields]
    return [*named, Field("id", descending=False)]


def position_of(row: Mapping[str, Any], order: MovieOrder) -> Position:
    """Return the position at which a page ends whose last row is this."""
    return tuple(_written(row, field.name) for field in fields_of(order))


def _written(row: Mapping[str, Any], name: str) -> str | int | None:
    match name:
        case "created_at":
            return written_instant(row[name])
        case "exact_average":
            return written_average(row["rating_halves"], row["rating_count"])
    value: str | int | None = row[name]
    return value


def position_parameters(
    position: Position, order: MovieOrder
) -> tuple[dict[str, object], frozenset[str]]:
    """Return what `select_after` is given for *position*, and which fields have no value in it.

    Raises:
        ForeignPosition: It belongs to another order, or to no list at all.
    """
    fields = fields_of(order)
    if len(position) != len(fields):
        raise ForeignPosition
    values = {
        field.name: None if value is None and field.is_nullable else _READERS[field.name](value)
        for field, value in zip(fields, position, strict=True)
    }
    missing = frozenset(name for name, value in values.items() if value is None)
    given = {f"after_{name}": value for name, value in values.items() if name not in missing}
    return given, missing


def narrowed(
    given: Mapping[str, Any], position: Mapping[str, Any], order: MovieOrder
) -> Mapping[str, Any]:
    """Return the bounds of *given* that are known better after *position*.

    SQLite seeks to one bound of an index, and would read from there to where the page begins.
    """
    first = fields_of(order)[0]
    bounds = _BOUNDS.get((first.name, first.descending), ())
    after = position.get(f"after_{first.name}")
    nearer = min if first.descending else max
    return {name: nearer(given[name], after) for name in bounds if name in given and after}


_BOUNDS: Final[Mapping[tuple[str, bool], Sequence[str]]] = {
    ("year", False): ["year_from"],
    ("year", True): ["year_to"],
    ("exact_average", False): ["least_average"],
}
_READERS: Final[Mapping[str, Callable[[object], object]]] = {
    "id": read_id,
    "folded_title": read_text,
    "year": partial(read_number, bits=15),
    "exact_average": read_average,
    "rating_count": partial(read_number, bits=31),
    "created_at": read_instant,
}
