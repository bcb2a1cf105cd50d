"""The rows of a CSV file, of which a bad one costs no other."""

import csv
from collections.abc import Iterator, Sequence
from typing import Final, Self, TextIO

from attrs import frozen

from watchlist_core.movielens.files import MovieLensFile
from watchlist_core.movielens.refusals import NotMovieLens, RefusedRow

__all__ = ["Row", "Table"]

_LONGEST_LINE: Final = 10_000


@frozen
class Row:
    file: str
    number: int
    text: str
    positions: Sequence[int]
    """Of the wanted columns."""
    width: int

    def values(self) -> list[str]:
        """Return the wanted columns as they stand there. Raises ValueError."""
        if len(self.text) >= _LONGEST_LINE:
            raise ValueError(f"the line is longer than {_LONGEST_LINE} characters")
        columns = _columns(self.text)
        if len(columns) != self.width:
            raise ValueError(f"there must be {self.width} columns")
        return [columns[position] for position in self.positions]

    def refused(self, reason: object) -> RefusedRow:
        return RefusedRow(self.file, self.number, str(reason), self.text[:200].rstrip("\r\n"))


@frozen
class Table:
    """A CSV file in which no value goes over several lines: a stray quote spoils its own only."""

    file: MovieLensFile
    positions: Sequence[int]
    width: int

    @classmethod
    def open(cls, file: MovieLensFile, wanted: Sequence[str]) -> Self:
        """Look at the names of the columns.

        Raises:
            NotMovieLens: The file cannot be read, or lacks a column.
        """
        try:
            with file.opened() as text:
                header = [name.strip() for name in _columns(text.readline(_LONGEST_LINE))]
        except NotMovieLens:
            raise
        except ValueError as error:
            raise NotMovieLens(file.path, str(error)) from error
        missing = [name for name in wanted if name not in header]
        if missing:
            raise NotMovieLens(file.path, f"there is no column {missing[0]}")
        return cls(file, [header.index(name) for name in wanted], len(header))

    def rows(self) -> Iterator[Row]:
        """Read it from its beginning. Raises NotMovieLens where it cannot be read any further."""
        name = self.file.path.name
        with self.file.opened() as text:
            for number, line in enumerate(_lines(text), start=1):
                if number > 1 and not line.isspace():
                    yield Row(name, number, line, self.positions, self.width)

    def row_count(self) -> int:
        with self.file.opened() as text:
            return sum(1 for line in _lines(text) if not line.isspace()) - 1


def _lines(file: TextIO) -> Iterator[str]:
    """Yield each line with its end, cut where it is too long to be one."""
    while line := file.readline(_LONGEST_LINE):
        rest = line
        while len(rest) == _LONGEST_LINE and not rest.endswith("\n"):
            rest = file.readline(_LONGEST_LINE)
        yield line


def _columns(line: str) -> list[str]:
    try:
        return next(csv.reader([line.rstrip("\r\n")], strict=True), [])
    except csv.Error as error:
        raise ValueError(f"this is no CSV: {error}") from None
