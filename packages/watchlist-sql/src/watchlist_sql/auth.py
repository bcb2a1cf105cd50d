from typing import Any, Final

from attrs import asdict, frozen
from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from watchlist_core.auth import Account, Role, UsernameTaken
from watchlist_core.ids import AccountId
from watchlist_sql.database import Database
from watchlist_sql.tables import accounts

__all__ = ["SqlAccountQueries", "SqlAccounts"]


def _add(insert: Any) -> Any:
    # After an error, PostgreSQL would keep nothing of the work, and say nothing of that at commit.
    unless_taken = insert(accounts).on_conflict_do_nothing(index_elements=["username"])
    return unless_taken.returning(accounts.c.key)


_ADD: Final = {"sqlite": _add(sqlite.insert), "postgresql": _add(postgresql.insert)}
_FIND: Final = select(
    accounts.c.username, accounts.c.role, accounts.c.is_active, accounts.c.created_at
).where(accounts.c.id == bindparam("id"))


@frozen
class SqlAccounts:
    _connection: AsyncConnection

    async def add(self, account: Account) -> None:
        add = _ADD[self._connection.dialect.name]
        if await self._connection.scalar(add, asdict(account)) is None and account.username:
            raise UsernameTaken(account.username)


@frozen
class SqlAccountQueries:
    _database: Database

    async def find(self, account: AccountId) -> Account | None:
        rows = await self._database.fetch(_FIND, {"id": account})
        if not rows:
            return None
        username, role, is_active, created_at = rows[0]
        return Account(account, username, Role(role), is_active, created_at)
