"""Stores that break one promise to admins each are found out by the contracts."""

from typing import ClassVar

from attrs import evolve
from typing_extensions import override

from tests.broken_stores import EveryMutantIsFoundOut, Mutant, WithoutLock
from watchlist_core.auth import Account, AccountCard, AccountSearch, EmailAddress, Role
from watchlist_core.ids import AccountId, SessionId
from watchlist_core.paging import After, ForeignPosition, Page, PageNumber, Window
from watchlist_core.testing.contracts import AccountSearchContract, UsersContract
from watchlist_core.testing.memory import (
    MemoryAccountQueries,
    MemoryAccounts,
    MemorySessions,
)


class FindsTheInactiveToo(Mutant):
    class AccountQueries(MemoryAccountQueries):
        @override
        async def search(self, search: AccountSearch, window: Window) -> Page[AccountCard]:
            return await super().search(evolve(search, is_active=None), window)


class TakesPercentForAnything(Mutant):
    class AccountQueries(MemoryAccountQueries):
        @override
        async def search(self, search: AccountSearch, window: Window) -> Page[AccountCard]:
            return await super().search(evolve(search, email=search.email.strip("%")), window)


class FindsAddressesByCase(Mutant):
    class AccountQueries(MemoryAccountQueries):
        @override
        async def search(self, search: AccountSearch, window: Window) -> Page[AccountCard]:
            page = await super().search(search, window)
            return evolve(
                page, items=[card for card in page.items if search.email in (card.email or "")]
            )


class ShowsFoldedAddresses(Mutant):
    class AccountQueries(MemoryAccountQueries):
        @override
        async def search(self, search: AccountSearch, window: Window) -> Page[AccountCard]:
            page = await super().search(search, window)
            cards = [evolve(card, email=card.email and card.email.lower()) for card in page.items]
            return evolve(page, items=cards)


class ListsTheOldestFirst(Mutant):
    class AccountQueries(MemoryAccountQueries):
        @override
        async def search(self, search: AccountSearch, window: Window) -> Page[AccountCard]:
            page = await super().search(search, window)
            return evolve(page, items=page.items[::-1])


class SkipsTies(Mutant):
    class AccountQueries(MemoryAccountQueries):
        @override
        async def search(self, search: AccountSearch, window: Window) -> Page[AccountCard]:
            if isinstance(window, After) and len(window.position) == 2:
                window = evolve(window, position=(window.position[0], ""))
            return await super().search(search, window)


class GoesOnFromAnywhere(Mutant):
    class AccountQueries(MemoryAccountQueries):
        @override
        async def search(self, search: AccountSearch, window: Window) -> Page[AccountCard]:
            try:
                return await super().search(search, window)
            except ForeignPosition:
                return await super().search(search, PageNumber())


class CountsEveryAdmin(Mutant):
    class Accounts(MemoryAccounts):
        @override
        async def hold_admins(self) -> int:
            accounts = self._tables.accounts.values()
            return sum(account.role is Role.ADMIN for account in accounts)


class EndsNoSession(Mutant):
    class Sessions(MemorySessions):
        @override
        async def end_all(self, account: AccountId, *, but: SessionId | None = None) -> None:
            """Leave them as they are."""


class HoldsNobodyByAddress(Mutant):
    class Accounts(MemoryAccounts):
        @override
        async def hold_by_email(self, email: EmailAddress) -> Account | None:
            return None


class KeepsTheNamesOfTheRemoved(Mutant):
    class Accounts(MemoryAccounts):
        @override
        async def remove(self, account: AccountId) -> None:
            username = (await self.hold(account)).username
            await super().remove(account)
            if username:
                self._tables.usernames[username] = account


class KeepsTheScoresOfTheRemoved(Mutant):
    class Accounts(MemoryAccounts):
        @override
        async def remove(self, account: AccountId) -> None:
            scores = dict(self._tables.scores)
            await super().remove(account)
            self._tables.scores.update(scores)


class KeepsTheViewingsOfTheRemoved(Mutant):
    class Accounts(MemoryAccounts):
        @override
        async def remove(self, account: AccountId) -> None:
            watches = dict(self._tables.watches)
            await super().remove(account)
            self._tables.watches.update(watches)


class TestAccountSearch(EveryMutantIsFoundOut):
    contract = AccountSearchContract
    found_out_by: ClassVar = {
        FindsTheInactiveToo: ["test_accounts_are_found_by_all_that_is_asked_for"],
        TakesPercentForAnything: ["test_accounts_are_found_by_all_that_is_asked_for"],
        FindsAddressesByCase: ["test_accounts_are_found_by_all_that_is_asked_for"],
        ShowsFoldedAddresses: ["test_a_card_tells_what_an_account_is"],
        ListsTheOldestFirst: ["test_the_latest_come_first_whichever_way_the_list_is_walked"],
        SkipsTies: ["test_the_latest_come_first_whichever_way_the_list_is_walked"],
        GoesOnFromAnywhere: ["test_a_position_of_another_list_is_refused"],
    }


class TestUsers(EveryMutantIsFoundOut):
    contract = UsersContract
    tested_elsewhere = (AccountSearchContract,)
    found_out_by: ClassVar = {
        CountsEveryAdmin: [
            "test_admins_are_those_who_can_sign_in",
            "test_the_last_admin_stays_whoever_takes_the_others_away_at_once",
        ],
        EndsNoSession: ["test_an_account_that_is_switched_off_is_signed_out"],
        HoldsNobodyByAddress: [
            "test_of_several_who_appoint_the_first_admin_at_once_one_does",
        ],
        KeepsTheNamesOfTheRemoved: ["test_what_a_removed_account_was_is_gone"],
        KeepsTheScoresOfTheRemoved: ["test_what_a_removed_account_rated_no_longer_counts"],
        KeepsTheViewingsOfTheRemoved: ["test_what_a_removed_account_rated_no_longer_counts"],
        WithoutLock: [
            "test_of_two_who_take_an_admin_away_the_second_sees_what_the_first_did",
            "test_who_rates_while_another_is_removed_is_counted",
        ],
    }
