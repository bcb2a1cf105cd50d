"""Reading movies from a folder of MovieLens, by GroupLens: ``movies.csv`` and ``links.csv``.

The files are read once, side by side, and never held as a whole. One bad row costs that row.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, Self, TextIO

from attrs import define, field, frozen

from watchlist_core.catalogue import ExternalId, MediaType, NewMovie

__all__ = ["MOVIELENS", "MovieLens", "NotMovieLens", "RefusedRow"]

MOVIELENS: Final = "movielens"
"""The provider of the ids by which a movie is known again."""

_MOVIES: Final = ("movieId", "title", "genres")
_LINKS: Final = ("movieId", "imdbId", "tmdbId")
_NO_GENRES: Final = "(no genres listed)"
_LONGEST_LINE: Final = 10_000
_NUMBER: Final = re.compile("[0-9]{1,18}")
_YEAR: Final = re.compile(r"([0-9]{4})(?: ?[-–] ?(?:[0-9]{4})?)?")
# English, French, Italian, Spanish, Portuguese, German, Dutch, the Scandinavian languages, slang.
_ARTICLES: Final = frozenset(
    (
        *("The", "A", "An", "Le", "La", "Les", "L'", "L’", "Un", "Une", "Il", "Lo", "I", "Gli"),
        *("Una", "Uno", "El", "Los", "Las", "O", "Os", "As", "Um", "Uma", "Der", "Die", "Das"),
        *("Ein", "Eine", "De", "Het", "Den", "Det", "En", "Ett", "Et", "Da"),
    )
)


class NotMovieLens(ValueError):
    """A folder does not hold the files of MovieLens.

    It is no `WatchlistError`, whose fields any client may read: where the files of the machine
    lie concerns only those who name the folder.
    """

    file: Path
    reason: str

    def __init__(self, file: Path, reason: str) -> None:
        super().__init__(f"{file}: {reason}")
        self.file = file
        self.reason = reason


@frozen
class RefusedRow:
    """A line that could not be taken, and why."""

    file: str
    line: int
    reason: str
    text: str
    """The beginning of the line, as it stands in the file."""


@frozen
class _Row:
    file: str
    number: int
    text: str
    positions: Sequence[int]
    """Of the wanted columns."""
    width: int

    def values(self) -> list[str]:
        """Return the wanted columns. Raises ValueError."""
        if len(self.text) >= _LONGEST_LINE:
            raise ValueError(f"the line is longer than {_LONGEST_LINE} characters")
        columns = _columns(self.text)
        if len(columns) != self.width:
            raise ValueError(f"there must be {self.width} columns")
        return [columns[position].strip() for position in self.positions]

    def refused(self, reason: object) -> RefusedRow:
        return RefusedRow(self.file, self.number, str(reason), self.text[:200].rstrip("\r\n"))


@frozen
class _Table:
    """A CSV file in which no value goes over several lines: a stray quote spoils its own only."""

    path: Path
    positions: Sequence[int]
    width: int

    @classmethod
    def open(cls, path: Path, wanted: Sequence[str]) -> Self:
        try:
            with _opened(path) as file:
                header = [name.strip() for name in _columns(file.readline(_LONGEST_LINE))]
        except OSError as error:
            raise NotMovieLens(path, error.strerror or "cannot be read") from error
        except ValueError as error:
            raise NotMovieLens(path, str(error)) from error
        missing = [name for name in wanted if name not in header]
        if missing:
            raise NotMovieLens(path, f"there is no column {missing[0]}")
        return cls(path, [header.index(name) for name in wanted], len(header))

    def rows(self) -> Iterator[_Row]:
        with _opened(self.path) as file:
            for number, line in enumerate(_lines(file), start=1):
                if number > 1 and not line.isspace():
                    yield _Row(self.path.name, number, line, self.positions, self.width)


@define
class _Links:
    """The ids of other providers. Both files have one order, so that hardly a link ever waits."""

    _rows: Iterator[_Row]
    _waiting: dict[str, tuple[_Row, frozenset[ExternalId]]] = field(factory=dict, init=False)
    _refused: list[RefusedRow] = field(factory=list, init=False)

    def of(self, movie: str) -> frozenset[ExternalId]:
        if movie in self._waiting:
            return self._waiting.pop(movie)[1]
        for row in self._rows:
            try:
                owner, ids = _links_of(row)
                if owner in self._waiting:
                    raise ValueError("the movieId stands twice")  # noqa: TRY301  told like the others
            except ValueError as error:
                self._refused.append(row.refused(error))
                continue
            if owner == movie:
                return ids
            self._waiting[owner] = row, ids
        return frozenset()

    def refused(self) -> Iterator[RefusedRow]:
        """Tell, once, what was refused since the last time."""
        while self._refused:
            yield self._refused.pop(0)

    def left_over(self) -> Iterator[RefusedRow]:
        self.of("")  # reads to the end
        yield from self.refused()
        for row, _ in self._waiting.values():
            yield row.refused("no movie waits for this movieId")


@frozen
class MovieLens:
    """The movies of one folder, one pass each time it is iterated over."""

    _movies: _Table
    _links: _Table

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Look at the folder, without reading more than the names of the columns.

        Raises:
            NotMovieLens: A file is missing or unreadable, or lacks a column.
        """
        return cls(
            _Table.open(folder / "movies.csv", _MOVIES), _Table.open(folder / "links.csv", _LINKS)
        )

    def row_count(self) -> int:
        """Count the lines of ``movies.csv``, at the cost of reading it once."""
        with _opened(self._movies.path) as file:
            return sum(1 for line in _lines(file) if not line.isspace()) - 1

    def __iter__(self) -> Iterator[NewMovie | RefusedRow]:
        """Tell each row of ``movies.csv`` in its order, and refused links where they are met.

        A movie of which only the links are refused is there, without them.
        """
        links = _Links(self._links.rows())
        seen: set[int] = set()
        for row in self._movies.rows():
            yield _movie_of(row, links, seen)
            yield from links.refused()
        yield from links.left_over()


