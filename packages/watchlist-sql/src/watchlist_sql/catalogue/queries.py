import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from attrs import field, frozen
from sqlalchemy import select

from watchlist_core.catalogue import (
    MovieCard,
    MovieDetail,
    MovieFilter,
    MovieNotFound,
    MovieOrder,
    folded,
)
from watchlist_core.ids import MovieId
from watchlist_core.paging import Page, PageNumber, Total, Window
from watchlist_core.rating import Score
from watchlist_sql.catalogue.detail import detail, select_movie
from watchlist_sql.catalogue.listing import (
    Found,
    position_of,
    position_parameters,
    select_after,
    select_first,
    select_numbered,
)
from watchlist_sql.catalogue.titles import INDEXED_LENGTH, select_count, title_parameters
from watchlist_sql.catalogue.totals import KeptTotals
from watchlist_sql.database import Database
from watchlist_sql.positions import is_storable
from watchlist_sql.tables import catalogue

__all__ = ["SqlMovieQueries"]

_CATALOGUE: Final = select(catalogue.c.version, catalogue.c.movie_count)


@frozen
class SqlMovieQueries:
    _database: Database
    _totals: KeptTotals = field(factory=KeptTotals, init=False)

    async def browse(
        self, wanted: MovieFilter, order: MovieOrder, window: Window
    ) -> Page[MovieCard]:
        part = folded(wanted.title or "")
        if not is_storable(part):
            return Page((), total=Total(0) if isinstance(window, PageNumber) else None)
        if part:
            return await self._search(part, order, window)
        rows = await self._read(Found.ALL, order, window, {})
        total = None
        if isinstance(window, PageNumber):
            # Every row carries the number; a page beyond the last one has none.
            count = rows[0][-1] if rows else (await self._database.fetch(_CATALOGUE))[0][1]
            total = Total.counted(count)
        return _page(rows, order, window, total)

    async def show(self, movie: MovieId) -> MovieDetail:
        rows = await self._database.fetch(select_movie(self._database.dialect), {"id": movie})
        if not rows:
            raise MovieNotFound(movie)
        return detail(movie, rows[0])

    async def _search(self, part: str, order: MovieOrder, window: Window) -> Page[MovieCard]:
        """Look for titles that contain *part*, in the way that is cheaper for so many as there are.

        The index of titles finds all of them, and they are sorted; comparing walks through the list
        in its order and stops when the page is full. Few are better found, many are met soon.
        """
        ((version, movie_count),) = await self._database.fetch(_CATALOGUE)
        parameters = title_parameters(self._database.dialect, part)
        is_indexed = len(part) >= INDEXED_LENGTH
        count = select_count(self._database.dialect, is_indexed=is_indexed)

        async def counted() -> int:
            return (await self._database.fetch(count, parameters, aside=True))[0][0]

        found = await self._totals.get((version, part), counted)
        total = Total.counted(found) if isinstance(window, PageNumber) else None
        if total and not found:
            return Page((), total=total)
        last = window.page_size + (window.offset if isinstance(window, PageNumber) else 0)
        is_common = movie_count * last < found * found
        how = Found.BY_INDEX if is_indexed and not is_common else Found.BY_COMPARING
        rows = await self._read(how, order, window, parameters)
        return _page(rows, order, window, total)

    async def _read(
        self, found: Found, order: MovieOrder, window: Window, parameters: Mapping[str, object]
    ) -> Sequence[tuple[Any, ...]]:
        dialect, limit = self._database.dialect, window.page_size + 1
        # Skipping ten thousand entries of an index takes half a millisecond: that is not long.
        takes_long = found is not Found.ALL or len(order.fields) > 1
        if not isinstance(window, PageNumber):
            position, missing = position_parameters(window.position, order)
            statement = select_after(dialect, found, order, missing, limit)
            parameters = {**parameters, **position}
        elif window.offset:
            statement = select_numbered(dialect, found, order, limit)
            parameters = {**parameters, "offset": window.offset}
        else:
            statement = select_first(dialect, found, order, limit)
        return await self._database.fetch(statement, parameters, aside=takes_long)


def _page(
    rows: Sequence[tuple[Any, ...]], order: MovieOrder, window: Window, total: Total | None
) -> Page[MovieCard]:
    size = window.page_size
    cards = [
        MovieCard(row[0], row[1], row[2], row[3], _names(row[4]), Score(row[5], row[6]))
        for row in rows[:size]
    ]
    return Page(cards, position_of(rows[size - 1], order) if len(rows) > size else None, total)


@lru_cache(maxsize=4096)
def _names(genres: str) -> Sequence[str]:
    """Read the names once: thousands of movies share a few hundred combinations of genres."""
    return tuple(json.loads(genres))
