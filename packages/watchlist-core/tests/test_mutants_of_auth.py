"""Stores that break one promise about accounts each are found out by the contract."""

from collections.abc import Collection, Sequence
from typing import ClassVar

from attrs import evolve
from typing_extensions import override

from tests.broken_stores import EveryMutantIsFoundOut, Mutant, WithoutLock
from watchlist_core.auth import (
    Account,
    AddressTaken,
    Credentials,
    EmailAddress,
    UsernameTaken,
)
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


class TellsOfUsernamesFirst(Mutant):
    class Accounts(MemoryAccounts):
        @override
        async def add(self, account: Account, password_hash: str | None = None) -> None:
            if account.username in self._tables.usernames:
                raise UsernameTaken(account.username or "")
            await super().add(account, password_hash)


class ForgetsTheUsernamesItGives(Mutant):
    class Accounts(MemoryAccounts):
        @override
        async def has_username(self, username: str) -> bool:
            return username in self._tables.usernames.below


class TakesNoUsernameForOne(Mutant):
    class Accounts(MemoryAccounts):
        @override
        async def add(self, account: Account, password_hash: str | None = None) -> None:
            if any(account.username == other.username for other in self._tables.accounts.values()):
                raise UsernameTaken(account.username or "")
            await super().add(account, password_hash)


class TakesNoAddressForOne(Mutant):
    class Accounts(MemoryAccounts):
        @override
        async def add(self, account: Account, password_hash: str | None = None) -> None:
            if any(account.email == other.email for other in self._tables.accounts.values()):
                raise AddressTaken
            await super().add(account, password_hash)


class KeepsWantedUsernames(Mutant):
    class Accounts(MemoryAccounts):
        @override
        async def has_username(self, username: str) -> bool:
            wanted = {account.wanted_username for account in self._tables.accounts.values()}
            return username in wanted or await super().has_username(username)


class FindsSomebodyElse(Mutant):
    class AccountQueries(MemoryAccountQueries):
        @override
        async def find(self, account: AccountId) -> Account | None:
            return next(iter(self._tables.accounts.values()), None)


class ReadsAddressesByCase(Mutant):
    class AccountQueries(MemoryAccountQueries):
        @override
        async def credentials(self, email: EmailAddress) -> Credentials | None:
            found = await super().credentials(email)
            known = found and found.account.email
            return found if known and known.text == email.text else None


class FindsTheBeginningsOfAddresses(Mutant):
    class AccountQueries(MemoryAccountQueries):
        @override
        async def credentials(self, email: EmailAddress) -> Credentials | None:
            for known in self._tables.addresses:
                if known.startswith(email.folded):
                    return await super().credentials(EmailAddress(known))
            return None


class HoldsAddressesByCase(Mutant):
    class Accounts(MemoryAccounts):
        @override
        async def hold_by_email(self, email: EmailAddress) -> Account | None:
            held = await super().hold_by_email(email)
            return held if held and held.email and held.email.text == email.text else None


class SavesRightsOnly(Mutant):
    class Accounts(MemoryAccounts):
        @override
        async def save(self, account: Account) -> None:
            earlier = await self.hold(account.id)
            await super().save(evolve(earlier, role=account.role, is_active=account.is_active))


class KeepsOldNames(Mutant):
    class Accounts(MemoryAccounts):
        @override
        async def save(self, account: Account) -> None:
            earlier = await self.hold(account.id)
            await super().save(account)
            if earlier.username:
                self._tables.usernames[earlier.username] = account.id


class SavesWhatItRefuses(Mutant):
    class Accounts(MemoryAccounts):
        @override
        async def save(self, account: Account) -> None:
            try:
                await super().save(account)
            except UsernameTaken:
                self._tables.accounts[account.id] = evolve(account, username=None)
                raise


class GivesAllTheSamePassword(Mutant):
    class Accounts(MemoryAccounts):
        @override
        async def set_password_hash(self, account: AccountId, password_hash: str | None) -> None:
            for one in [*self._tables.password_hashes]:
                await super().set_password_hash(one, password_hash)


class KeepsTheFirstPassword(Mutant):
    class Accounts(MemoryAccounts):
        @override
        async def set_password_hash(self, account: AccountId, password_hash: str | None) -> None:
            if await self.password_hash(account) is None:
                await super().set_password_hash(account, password_hash)


class HoldsEverybody(Mutant):
    class Accounts(MemoryAccounts):
        @override
        async def hold_all(self, accounts: Collection[AccountId]) -> Sequence[Account]:
            return await super().hold_all([*self._tables.accounts])


class HoldsOneTwice(Mutant):
    class Accounts(MemoryAccounts):
        @override
        async def hold_all(self, accounts: Collection[AccountId]) -> Sequence[Account]:
            known = await super().hold_all(accounts)
            return [one for account in accounts for one in known if one.id == account]


class TestAuth(EveryMutantIsFoundOut):
    contract = AuthContract
    found_out_by: ClassVar = {
        ActivatesEverybody: ["test_an_account_is_kept_as_it_is"],
        FindsSomebodyElse: ["test_nobody_is_found_under_an_unknown_id"],
        HoldsEverybody: ["test_of_several_accounts_those_are_held_that_there_are"],
        HoldsOneTwice: ["test_of_several_accounts_those_are_held_that_there_are"],
        ReadsAddressesByCase: ["test_an_account_is_found_by_its_address_in_any_case"],
        HoldsAddressesByCase: ["test_an_account_is_found_by_its_address_in_any_case"],
        FindsTheBeginningsOfAddresses: ["test_nobody_is_found_by_an_unknown_address"],
        IgnoresUniqueness: [
            "test_no_account_takes_the_place_of_another",
            "test_a_username_belongs_to_one_account",
            "test_an_address_belongs_to_one_account_in_any_case",
            "test_of_two_who_want_a_name_at_once_one_gets_it",
        ],
        TellsOfUsernamesFirst: ["test_an_address_belongs_to_one_account_in_any_case"],
        ForgetsTheUsernamesItGives: ["test_a_work_sees_the_names_it_has_given_itself"],
        TakesNoUsernameForOne: ["test_any_number_of_accounts_go_without_names"],
        TakesNoAddressForOne: ["test_any_number_of_accounts_go_without_names"],
        KeepsWantedUsernames: ["test_a_wanted_username_is_free_for_others"],
        SavesRightsOnly: ["test_an_account_is_what_it_has_become"],
        KeepsOldNames: ["test_the_names_that_an_account_gives_up_are_free"],
        SavesWhatItRefuses: ["test_an_account_cannot_become_what_another_is"],
        GivesAllTheSamePassword: ["test_a_password_is_replaced"],
        KeepsTheFirstPassword: ["test_a_password_is_replaced"],
        WithoutLock: [
            "test_of_two_who_want_a_name_at_once_one_gets_it",
            "test_a_held_account_waits_for_the_work_that_holds_it",
        ],
    }
