from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from attrs import define, field, frozen
from sqlalchemy import (
    BigInteger,
    Select,
    bindparam,
    select,
    true,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from watchlist_core.catalogue import MovieNotFound
from watchlist_core.ids import AccountId, MovieId
from watchlist_core.paging import ForeignPosition, Page, PageNumber, Position, Total, Window
from watchlist_core.rating import MovieRatings, PublicRating, Rating, Score, Stars
from watchlist_sql.columns import INSTANT, SMALL
from watchlist_sql.constraints import refusals
from watchlist_sql.database import Database
from watchlist_sql.keys import ACCOUNT_AND_MOVIE, key_of, missing
from watchlist_sql.positions import read_instant, read_number, written_instant
from watchlist_sql.tables import accounts, listed, movies, ratings

__all__ = ["SqlRatingQueries", "SqlRatings"]

_OF_ACCOUNT_AND_MOVIE: Final = {
    "account_key": key_of(accounts, "account"),
    "movie_key": key_of(movies, "movie"),
}

# The movie's row stays where it is and keeps its keys, so that others may go on referring to it.
_HOLD_SCORE: Final = (
    select(movies.c.rating_count, movies.c.rating_halves)
    .where(movies.c.id == bindparam("movie"), listed)
    .with_for_update(key_share=True)  # SQLite has no such thing: there, the whole file is held
)
_FIND: Final = select(ratings.c.halves, ratings.c.rated_at).filter_by(**_OF_ACCOUNT_AND_MOVIE)
_KEEP_SCORE: Final = update(movies).values(
    rating_count=bindparam("count"), rating_halves=bindparam("sum")
)


def _save(insert: Any) -> Any:
    new = insert(ratings).from_select(
        ["account_key", "movie_key", "halves", "rated_at"],
        select(
            accounts.c.key,
            movies.c.key,
            bindparam("halves", type_=SMALL),
            bindparam("rated_at", type_=INSTANT),
        )
        .select_from(ACCOUNT_AND_MOVIE)
        .where(true()),  # without which SQLite takes ON CONFLICT for a part of the join
    )
    return new.on_conflict_do_update(
        index_elements=["account_key", "movie_key"],
        set_={"halves": new.excluded.halves, "rated_at": new.excluded.rated_at},
    )


def _save_at_once() -> Any:
    """Save both by one statement: on PostgreSQL that is one journey there and back, not two."""
    saved = _save(postgresql.insert).returning(ratings.c.movie_key).cte("saved")
    return _KEEP_SCORE.where(movies.c.key == saved.c.movie_key)


# Each step changes a row, unless there is nothing to refer to.
_SAVE: Final[Mapping[str, Sequence[Any]]] = {
    "sqlite": [
        _save(sqlite.insert),
        _KEEP_SCORE.where(movies.c.id == bindparam("movie")),
    ],
    "postgresql": [_save_at_once()],
}


@define
class SqlRatings:
    _connection: AsyncConnection
    saved: set[MovieId] = field(factory=set, init=False)
    """Movies that have another score by this work."""

    async def hold_score(self, movie: MovieId) -> Score:
        row = (await self._connection.execute(_HOLD_SCORE, {"movie": movie})).one_or_none()
        if row is None:
            raise MovieNotFound(movie)
        return Score(*row)

    async def find(self, account: AccountId, movie: MovieId) -> Rating | None:
        looked_for = {"account": account, "movie": movie}
        row = (await self._connection.execute(_FIND, looked_for)).one_or_none()
        if row is None:
            return None
        halves, rated_at = row
        return Rating(account, movie, Stars(halves), rated_at)

    async def save(self, rating: Rating, score: Score) -> None:
        row = {
            "account": rating.account,
            "movie": rating.movie,
            "halves": rating.stars.halves,
            "rated_at": rating.rated_at,
            "count": score.rating_count,
            "sum": score.halves,
        }
        self.saved.add(rating.movie)
        with refusals(row):
            for statement in _SAVE[self._connection.dialect.name]:
                if not (await self._connection.execute(statement, row)).rowcount:
                    raise await missing(self._connection, rating.account, rating.movie)


def _page(*, after: bool) -> Select[*tuple[Any, ...]]:
    """Return the score on every row, and on one row without a rating where the page is empty."""
    latest = (
        select(ratings.c.key, ratings.c.account_key, ratings.c.halves, ratings.c.rated_at)
        .where(ratings.c.movie_key == key_of(movies, "movie"))
        .order_by(ratings.c.rated_at.desc(), ratings.c.key.desc())
        .limit(bindparam("limit"))
    )
    if after:
        position = tuple_(bindparam("rated_at", type_=INSTANT), bindparam("key", type_=BigInteger))
        latest = latest.where(tuple_(ratings.c.rated_at, ratings.c.key) < position)
    else:
        latest = latest.offset(bindparam("offset"))
    page = latest.subquery("page")
    return (
        select(
            movies.c.rating_count,
            movies.c.rating_halves,
            page.c.key,
            page.c.halves,
            page.c.rated_at,
            accounts.c.username,
        )
        .select_from(movies)
        .outerjoin(page, true())
        .outerjoin(accounts, accounts.c.key == page.c.account_key)
        .where(movies.c.id == bindparam("movie"), listed)
        .order_by(page.c.rated_at.desc(), page.c.key.desc())
    )


_PAGE_BY_NUMBER: Final = _page(after=False)
_PAGE_AFTER: Final = _page(after=True)


@frozen
class SqlRatingQueries:
    _database: Database

    async def of_movie(self, movie: MovieId, window: Window) -> MovieRatings:
        wanted: dict[str, Any] = {"movie": movie, "limit": window.page_size + 1}
        if isinstance(window, PageNumber):
            rows = await self._database.fetch(_PAGE_BY_NUMBER, wanted | {"offset": window.offset})
        else:
            rated_at, key = _read(window.position)
            wanted |= {"rated_at": rated_at, "key": key}
            rows = await self._database.fetch(_PAGE_AFTER, wanted)
        if not rows:
            raise MovieNotFound(movie)

        score = Score(rows[0][0], rows[0][1])
        given = [row for row in rows[: window.page_size] if row[2] is not None]
        items = [PublicRating(name, halves, at) for _, _, _, halves, at, name in given]
        end = given[-1] if len(rows) > window.page_size else None
        return MovieRatings(
            score,
            Page(
                items,
                next=(written_instant(end[4]), end[2]) if end else None,
                total=Total.counted(score.rating_count) if isinstance(window, PageNumber) else None,
            ),
        )


def _read(position: Position) -> tuple[datetime, int]:
    match position:
        case rated_at, key:
            return read_instant(rated_at), read_number(key, bits=63)
    raise ForeignPosition
