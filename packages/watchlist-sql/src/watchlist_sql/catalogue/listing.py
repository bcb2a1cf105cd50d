"""The statements that list movies: one for each shape, made once, since making one takes longer
than running it.

A page by number skips; a page by position seeks, at the same cost however deep it lies. Orders
that go down and up, or meet rows without a value, are no one range of an index, but a few: each is
read on its own as far as the page may need it.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, Final, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    literal_column,
    or_,
    select,
    tuple_,
    type_coerce,
    union_all,
)

from watchlist_core.catalogue import MovieOrder
from watchlist_sql.catalogue.conditions import Conditions
from watchlist_sql.catalogue.order_fields import CARD, READ, Columns, Field, fields_of
from watchlist_sql.catalogue.sources import Found, Source, source_of
from watchlist_sql.columns import IDENTIFIER_TEXT, RAW_JSON
from watchlist_sql.tables import catalogue, movies

__all__ = ["by_name", "select_after", "select_first", "select_numbered"]

Page: TypeAlias = Select[*tuple[Any, ...]]

_OFFSET: Final = bindparam("offset", type_=Integer)
_VERSION: Final = select(catalogue.c.version).scalar_subquery()
_SHAPES: Final = 1_000
"""So many statements are kept: those of all orders by one field, of the usual sizes of a page."""


@lru_cache(_SHAPES)
def select_first(
    dialect: str, found: Found, conditions: Conditions, order: MovieOrder, limit: int
) -> Page:
    """Return the first *limit* rows, each of which ends with the version of the catalogue."""
    source = source_of(dialect, found, conditions, order)
    return _shown(source, order).limit(_number(limit))


@lru_cache(_SHAPES)
def select_numbered(
    dialect: str, found: Found, conditions: Conditions, order: MovieOrder, limit: int
) -> Page:
    """Return *limit* rows from ``:offset``, as `select_first` does."""
    if dialect == "sqlite" or found is not Found.ON_THE_WAY:
        return select_first(dialect, found, conditions, order, limit).offset(_OFFSET)
    # What is skipped is then skipped in the index alone, which SQLite does anyway.
    source = source_of(dialect, found, conditions, order)
    skipping = select(movies.c.id).where(*source.conditions)
    ids = _sorted(skipping, source, order).limit(_number(limit)).offset(_OFFSET).subquery()
    return _shown(Source(movies.join(ids, ids.c.id == movies.c.id), source.columns), order)


@lru_cache(_SHAPES)
def select_after(  # noqa: PLR0917  each is a part of the shape
    dialect: str,
    found: Found,
    conditions: Conditions,
    order: MovieOrder,
    missing: frozenset[str],
    limit: int,
) -> Page:
    """Return the page after a position, in which the fields *missing* have no value."""
    source = source_of(dialect, found, conditions, order)
    ranges = list(_ranges(source.columns, fields_of(order), missing))
    if found.sorts or len(ranges) == 1:
        return _shown(source, order).where(or_(*ranges)).limit(_number(limit))

    read = select(*(source.columns[name].label(name) for name in READ)).select_from(source.rows)
    parts = (
        source.as_told(_sorted(read.where(*source.conditions, within), source, order)).limit(
            _number(limit)
        )
        for within in ranges
    )
    page = union_all(*(select(part.subquery()) for part in parts)).subquery("page")
    return _shown(Source(page, dict(page.c)), order).limit(_number(limit))


def _ranges(
    columns: Columns, fields: Sequence[Field], missing: frozenset[str]
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


def _shown(source: Source, order: MovieOrder) -> Page:
    """Select a card's columns, those which only the position needs, and the version."""
    as_text = {
        "id": type_coerce(source.columns["id"], IDENTIFIER_TEXT),
        "genre_keys": type_coerce(source.columns["genre_keys"], RAW_JSON),
    }
    columns = (as_text.get(name, source.columns[name]) for name in _names(order))
    shown = select(*columns, _VERSION).select_from(source.rows).where(*source.conditions)
    return source.as_told(_sorted(shown, source, order))


def _sorted(page: Page, source: Source, order: MovieOrder) -> Page:
    return page.order_by(*(field.ordering(source.columns) for field in fields_of(order)))


@cache
def _names(order: MovieOrder) -> Sequence[str]:
    """Return the names of the columns of `_shown`."""
    named = {field.name for field in fields_of(order)}
    return (*CARD, *sorted(named.difference(CARD, {"exact_average"})))


def by_name(row: Sequence[Any], order: MovieOrder) -> Mapping[str, Any]:
    return dict(zip(_names(order), row, strict=False))
