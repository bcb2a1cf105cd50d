"""A list in its order, a page at a time."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from types import UnionType
from typing import Any, Generic, TypeAlias, TypeVar

from attrs import field, frozen

from watchlist_core.paging import ForeignPosition, Page, PageNumber, Position, Total, Window

__all__ = ["Column", "Listing", "Value", "sortable"]

Row = TypeVar("Row")
Value: TypeAlias = str | int | None


def sortable(instant: datetime) -> str:
    """Return a text that sorts like *instant*, which a position can hold."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


@frozen
class Column(Generic[Row]):
    """What a list is sorted by; rows without a value come last in both directions."""

    value: Callable[[Row], Value]
    kind: type | UnionType
    """What its values are."""
    descending: bool = field(default=False, kw_only=True)
    sorted_by: Callable[[Value], object] = field(default=lambda value: value, kw_only=True)
    """What those that are there sort like. Raises ForeignPosition for what is none of them."""

    def key(self, value: Value) -> tuple[bool, object]:
        if value is None:
            return True, None
        sorted_by = self.sorted_by(value)
        return False, _Descending(sorted_by) if self.descending else sorted_by


@frozen(order=False)
class _Descending:
    value: Any

    def __lt__(self, other: "_Descending") -> bool:
        return bool(other.value < self.value)


@frozen
class Listing(Generic[Row]):
    """A list by its columns, of which the last is different in every row."""

    columns: Sequence[Column[Row]]

    def page(self, rows: Iterable[Row], window: Window) -> Page[Row]:
        """Return the page of that number, or the one after that position.

        Raises:
            ForeignPosition: The position has not one value of the right kind for each column.
        """
        ordered = sorted(rows, key=lambda row: self._key(self._position(row)))
        if isinstance(window, PageNumber):
            start, total = window.offset, Total.counted(len(ordered))
        else:
            start, total = self._after(window.position, ordered), None
        items = ordered[start : start + window.page_size]
        is_last = start + window.page_size >= len(ordered)
        return Page(items, None if is_last else self._position(items[-1]), total)

    def _after(self, position: Position, ordered: Sequence[Row]) -> int:
        if len(position) != len(self.columns) or not all(
            isinstance(value, column.kind)
            for column, value in zip(self.columns, position, strict=True)
        ):
            raise ForeignPosition
        return bisect_right(
            ordered, self._key(position), key=lambda row: self._key(self._position(row))
        )

    def _position(self, row: Row) -> Position:
        return tuple(column.value(row) for column in self.columns)

    def _key(self, position: Position) -> tuple[tuple[bool, object], ...]:
        return tuple(
            column.key(value) for column, value in zip(self.columns, position, strict=True)
        )
