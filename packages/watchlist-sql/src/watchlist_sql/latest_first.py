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
        self,
        database: Database,
        wanted: Mapping[str, object],
        window: Window,
        *,
        reverse: bool = False,
    ) -> Page[Row]:
        """Return the rows that meet the *wanted* conditions; in *reverse*, what came first first.

        Raises:
            ForeignPosition: The window's position is not one of this list.
        """
        is_numbered, size = isinstance(window, PageNumber), window.page_size
        given = {**wanted, **self._place(window), "limit": size + 1}
        if not all(is_storable(one) for one in wanted.values() if isinstance(one, str)):
            return Page((), total=Total(0) if is_numbered else None)
        page = _page(self, frozenset(wanted), is_after=not is_numbered, reverse=reverse)
        rows = await database.fetch(page, given, aside=True)
        end = self._position(rows[size - 1]) if len(rows) > size else None
        total = await self._total(database, wanted) if is_numbered else None
        return Page(rows[:size], end, total)

    async def _total(self, database: Database, wanted: Mapping[str, object]) -> Total:
        ((count,),) = await database.fetch(_count(self, frozenset(wanted)), wanted, aside=True)
        return Total.counted(count)

    def _position(self, row: Row) -> Position:
        return written_instant(row[0]), self.write_tie(row[1])

    def _place(self, window: Window) -> dict[str, Any]:
        if isinstance(window, PageNumber):
            return {"offset": window.offset}
        match window.position:
            case instant, tie:
                return {"after_instant": read_instant(instant), "after_tie": self.read_tie(tie)}
        raise ForeignPosition


@cache
def _page(
    latest: LatestFirst, names: frozenset[str], *, is_after: bool, reverse: bool
) -> Select[*Row]:
    order = latest.columns[:2]
    page = (
        select(*latest.columns)
        .where(*(latest.conditions[name] for name in sorted(names)))
        .order_by(*(column if reverse else column.desc() for column in order))
        .limit(_LIMIT)
    )
    if not is_after:
        return page.offset(_OFFSET)
    position = tuple_(
        bindparam("after_instant", type_=order[0].type), bindparam("after_tie", type_=order[1].type)
    )
    place = tuple_(*order)
    return page.where(place > position if reverse else place < position)


@cache
def _count(latest: LatestFirst, names: frozenset[str]) -> Select[int]:
    """Count the rows, and stop as soon as there are more than anybody is told."""
    found = (
        select(latest.columns[1])
        .where(*(latest.conditions[name] for name in sorted(names)))
        .limit(Total.LARGEST + 1)
    )
    return select(func.count()).select_from(found.subquery())
