import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Self

from attrs import define, field, frozen

from watchlist_core.catalogue import ExternalId, MediaType, NewMovie
from watchlist_core.movielens.files import movielens_files
from watchlist_core.movielens.refusals import RefusedRow
from watchlist_core.movielens.tables import Row, Table
from watchlist_core.movielens.titles import titles_in

__all__ = ["MOVIELENS", "MovieLens"]

MOVIELENS: Final = "movielens"
"""The provider of the ids by which a movie is known again."""

_MOVIES: Final = ("movieId", "title", "genres")
_LINKS: Final = ("movieId", "imdbId", "tmdbId")
_NO_GENRES: Final = "(no genres listed)"
_NUMBER: Final = re.compile("[0-9]{1,18}")


@define
class _Links:
    """The ids of other providers. Both files have one order, so that hardly a link ever waits."""

    _rows: Iterator[Row]
    _waiting: dict[str, Row] = field(factory=dict, init=False)
    _refused: list[RefusedRow] = field(factory=list, init=False)

    def of(self, movie: str) -> frozenset[ExternalId]:
        if movie in self._waiting:
            return _links_of(self._waiting.pop(movie))[1]  # again: rows take less memory
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
            self._waiting[owner] = row
        return frozenset()

    def refused(self) -> Iterator[RefusedRow]:
        """Tell, once, what was refused since the last time."""
        while self._refused:
            yield self._refused.pop(0)

    def left_over(self) -> Iterator[RefusedRow]:
        self.of("")  # reads to the end
        yield from self.refused()
        for row in self._waiting.values():
            yield row.refused("no movie waits for this movieId")


@frozen
class MovieLens:
    """The movies of one folder or zip file, one pass each time it is iterated over."""

    _movies: Table
    _links: Table

    @classmethod
    def open(cls, source: Path) -> Self:
        """Look at a folder, or through a zip file that has the files itself or in one folder.

        Raises:
            NotMovieLens: A file is missing or unreadable, or lacks a column; a zip file is damaged.
        """
        movies, links = movielens_files(source)
        return cls(Table.open(movies, _MOVIES), Table.open(links, _LINKS))

    def row_count(self) -> int:
        """Count the lines of ``movies.csv``, at the cost of reading it once."""
        return self._movies.row_count()

    def __iter__(self) -> Iterator[NewMovie | RefusedRow]:
        """Tell each row of ``movies.csv`` in its order, and refused links where they are met.

        A movie of which only the links are refused is there, without them.

        Raises:
            NotMovieLens: A file cannot be read any further.
        """
        links = _Links(self._links.rows())
        seen: set[int] = set()
        for row in self._movies.rows():
            yield _movie_of(row, links, seen)
            yield from links.refused()
        yield from links.left_over()


def _movie_of(row: Row, links: _Links, seen: set[int]) -> NewMovie | RefusedRow:
    try:
        movie_id, text, genres = row.values()
        movie_id = _number(movie_id, "movieId")
        if int(movie_id) in seen:
            return row.refused("the movieId stands twice")
        seen.add(int(movie_id))
        others = links.of(movie_id)
        titles = titles_in(text)
        own = ExternalId(MOVIELENS, MediaType.MOVIE, movie_id, title=text)
        return NewMovie(
            titles.title,
            titles.year,
            genres=()
            if genres.strip() == _NO_GENRES
            else [g for g in map(str.strip, genres.split("|")) if g],
            external_ids=others | {own},
            original_title=titles.original,
            alternative_titles=titles.alternatives,
        )
    except ValueError as error:
        return row.refused(error)


def _links_of(row: Row) -> tuple[str, frozenset[ExternalId]]:
    movie_id, imdb, tmdb = map(str.strip, row.values())
    ids = set[ExternalId]()
    if imdb:
        number = _number(imdb.removeprefix("tt"), "imdbId")
        ids.add(ExternalId("imdb", MediaType.MOVIE, f"tt{number:0>7}"))
    if tmdb:
        ids.add(ExternalId("tmdb", MediaType.MOVIE, _number(tmdb, "tmdbId")))
    return _number(movie_id, "movieId"), frozenset(ids)


def _number(text: str, column: str) -> str:
    """Return a number without leading zeros. Raises ValueError."""
    text = text.strip()
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{column} must be a number")
    return str(int(text))
