from datetime import timedelta

import pytest

from watchlist_core.auth import (
    AccountCard,
    AccountSearch,
    EmailAddress,
    Role,
)
from watchlist_core.paging import After, ForeignPosition, PageNumber, Position, Total, Window
from watchlist_core.testing.contracts.given import NOON, added, unsaved_account
from watchlist_core.testing.contracts.store import Store

__all__ = ["AccountSearchContract"]


async def _found(store: Store, search: AccountSearch) -> list[str | None]:
    page = await store.account_queries.search(search, PageNumber())
    assert page.total == Total(len(page.items))
    return sorted((card.username for card in page.items), key=str)


async def _walked(store: Store, window: Window) -> list[str]:
    search = AccountSearch(role=Role.USER)
    page = await store.account_queries.search(search, window)
    ids = [card.id for card in page.items]
    number = 1
    while page.next is not None:
        number += 1
        if isinstance(window, PageNumber):
            assert page.total == Total(5)
            window = PageNumber(number, window.page_size)
        else:
            assert page.total is None
            window = After(page.next, window.page_size)
        page = await store.account_queries.search(search, window)
        ids += [card.id for card in page.items]
    return ids


@pytest.mark.asyncio
class AccountSearchContract:
    """Accounts are found by what is known of them, the latest first."""

    async def test_accounts_are_found_by_all_that_is_asked_for(self, store: Store) -> None:
        await added(
            store,
            unsaved_account(username="andrei", email=EmailAddress("Andrei@Example.org")),
            unsaved_account(
                username="kelvin", email=EmailAddress("kelvin@example.com"), role=Role.ADMIN
            ),
            unsaved_account(
                username="snaut_1", email=EmailAddress("s%naut@example.com"), is_active=False
            ),
            unsaved_account(email=EmailAddress("gibarian@example.org"), is_activated=False),
            unsaved_account(username="hari.x", role=Role.MODERATOR),
        )
        found_by = {
            AccountSearch(): [None, "andrei", "hari.x", "kelvin", "snaut_1"],
            AccountSearch(email="EXAMPLE.ORG"): [None, "andrei"],
            AccountSearch(email="%"): ["snaut_1"],
            AccountSearch(email="n_u"): [],
            AccountSearch(email="\\"): [],
            AccountSearch(username="NDR"): ["andrei"],
            AccountSearch(username="_"): ["snaut_1"],
            AccountSearch(username="."): ["hari.x"],
            AccountSearch(role=Role.ADMIN): ["kelvin"],
            AccountSearch(role=Role.USER): [None, "andrei", "snaut_1"],
            AccountSearch(is_active=False): ["snaut_1"],
            AccountSearch(is_active=True): [None, "andrei", "hari.x", "kelvin"],
            AccountSearch("example.com", "n", Role.USER, is_active=False): ["snaut_1"],
            AccountSearch("example.com", "n", Role.USER, is_active=True): [],
        }

        assert {search: await _found(store, search) for search in found_by} == found_by

    async def test_a_card_tells_what_an_account_is(self, store: Store) -> None:
        account = unsaved_account(
            role=Role.MODERATOR,
            email=EmailAddress("Andrei@Example.org"),
            is_active=False,
            is_activated=False,
            wanted_username="andrei",
        )
        await added(store, account)

        page = await store.account_queries.search(AccountSearch(), PageNumber())

        assert list(page.items) == [
            AccountCard(
                id=str(account.id),
                email="Andrei@Example.org",
                username=None,
                role=Role.MODERATOR,
                is_active=False,
                is_activated=False,
                created_at=NOON,
            )
        ]
        assert (page.next, page.total) == (None, Total(1))

    async def test_the_latest_come_first_whichever_way_the_list_is_walked(
        self, store: Store
    ) -> None:
        days = [1, 3, 3, 2, 3]
        accounts = [unsaved_account(created_at=NOON + timedelta(days=day)) for day in days]
        await added(store, *accounts, unsaved_account(role=Role.ADMIN))

        walks = [await _walked(store, PageNumber(1, size)) for size in (1, 2, 5, 6)]
        walks += [await self._walked_by_position(store, size) for size in (1, 2, 4)]

        assert walks == [walks[0]] * 7
        made = {str(account.id): day for account, day in zip(accounts, days, strict=True)}
        assert [made[account] for account in walks[0]] == [3, 3, 3, 2, 1]

    async def _walked_by_position(self, store: Store, page_size: int) -> list[str]:
        search = AccountSearch(role=Role.USER)
        first = await store.account_queries.search(search, PageNumber(1, page_size))
        ids = [card.id for card in first.items]
        return ids + await _walked(store, After(first.next or (), page_size))

    async def test_a_position_of_another_list_is_refused(self, store: Store) -> None:
        await added(store, unsaved_account())
        foreign: list[Position] = [(), (None, None), ("solaris", 1, 2), (1,)]

        for position in foreign:
            with pytest.raises(ForeignPosition):
                await store.account_queries.search(AccountSearch(), After(position))
