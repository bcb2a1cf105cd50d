from typing import Final

from attrs import asdict, frozen
from sqlalchemy import bindparam, exists, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from watchlist_core.ids import AccountId, MovieId
from watchlist_core.watching import Watch
from watchlist_sql.constraints import refusals
from watchlist_sql.keys import key_of
from watchlist_sql.tables import accounts, movies, watches

__all__ = ["SqlWatchLog"]

_ADD: Final = insert(watches).values(
    id=bindparam("id"),
    account_key=key_of(accounts, "account"),
    movie_key=key_of(movies, "movie"),
    watched_at=bindparam("watched_at"),
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
            await self._connection.execute(_ADD, row)

    async def has_watched(self, account: AccountId, movie: MovieId) -> bool:
        looked_for = {"account": account, "movie": movie}
        return bool(await self._connection.scalar(_HAS_WATCHED, looked_for))
