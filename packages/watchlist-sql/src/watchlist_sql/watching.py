from typing import Final

from attrs import asdict, frozen
from sqlalchemy import bindparam, exists, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from watchlist_core.ids import AccountId, MovieId
from watchlist_core.watching import Watch
from watchlist_sql.columns import IDENTIFIER, INSTANT
from watchlist_sql.constraints import refusals
from watchlist_sql.keys import ACCOUNT_AND_MOVIE, key_of, missing
from watchlist_sql.tables import accounts, movies, watches

__all__ = ["SqlWatchLog"]

_ADD: Final = insert(watches).from_select(
    ["id", "account_key", "movie_key", "watched_at"],
    select(
        bindparam("id", type_=IDENTIFIER),
        accounts.c.key,
        movies.c.key,
        bindparam("watched_at", type_=INSTANT),
    ).select_from(ACCOUNT_AND_MOVIE),
)
_HAS_WATCHED: Final = select(
    exists().where(
        watches.c.account_key == key_of(accounts, "account"),
        watches.c.movie_key == key_of(movies, "movie"),
    )
)


@frozen
class SqlWatchLog:
    _connection: AsyncConnection

    async def add(self, watch: Watch) -> None:
        row = asdict(watch)
        with refusals(row):
            added = await self._connection.execute(_ADD, row)
        if not added.rowcount:
            raise await missing(self._connection, watch.account, watch.movie)

    async def has_watched(self, account: AccountId, movie: MovieId) -> bool:
        looked_for = {"account": account, "movie": movie}
        return bool(await self._connection.scalar(_HAS_WATCHED, looked_for))
