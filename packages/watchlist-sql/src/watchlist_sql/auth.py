from typing import Final

from attrs import asdict, frozen
from sqlalchemy import bindparam, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from watchlist_core.auth import Account, Role
from watchlist_core.ids import AccountId
from watchlist_sql.constraints import refusals
from watchlist_sql.database import Database
from watchlist_sql.tables import accounts

__all__ = ["SqlAccountQueries", "SqlAccounts"]

_ADD: Final = insert(accounts)
_FIND: Final = select(
    accounts.c.username, accounts.c.role, accounts.c.is_active, accounts.c.created_at
).where(accounts.c.id == bindparam("id"))


@frozen
class SqlAccounts:
    _connection: AsyncConnection

    async def add(self, account: Account) -> None:
        row = asdict(account)
        with refusals(row):
            await self._connection.execute(_ADD, row)


@frozen
class SqlAccountQueries:
    _database: Database

    async def find(self, account: AccountId) -> Account | None:
        rows = await self._database.fetch(_FIND, {"id": account})
        if not rows:
            return None
        username, role, is_active, created_at = rows[0]
        return Account(account, username, Role(role), is_active, created_at)
