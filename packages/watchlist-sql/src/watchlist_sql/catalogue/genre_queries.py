from collections.abc import Sequence
from typing import Any, Final

from attrs import frozen
from sqlalchemy import Integer, Select, bindparam, func, select, type_coerce

from watchlist_core.catalogue import GenreDetail, GenreLabel, GenreNotFound, GenreStatistics
from watchlist_core.ids import GenreId
from watchlist_core.paging import ForeignPosition, Page, PageNumber, Position, Total, Window
from watchlist_core.rating import Score
from watchlist_sql.columns import FOLDED, IDENTIFIER_TEXT
from watchlist_sql.database import Database
from watchlist_sql.positions import read_text
from watchlist_sql.tables import genres, listed, movie_genres, movies

__all__ = ["SqlGenreQueries"]

_ID: Final = type_coerce(genres.c.id, IDENTIFIER_TEXT)
_DETAIL: Final = (_ID, genres.c.name, genres.c.revision, genres.c.movie_count)
_SHOW: Final = select(*_DETAIL).where(genres.c.id == bindparam("id"))
_COUNT: Final = select(func.count()).select_from(genres)
_PAGE: Final = (
    select(*_DETAIL, genres.c.folded_name)
    .order_by(genres.c.folded_name)
    .limit(bindparam("limit", type_=Integer))
)
_PAGE_BY_NUMBER: Final = _PAGE.add_columns(_COUNT.scalar_subquery()).offset(
    bindparam("offset", type_=Integer)
)
_PAGE_AFTER: Final = _PAGE.where(genres.c.folded_name > bindparam("after", type_=FOLDED))


def _statistics() -> Select[*tuple[Any, ...]]:
    scored = (
        select(
            movie_genres.c.genre_key,
            func.count().label("movie_count"),
            func.sum(movies.c.rating_count).label("rating_count"),
            func.sum(movies.c.rating_halves).label("rating_halves"),
        )
        .join_from(movie_genres, movies)
        .where(listed)
        .group_by(movie_genres.c.genre_key)
        .subquery("scored")
    )
    return (
        select(_ID, genres.c.name, *(func.coalesce(scored.c[name], 0) for name in _COUNTED))
        .select_from(genres)
        .outerjoin(scored, scored.c.genre_key == genres.c.key)
        .order_by(genres.c.folded_name)
    )


_COUNTED: Final = ("movie_count", "rating_count", "rating_halves")
_STATISTICS: Final = _statistics()


@frozen
class SqlGenreQueries:
    _database: Database

    async def browse(self, window: Window) -> Page[GenreDetail]:
        wanted: dict[str, Any] = {"limit": window.page_size + 1}
        if isinstance(window, PageNumber):
            rows = await self._database.fetch(_PAGE_BY_NUMBER, wanted | {"offset": window.offset})
            # Every row carries the number; a page beyond the last one has none.
            count = rows[0][-1] if rows else (await self._database.fetch(_COUNT))[0][0]
            total = Total.counted(count)
        else:
            after = {"after": _read(window.position)}
            rows, total = await self._database.fetch(_PAGE_AFTER, wanted | after), None
        size = window.page_size
        end = (rows[size - 1][4],) if len(rows) > size else None
        return Page([GenreDetail(*row[:4]) for row in rows[:size]], end, total)

    async def show(self, genre: GenreId) -> GenreDetail:
        rows = await self._database.fetch(_SHOW, {"id": genre})
        if not rows:
            raise GenreNotFound(genre)
        return GenreDetail(*rows[0])

    async def statistics(self) -> Sequence[GenreStatistics]:
        rows = await self._database.fetch(_STATISTICS, aside=True)
        return [
            GenreStatistics(GenreLabel(id_, name), movie_count, Score(int(count), int(halves)))
            for id_, name, movie_count, count, halves in rows
        ]


def _read(position: Position) -> str:
    match position:
        case (folded_name,):
            return read_text(folded_name)
    raise ForeignPosition
