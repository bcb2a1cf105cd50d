import pytest
from attrs import evolve

from watchlist_core.auth import Account, Role, UsernameTaken
from watchlist_core.ids import AccountId
from watchlist_core.testing.contracts.given import NOON, an_account, new_id
from watchlist_core.testing.contracts.mistake import mistake
from watchlist_core.testing.contracts.overlap import Overlap, at_once
from watchlist_core.testing.contracts.store import Store

__all__ = ["AuthContract"]

_ANDREI = Account(AccountId(new_id()), "andrei", Role.USER, is_active=True, created_at=NOON)


@pytest.mark.asyncio
class AuthContract:
    """Accounts are kept as they are, and no two share a username."""

    @pytest.mark.parametrize(
        "account",
        [
            _ANDREI,
            evolve(_ANDREI, username=None),
            evolve(_ANDREI, role=Role.MODERATOR),
            evolve(_ANDREI, role=Role.ADMIN, is_active=False),
        ],
        ids=["user", "without a username", "moderator", "inactive"],
    )
    async def test_an_account_is_kept_as_it_is(self, store: Store, account: Account) -> None:
        async with store.begin() as work:
            await work.accounts.add(account)
            await work.commit()

        assert await store.account_queries.find(account.id) == account

    async def test_nobody_is_found_under_an_unknown_id(self, store: Store) -> None:
        await an_account(store)

        assert await store.account_queries.find(AccountId(new_id())) is None

    async def test_a_username_belongs_to_one_account(self, store: Store) -> None:
        await an_account(store, "andrei")

        with pytest.raises(UsernameTaken) as refused:
            await an_account(store, "andrei")

        assert refused.value.username == "andrei"
        assert list(await store.events()) == ["account-added"]

    async def test_a_work_sees_the_usernames_it_has_given_itself(self, store: Store) -> None:
        async with store.begin() as work:
            await work.accounts.add(_ANDREI)

            with pytest.raises(UsernameTaken):
                await work.accounts.add(evolve(_ANDREI, id=AccountId(new_id())))

    async def test_no_account_takes_the_place_of_another(self, store: Store) -> None:
        account = await an_account(store, "andrei")

        with mistake():
            async with store.begin() as work:
                await work.accounts.add(evolve(account, username="kelvin", role=Role.ADMIN))
                await work.commit()

        assert await store.account_queries.find(account.id) == account

    async def test_any_number_of_accounts_go_without_a_username(self, store: Store) -> None:
        first, second = await an_account(store), await an_account(store)

        assert await store.account_queries.find(first.id) == first
        assert await store.account_queries.find(second.id) == second

    async def test_of_two_who_want_a_username_at_once_one_gets_it(self, store: Store) -> None:
        overlap = Overlap(works=2)

        async def claim(account: Account) -> Account:
            async with store.begin() as work:
                await work.accounts.add(account)
                await overlap()
                await work.commit()
            return account

        winners, refused = await at_once(
            claim(_ANDREI), claim(evolve(_ANDREI, id=AccountId(new_id())))
        )

        assert len(winners) == 1
        assert [(type(error), *error.args) for error in refused] == [(UsernameTaken, "andrei")]
        assert await store.account_queries.find(winners[0].id) == winners[0]
