"""From the ids by which the core knows rows to the keys by which other rows refer to them."""

from typing import Final

from sqlalchemy import Join, ScalarSelect, Table, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from watchlist_core.auth import AccountNotFound
from watchlist_core.catalogue import MovieNotFound
from watchlist_core.ids import AccountId, MovieId
from watchlist_sql.columns import IDENTIFIER
from watchlist_sql.tables import accounts, listed, movies

__all__ = ["ACCOUNT_AND_MOVIE", "key_of", "missing"]

ACCOUNT_AND_MOVIE: Final[Join] = accounts.join(
    movies, (accounts.c.id == bindparam("account")) & (movies.c.id == bindparam("movie")) & listed
)
"""The rows whose ids are given, side by side; none where one is missing, or was withdrawn.

What refers to both is inserted from here: an error would spoil a whole work on PostgreSQL.
"""
_ACCOUNT: Final = select(accounts.c.key).where(accounts.c.id == bindparam("account"))


async def missing(
    connection: AsyncConnection, account: AccountId, movie: MovieId
) -> AccountNotFound | MovieNotFound:
    """Return what to raise where `ACCOUNT_AND_MOVIE` had no row."""
    if await connection.scalar(_ACCOUNT, {"account": account}) is None:
        return AccountNotFound(account)
    return MovieNotFound(movie)


def key_of(table: Table, parameter: str) -> ScalarSelect[int]:
    """Return the key of the row whose id is given as *parameter*; NULL where there is none."""
    wanted = bindparam(parameter, type_=IDENTIFIER)
    return select(table.c.key).where(table.c.id == wanted).correlate(None).scalar_subquery()
