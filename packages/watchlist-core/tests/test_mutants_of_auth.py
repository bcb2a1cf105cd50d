"""Stores that break one promise about accounts each are found out by the contract."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from attrs import evolve
from typing_extensions import override

from watchlist_core.auth import Account, UsernameTaken
from watchlist_core.ids import AccountId
from watchlist_core.testing import MemoryStore
from watchlist_core.testing.contracts import AuthContract
from watchlist_core.testing.memory import (
    MemoryAccountQueries,
    MemoryAccounts,
    MemoryUnitOfWork,
)
from watchlist_core.work import outermost


class _Mutant(MemoryStore):
    """A sound store but for the port that a subclass puts in its place."""

    Accounts: type[MemoryAccounts] = MemoryAccounts

    @override
    @asynccontextmanager
    async def begin(self) -> AsyncIterator[MemoryUnitOfWork]:
        async with super().begin() as work:
            work.accounts = self.Accounts(work.changed)
            yield work


class WithoutLock(MemoryStore):
    @override
    @asynccontextmanager
    async def begin(self) -> AsyncIterator[MemoryUnitOfWork]:
        with outermost():
            yield MemoryUnitOfWork(self.committed)


class ActivatesEverybody(_Mutant):
    class Accounts(MemoryAccounts):
        @override
        async def add(self, account: Account) -> None:
            await super().add(evolve(account, is_active=True))


class IgnoresUsernames(_Mutant):
    class Accounts(MemoryAccounts):
        @override
        async def add(self, account: Account) -> None:
            self._tables.accounts[account.id] = account


class ForgetsTheUsernamesItGives(_Mutant):
    class Accounts(MemoryAccounts):
        @override
        async def add(self, account: Account) -> None:
            if account.username in self._tables.usernames.parents:
                raise UsernameTaken(account.username or "")
            if account.username:
                self._tables.usernames[account.username] = account.id
            self._tables.accounts[account.id] = account


class TakesNoUsernameForOne(_Mutant):
    class Accounts(MemoryAccounts):
        @override
        async def add(self, account: Account) -> None:
            if any(account.username == other.username for other in self._tables.accounts.values()):
                raise UsernameTaken(account.username or "")
            await super().add(account)


class FindsSomebodyElse(MemoryStore):
    class AccountQueries(MemoryAccountQueries):
        @override
        async def find(self, account: AccountId) -> Account | None:
            return next(iter(self._tables.accounts.values()), None)

    @property
    @override
    def account_queries(self) -> MemoryAccountQueries:
        return self.AccountQueries(self.committed)


FOUND_OUT_BY: dict[type[MemoryStore], list[str]] = {
    ActivatesEverybody: ["test_an_account_is_kept_as_it_is"],
    FindsSomebodyElse: ["test_nobody_is_found_under_an_unknown_id"],
    IgnoresUsernames: [
        "test_a_username_belongs_to_one_account",
        "test_of_two_who_want_a_username_at_once_one_gets_it",
    ],
    ForgetsTheUsernamesItGives: ["test_a_work_sees_the_usernames_it_has_given_itself"],
    TakesNoUsernameForOne: ["test_any_number_of_accounts_go_without_a_username"],
    WithoutLock: ["test_of_two_who_want_a_username_at_once_one_gets_it"],
}


@pytest.mark.parametrize(
    ("mutant", "name"), [(mutant, name) for mutant in FOUND_OUT_BY for name in FOUND_OUT_BY[mutant]]
)
def test_a_broken_promise_is_found_out(
    passes: Callable[..., bool], mutant: type[MemoryStore], name: str
) -> None:
    assert not passes(mutant, AuthContract, name)


def test_every_test_of_the_contract_finds_somebody_out() -> None:
    tests = {name for name in dir(AuthContract) if name.startswith("test_")}
    assert tests == {name for names in FOUND_OUT_BY.values() for name in names}
