from collections.abc import Awaitable, Callable
from typing import Final

import pytest
from attrs import evolve

from watchlist_core.auth import (
    Account,
    AccountNotFound,
    AddressTaken,
    Credentials,
    EmailAddress,
    Role,
    UsernameTaken,
)
from watchlist_core.ids import AccountId
from watchlist_core.testing.contracts.given import NOON, an_account, new_id
from watchlist_core.testing.contracts.mistake import mistake
from watchlist_core.testing.contracts.overlap import Overlap, at_once
from watchlist_core.testing.contracts.store import Store, StoreWork

__all__ = ["AuthContract"]

_ADDRESS: Final = EmailAddress("Andrei@Example.org")
_ANDREI: Final = Account(
    AccountId(new_id()), "andrei", Role.USER, is_active=True, created_at=NOON, email=_ADDRESS
)


def _somebody_else(username: str | None = None, email: EmailAddress | None = None) -> Account:
    return evolve(_ANDREI, id=AccountId(new_id()), username=username, email=email)


async def _kept(store: Store, *accounts: Account, password_hash: str | None = None) -> None:
    async with store.begin() as work:
        for account in accounts:
            await work.accounts.add(account, password_hash)
        await work.commit()


async def _saved(store: Store, account: Account) -> None:
    async with store.begin() as work:
        await work.accounts.hold(account.id)
        await work.accounts.save(account)
        await work.commit()


async def _by_id(work: StoreWork) -> Account:
    return await work.accounts.hold(_ANDREI.id)


async def _by_email(work: StoreWork) -> Account:
    held = await work.accounts.hold_by_email(EmailAddress("ANDREI@example.ORG"))
    assert held
    return held


async def _among_all(work: StoreWork) -> Account:
    (held,) = await work.accounts.hold_all([_ANDREI.id, AccountId(new_id())])
    return held


