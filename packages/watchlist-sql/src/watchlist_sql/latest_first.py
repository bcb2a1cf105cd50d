"""Lists of what came last first, of which only some is wanted.

There is one statement for each set of conditions, made when it is first needed and kept.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Final, TypeAlias

from attrs import frozen
from sqlalchemy import Column, ColumnElement, Integer, Select, bindparam, func, select, tuple_

from watchlist_core.paging import ForeignPosition, Page, PageNumber, Position, Total, Window
from watchlist_sql.database import Database
from watchlist_sql.positions import is_storable, read_instant, written_instant

__all__ = ["LatestFirst"]

Row: TypeAlias = tuple[Any, ...]

_LIMIT: Final = bindparam("limit", type_=Integer)
_OFFSET: Final = bindparam("offset", type_=Integer)
_POSITION: Final = ("after_instant", "after_tie")


@frozen(eq=False)
class LatestFirst:
    """A list by its first two columns: an instant, and what differs where that is the same."""

    columns: Sequence[Column[Any]]
    conditions: Mapping[str, ColumnElement[bool]]
    """Each has one parameter, of its own name."""
    read_tie: Callable[[object], Any]
    """From a position; raises ForeignPosition."""
    write_tie: Callable[[Any], str | int]

    async def page(
        self, database: Database, wanted: Mapping[str, object], window: Window
    ) -> Page[Row]:
        """Return the rows that meet the *wanted* conditions.

        Raises:
            ForeignPosition: The window's position is not one of this list.
        """
        is_numbered = isinstance(window, PageNumber)
        place = (
            {"offset": window.offset}
            if isinstance(window, PageNumber)
            else dict(zip(_POSITION, self._read(window.position), strict=True))
        )
        if not all(is_storable(value) for value in wanted.values() if isinstance(value, str)):
            return Page((), total=Total(0) if is_numbered else None)
        names, size = frozenset(wanted), window.page_size
        statement = _page(self, names, is_after=not is_numbered)
        given = {**wanted, **place, "limit": size + 1}
        rows = await database.fetch(statement, given, aside=True)
        total = None
        if is_numbered:
            ((count,),) = await database.fetch(_count(self, names), wanted, aside=True)
            total = Total.counted(count)
        return Page(
            rows[:size], self._position(rows[size - 1]) if len(rows) > size else None, total
        )

    def _position(self, row: Row) -> Position:
        return written_instant(row[0]), self.write_tie(row[1])

    def _read(self, position: Position) -> tuple[object, object]:
        match position:
            case instant, tie:
                return read_instant(instant), self.read_tie(tie)
        raise ForeignPosition


@cache
def _page(latest: LatestFirst, names: frozenset[str], *, is_after: bool) -> Select[*Row]:
    order = latest.columns[:2]
    page = (
        select(*latest.columns)
        .where(*(latest.conditions[name] for name in sorted(names)))
        .order_by(*(column.desc() for column in order))
        .limit(_LIMIT)
    )
    if not is_after:
        return page.offset(_OFFSET)
    position = tuple_(
        *(bindparam(name, type_=column.type) for name, column in zip(_POSITION, order, strict=True))
    )
    return page.where(tuple_(*order) < position)


@cache
def _count(latest: LatestFirst, names: frozenset[str]) -> Select[int]:
    """Count the rows, and stop as soon as there are more than anybody is told."""
    found = (
        select(latest.columns[1])
        .where(*(latest.conditions[name] for name in sorted(names)))
        .limit(Total.LARGEST + 1)
    )
    return select(func.count()).select_from(found.subquery())
