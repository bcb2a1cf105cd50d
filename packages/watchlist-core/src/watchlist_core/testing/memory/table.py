# The core installs nothing, and typing has ``override`` from Python 3.12 only.
# mypy: disable-error-code="explicit-override"

from collections.abc import Iterator, Mapping, MutableMapping
from typing import Self, TypeVar

__all__ = ["Table"]

Key = TypeVar("Key")
Row = TypeVar("Row")


class Table(MutableMapping[Key, Row]):
    """Rows by their keys; or a layer over those of another table, which keeps its own changes.

    A ChainMap would do if nothing were ever removed of what lies below.
    """

    def __init__(self, below: Mapping[Key, Row] | None = None) -> None:
        self.below: Mapping[Key, Row] = {} if below is None else below
        self.changed: dict[Key, Row] = {}
        self.gone: set[Key] = set()

    def __getitem__(self, key: Key, /) -> Row:
        if key in self.changed:
            return self.changed[key]
        if key in self.gone:
            raise KeyError(key)
        return self.below[key]

    def __setitem__(self, key: Key, row: Row, /) -> None:
        self.gone.discard(key)
        self.changed[key] = row

    def __delitem__(self, key: Key, /) -> None:
        if key not in self:
            raise KeyError(key)
        self.changed.pop(key, None)
        if key in self.below:
            self.gone.add(key)

    def __iter__(self) -> Iterator[Key]:
        yield from (key for key in self.below if key not in self.gone)
        yield from (key for key in self.changed if key not in self.below)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def layer(self) -> Self:
        """Return a table that reads this one and keeps its changes to itself."""
        return type(self)(self)

    def merge(self, layer: Self) -> None:
        """Take over all changes of a *layer* of this table."""
        for key in layer.gone:
            self.pop(key, None)
        self.update(layer.changed)
