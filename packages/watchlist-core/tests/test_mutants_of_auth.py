"""Stores that break one promise about accounts each are found out by the contract."""

from typing import ClassVar

from attrs import evolve
from typing_extensions import override

from tests.broken_stores import EveryMutantIsFoundOut, Mutant, WithoutLock
from watchlist_core.auth import Account, UsernameTaken
from watchlist_core.ids import AccountId
from watchlist_core.testing.contracts import AuthContract
from watchlist_core.testing.memory import MemoryAccountQueries, MemoryAccounts


class ActivatesEverybody(Mutant):
    class Accounts(MemoryAccounts):
        @override
        async def add(self, account: Account, password_hash: str | None = None) -> None:
            await super().add(evolve(account, is_active=True), password_hash)


class IgnoresUniqueness(Mutant):
    class Accounts(MemoryAccounts):
        @override
        async def add(self, account: Account, password_hash: str | None = None) -> None:
            self._tables.accounts[account.id] = account


class ForgetsTheUsernamesItGives(Mutant):
    class Accounts(MemoryAccounts):
        @override
        async def add(self, account: Account, password_hash: str | None = None) -> None:
            if account.username in self._tables.usernames.below:
                raise UsernameTaken(account.username or "")
            if account.username:
                self._tables.usernames[account.username] = account.id
            self._tables.accounts[account.id] = account


class TakesNoUsernameForOne(Mutant):
    class Accounts(MemoryAccounts):
        @override
        async def add(self, account: Account, password_hash: str | None = None) -> None:
            if any(account.username == other.username for other in self._tables.accounts.values()):
                raise UsernameTaken(account.username or "")
            await super().add(account, password_hash)


class FindsSomebodyElse(Mutant):
    class AccountQueries(MemoryAccountQueries):
        @override
        async def find(self, account: AccountId) -> Account | None:
            return next(iter(self._tables.accounts.values()), None)


class TestAuth(EveryMutantIsFoundOut):
    contract = AuthContract
    found_out_by: ClassVar = {
        ActivatesEverybody: ["test_an_account_is_kept_as_it_is"],
        FindsSomebodyElse: ["test_nobody_is_found_under_an_unknown_id"],
        IgnoresUniqueness: [
            "test_no_account_takes_the_place_of_another",
            "test_a_username_belongs_to_one_account",
            "test_of_two_who_want_a_username_at_once_one_gets_it",
        ],
        ForgetsTheUsernamesItGives: ["test_a_work_sees_the_usernames_it_has_given_itself"],
        TakesNoUsernameForOne: ["test_any_number_of_accounts_go_without_a_username"],
        WithoutLock: ["test_of_two_who_want_a_username_at_once_one_gets_it"],
    }