@pytest.mark.asyncio
class AuthContract:
    """Accounts are kept as they are, and no two share a username or an address."""

    @pytest.mark.parametrize(
        "account",
        [
            _ANDREI,
            evolve(_ANDREI, username=None, email=None),
            evolve(_ANDREI, role=Role.MODERATOR),
            evolve(_ANDREI, role=Role.ADMIN, is_active=False),
            evolve(_ANDREI, username=None, wanted_username="andrei", is_activated=False),
        ],
        ids=["user", "without names", "moderator", "inactive", "pending"],
    )
    async def test_an_account_is_kept_as_it_is(self, store: Store, account: Account) -> None:
        await _kept(store, account)

        kept = await store.account_queries.find(account.id)
        assert kept is not None
        assert kept == account
        assert (kept.email and kept.email.text) == (account.email and account.email.text)
        async with store.begin() as work:
            assert await work.accounts.hold(account.id) == account

    async def test_nobody_is_found_under_an_unknown_id(self, store: Store) -> None:
        await an_account(store)
        nobody = AccountId(new_id())

        assert await store.account_queries.find(nobody) is None
        async with store.begin() as work:
            with pytest.raises(AccountNotFound) as refused:
                await work.accounts.hold(nobody)
        assert refused.value.account == nobody

    async def test_of_several_accounts_those_are_held_that_there_are(self, store: Store) -> None:
        kept = [await an_account(store) for _ in range(4)]
        wanted = [kept[2].id, AccountId(new_id()), kept[0].id, kept[3].id, kept[2].id]

        async with store.begin() as work:
            held = await work.accounts.hold_all(wanted)
            nobody = await work.accounts.hold_all([])

        by_id = {account.id: account for account in held}
        assert len(held) == 3
        assert by_id == {account.id: account for account in (kept[0], kept[2], kept[3])}
        assert list(nobody) == []

    @pytest.mark.parametrize("password_hash", ["$2b$12$of a password", None])
    async def test_an_account_is_found_by_its_address_in_any_case(
        self, store: Store, password_hash: str | None
    ) -> None:
        await _kept(store, _ANDREI, password_hash=password_hash)

        for text in ("andrei@example.org", "ANDREI@EXAMPLE.ORG"):
            email = EmailAddress(text)
            found = await store.account_queries.credentials(email)
            assert found == Credentials(_ANDREI, password_hash)
            async with store.begin() as work:
                assert await work.accounts.hold_by_email(email) == _ANDREI
                assert await work.accounts.password_hash(_ANDREI.id) == password_hash

    async def test_nobody_is_found_by_an_unknown_address(self, store: Store) -> None:
        unknown = EmailAddress("andrei@example.or")
        await _kept(store, _ANDREI, _somebody_else())

        assert await store.account_queries.credentials(unknown) is None
        async with store.begin() as work:
            assert await work.accounts.hold_by_email(unknown) is None

    async def test_a_username_belongs_to_one_account(self, store: Store) -> None:
        await an_account(store, "andrei")

        with pytest.raises(UsernameTaken) as refused:
            await an_account(store, "andrei")

        assert refused.value.username == "andrei"
        assert list(await store.events()) == ["account-added"]

    async def test_an_address_belongs_to_one_account_in_any_case(self, store: Store) -> None:
        await _kept(store, _ANDREI)

        same = EmailAddress("andrei@EXAMPLE.org")

        async with store.begin() as work:
            for username in (None, "andrei"):
                with pytest.raises(AddressTaken):
                    await work.accounts.add(_somebody_else(username, same))
            await work.accounts.add(_somebody_else("kelvin", EmailAddress("andrei@example.com")))
            await work.commit()

    async def test_a_work_sees_the_names_it_has_given_itself(self, store: Store) -> None:
        async with store.begin() as work:
            await work.accounts.add(_ANDREI)

            assert await work.accounts.has_username("andrei")
            with pytest.raises(UsernameTaken):
                await work.accounts.add(_somebody_else("andrei"))
            with pytest.raises(AddressTaken):
                await work.accounts.add(_somebody_else("kelvin", _ADDRESS))

    async def test_no_account_takes_the_place_of_another(self, store: Store) -> None:
        account = await an_account(store, "andrei")

        with mistake():
            async with store.begin() as work:
                await work.accounts.add(evolve(account, username="kelvin", role=Role.ADMIN))
                await work.commit()

        assert await store.account_queries.find(account.id) == account

    async def test_any_number_of_accounts_go_without_names(self, store: Store) -> None:
        first, second = await an_account(store), await an_account(store)

        assert await store.account_queries.find(first.id) == first
        assert await store.account_queries.find(second.id) == second

    async def test_a_wanted_username_is_free_for_others(self, store: Store) -> None:
        pending = evolve(_somebody_else(), wanted_username="andrei", is_activated=False)
        await _kept(store, pending, evolve(pending, id=AccountId(new_id())))

        async with store.begin() as work:
            assert not await work.accounts.has_username("andrei")
            await work.accounts.add(_ANDREI)
            assert await work.accounts.has_username("andrei")
            assert not await work.accounts.has_username("andre")

    @pytest.mark.parametrize(
        ("first", "second", "refusal"),
        [
            (_somebody_else("andrei"), _somebody_else("andrei"), UsernameTaken),
            (
                _somebody_else(None, _ADDRESS),
                _somebody_else(None, EmailAddress("andrei@example.org")),
                AddressTaken,
            ),
        ],
        ids=["username", "address"],
    )
    async def test_of_two_who_want_a_name_at_once_one_gets_it(
        self, store: Store, first: Account, second: Account, refusal: type[Exception]
    ) -> None:
        overlap = Overlap(works=2)

        async def claim(account: Account) -> Account:
            async with store.begin() as work:
                await work.accounts.add(account)
                await overlap()
                await work.commit()
            return account

        winners, refused = await at_once(claim(first), claim(second))

        assert len(winners) == 1
        assert [type(error) for error in refused] == [refusal]
        assert await store.account_queries.find(winners[0].id) == winners[0]

    @pytest.mark.parametrize(
        "changed",
        [
            evolve(_ANDREI, username="kelvin", role=Role.ADMIN),
            evolve(_ANDREI, username=None, email=None, is_active=False),
            evolve(_ANDREI, email=EmailAddress("kelvin@example.org")),
            evolve(_ANDREI, username=None, wanted_username="kelvin", is_activated=False),
        ],
        ids=["user", "inactive", "address", "pending"],
    )
    async def test_an_account_is_what_it_has_become(self, store: Store, changed: Account) -> None:
        await _kept(store, _ANDREI, password_hash="kept")  # noqa: S106  no password

        await _saved(store, changed)

        assert await store.account_queries.find(_ANDREI.id) == changed
        if changed.email:
            found = await store.account_queries.credentials(changed.email)
            assert found == Credentials(changed, "kept")

    async def test_the_names_that_an_account_gives_up_are_free(self, store: Store) -> None:
        await _kept(store, _ANDREI)
        await _saved(store, evolve(_ANDREI, username="kelvin", email=None))

        await _kept(store, _somebody_else("andrei", _ADDRESS))

        with pytest.raises(UsernameTaken):
            await _kept(store, _somebody_else("kelvin"))

    async def test_an_account_cannot_become_what_another_is(self, store: Store) -> None:
        kelvin = _somebody_else("kelvin", EmailAddress("kelvin@example.org"))
        await _kept(store, _ANDREI, kelvin)

        async with store.begin() as work:
            await work.accounts.hold(kelvin.id)
            with pytest.raises(UsernameTaken) as refused:
                await work.accounts.save(evolve(kelvin, username="andrei", role=Role.ADMIN))
            with pytest.raises(AddressTaken):
                await work.accounts.save(evolve(kelvin, username="andrei", email=_ADDRESS))
            assert await work.accounts.hold(kelvin.id) == kelvin
            await work.accounts.save(evolve(kelvin, is_active=False))
            await work.commit()

        assert refused.value.username == "andrei"
        assert await store.account_queries.find(kelvin.id) == evolve(kelvin, is_active=False)

    async def test_a_password_is_replaced(self, store: Store) -> None:
        other = _somebody_else("kelvin", EmailAddress("kelvin@example.org"))
        await _kept(store, _ANDREI, other, password_hash="old")  # noqa: S106  no password

        async with store.begin() as work:
            await work.accounts.hold(_ANDREI.id)
            await work.accounts.set_password_hash(_ANDREI.id, "new")
            assert await work.accounts.password_hash(_ANDREI.id) == "new"
            assert await work.accounts.password_hash(other.id) == "old"
            await work.commit()

        found = await store.account_queries.credentials(_ADDRESS)
        assert found == Credentials(_ANDREI, "new")

    @pytest.mark.parametrize("hold", [_by_id, _by_email, _among_all])
    async def test_a_held_account_waits_for_the_work_that_holds_it(
        self, store: Store, hold: Callable[[StoreWork], Awaitable[Account]]
    ) -> None:
        await _kept(store, _ANDREI)
        overlap = Overlap(works=3)

        async def lengthen() -> None:
            async with store.begin() as work:
                held = await hold(work)
                await overlap()
                await work.accounts.save(evolve(held, username=f"{held.username}-"))
                await work.commit()

        _, failed = await at_once(lengthen(), lengthen(), lengthen())

        assert failed == []
        kept = await store.account_queries.find(_ANDREI.id)
        assert kept == evolve(_ANDREI, username="andrei---")