def _opened(path: Path) -> TextIO:
    # Bytes that are no UTF-8 become lone surrogates, which no title and no number may hold.
    return path.open(encoding="utf-8-sig", errors="surrogateescape", newline="\n")


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


def _movie_of(row: _Row, links: _Links, seen: set[int]) -> NewMovie | RefusedRow:
    try:
        movie_id, text, genres = row.values()
        movie_id = _number(movie_id, "movieId")
        if int(movie_id) in seen:
            return row.refused("the movieId stands twice")
        seen.add(int(movie_id))
        others = links.of(movie_id)
        title, year = _title_and_year(text)
        return NewMovie(
            title,
            year,
            genres=()
            if genres == _NO_GENRES
            else [g for g in map(str.strip, genres.split("|")) if g],
            external_ids=others | {ExternalId(MOVIELENS, MediaType.MOVIE, movie_id)},
        )
    except ValueError as error:
        return row.refused(error)


def _links_of(row: _Row) -> tuple[str, frozenset[ExternalId]]:
    movie_id, imdb, tmdb = row.values()
    ids = set[ExternalId]()
    if imdb:
        number = _number(imdb.removeprefix("tt"), "imdbId")
        ids.add(ExternalId("imdb", MediaType.MOVIE, f"tt{number:0>7}"))
    if tmdb:
        ids.add(ExternalId("tmdb", MediaType.MOVIE, _number(tmdb, "tmdbId")))
    return _number(movie_id, "movieId"), frozenset(ids)


def _number(text: str, column: str) -> str:
    """Return a number without leading zeros. Raises ValueError."""
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{column} must be a number")
    return str(int(text))


def _title_and_year(text: str) -> tuple[str, int | None]:
    """Read "Seventh Seal, The (Sjunde inseglet, Det) (1957)": "The Seventh Seal", 1957."""
    title, year = " ".join(text.split()), None
    while title.endswith(")"):
        start = _last_parenthesis(title)
        before = title[:start].rstrip()
        # "Frontière(s)" ends with a part of the word, "Birdman or (…)" with a part of the title.
        if not before or title[start - 1] != " " or before.casefold().endswith(" or"):
            break
        found = _YEAR.fullmatch(title[start + 1 : -1].strip())
        if found and year is None:
            year = int(found[1])
        title = before
    return _with_leading_article(title), year


def _last_parenthesis(title: str) -> int:
    """Tell where the parenthesis that ends *title* begins, with those inside it; else 0."""
    depth = 0
    for position in range(len(title) - 1, -1, -1):
        depth += (title[position] == ")") - (title[position] == "(")
        if not depth:
            return position
    return 0


def _with_leading_article(title: str) -> str:
    rest, comma, last = title.rpartition(", ")
    if not comma or last not in _ARTICLES:
        return title
    return f"{last}{rest}" if last.endswith(("'", "’")) else f"{last} {rest}"
