from attrs import frozen

from watchlist_core.auth import Account, AccountNotFound, UsernameTaken
from watchlist_core.ids import AccountId
from watchlist_core.testing.memory.tables import Tables, refuse_taken

__all__ = ["MemoryAccountQueries", "MemoryAccounts", "known_account"]


@frozen
class MemoryAccounts:
    _tables: Tables

    async def add(self, account: Account) -> None:
        if account.username is not None and account.username in self._tables.usernames:
            raise UsernameTaken(account.username)
        refuse_taken(self._tables.accounts, [account.id])
        if account.username is not None:
            self._tables.usernames[account.username] = account.id
        self._tables.accounts[account.id] = account


@frozen
class MemoryAccountQueries:
    _tables: Tables

    async def find(self, account: AccountId) -> Account | None:
        return self._tables.accounts.get(account)


def known_account(tables: Tables, account: AccountId) -> Account:
    try:
        return tables.accounts[account]
    except KeyError:
        raise AccountNotFound(account) from None
