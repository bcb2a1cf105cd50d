"""What those are told, and what is recorded, who register."""

from typing import ClassVar

import pytest
from attrs import evolve
from typing_extensions import override

from tests.broken_stores import Mutant
from tests.registering import ANDREI, account_of, last_event, registering, switch_off, waiting
from watchlist_core.auth import (
    Account,
    AccountRegistered,
    AddressRegisteredAgain,
    AddressTaken,
    EmailAddress,
    Role,
    UsernameTaken,
    WeakPassword,
)
from watchlist_core.ids import AccountId
from watchlist_core.testing import MemoryStore, PlainPasswords
from watchlist_core.testing.contracts import (
    NOON,
    PASSWORD,
    a_member,
    an_account,
    new_id,
)
from watchlist_core.testing.memory import MemoryAccounts
from watchlist_core.work import Busy, Event

ANOTHER = "Stalker!1979"


async def test_who_registers_waits_for_his_activation_without_a_username() -> None:
    store = MemoryStore()

    await registering(store)("Andrei@Example.org", PASSWORD, "andrei")

    account = await account_of(store)
    assert account == Account(
        account.id,
        None,
        Role.USER,
        is_active=True,
        created_at=NOON,
        email=EmailAddress(ANDREI),
        is_activated=False,
        wanted_username="andrei",
    )
    assert account.email
    assert account.email.text == "Andrei@Example.org"
    assert last_event(store) == AccountRegistered(account.id, is_activated=False)


class NotesWrites(Mutant):
    writes: ClassVar[list[str]] = []

    class Accounts(MemoryAccounts):
        @override
        async def save(self, account: Account) -> None:
            NotesWrites.writes.append("account")
            await super().save(account)

        @override
        async def set_password_hash(self, account: AccountId, password_hash: str | None) -> None:
            NotesWrites.writes.append("password")
            await super().set_password_hash(account, password_hash)


async def test_neither_an_answer_nor_the_work_it_takes_tells_anything_of_the_address() -> None:
    store, passwords = NotesWrites(), PlainPasswords()
    known, off = await a_member(store, ANDREI), await a_member(store, "off@example.org")
    await registering(store)("pending@example.org", PASSWORD)
    pending = await account_of(store, "pending@example.org")
    await switch_off(store, off.id)
    recorded, work = list[Event](), list[tuple[int, int, list[str]]]()

    for email in (ANDREI, "pending@example.org", "off@example.org", "new@example.org"):
        events, hashed = len(await store.events()), passwords.times_hashed
        store.writes.clear()
        await registering(store, passwords)(email, ANOTHER, "kelvin")
        recorded.append(last_event(store))
        added = len(await store.events()) - events
        work.append((added, passwords.times_hashed - hashed, [*store.writes]))

    new = await account_of(store, "new@example.org")
    assert recorded == [
        AddressRegisteredAgain(known.id),
        AccountRegistered(pending.id, is_activated=False),
        AddressRegisteredAgain(off.id),
        AccountRegistered(new.id, is_activated=False),
    ]
    assert work == [(1, 2, ["account", "password"])] * 4


@pytest.mark.parametrize("email", [ANDREI, "kelvin@example.org"])
async def test_a_taken_username_is_told_whosever_the_address_is(email: str) -> None:
    store = MemoryStore()
    await a_member(store, ANDREI)
    await an_account(store, "kelvin")
    before = await store.events()

    with pytest.raises(UsernameTaken) as refused:
        await registering(store)(email, PASSWORD, "kelvin")

    assert refused.value.username == "kelvin"
    assert await store.events() == before


async def test_a_username_that_somebody_waits_for_can_be_wanted_by_another() -> None:
    store = MemoryStore()
    await waiting(store, "andrei")

    await registering(store)("kelvin@example.org", PASSWORD, "andrei")

    assert (await account_of(store, "kelvin@example.org")).wanted_username == "andrei"


async def test_where_nobody_has_to_activate_an_account_is_there_at_once() -> None:
    store = MemoryStore()
    register = registering(store, activation_required=False)

    await register(ANDREI, PASSWORD, "andrei")

    account = await account_of(store)
    assert (account.may_sign_in, account.username, account.wanted_username) == (
        True,
        "andrei",
        None,
    )
    assert last_event(store) == AccountRegistered(account.id, is_activated=True)
    with pytest.raises(AddressTaken):
        await register("ANDREI@example.org", ANOTHER)
    assert await account_of(store) == account


async def test_a_pending_account_is_there_as_soon_as_nobody_has_to_activate() -> None:
    store = MemoryStore()
    pending = await waiting(store, "andrei")

    await registering(store, activation_required=False)(ANDREI, ANOTHER, "kelvin")

    account = await account_of(store)
    assert (account.id, account.may_sign_in, account.username) == (pending.id, True, "kelvin")
    assert last_event(store) == AccountRegistered(account.id, is_activated=True)


async def test_a_pending_account_that_was_switched_off_is_not_taken_over() -> None:
    store = MemoryStore()
    pending = await waiting(store, "andrei")
    await switch_off(store, pending.id)

    await registering(store)(ANDREI, ANOTHER, "kelvin")

    assert await account_of(store) == evolve(pending, is_active=False)
    with pytest.raises(AddressTaken):
        await registering(store, activation_required=False)(ANDREI, ANOTHER, "kelvin")


@pytest.mark.parametrize(
    ("email", "password", "username", "error"),
    [
        ("andrei", PASSWORD, None, ValueError),
        (f"{'x' * 64}@{'y' * 190}", PASSWORD, None, ValueError),
        (ANDREI, "password", None, WeakPassword),
        (ANDREI, PASSWORD, "A", ValueError),
    ],
)
async def test_what_cannot_be_an_account_costs_nothing(
    email: str, password: str, username: str | None, error: type[Exception]
) -> None:
    store, passwords = MemoryStore(), PlainPasswords()

    with pytest.raises(error):
        await registering(store, passwords)(email, password, username)

    assert passwords.times_hashed == 0
    assert await store.events() == []


class AddsOthersMeanwhile(Mutant):
    """Somebody registers the address between the look and the leap."""

    class Accounts(MemoryAccounts):
        @override
        async def add(self, account: Account, password_hash: str | None = None) -> None:
            other = evolve(account, id=AccountId(new_id()), wanted_username="first")
            await super().add(other, password_hash)
            await super().add(account, password_hash)


class AddsOthersWhoGoAgain(Mutant):
    class Accounts(MemoryAccounts):
        @override
        async def add(self, account: Account, password_hash: str | None = None) -> None:
            raise AddressTaken


async def test_who_registers_a_moment_later_takes_over_what_the_first_has_added() -> None:
    store = AddsOthersMeanwhile()

    await registering(store)(ANDREI, ANOTHER, "second")

    assert (await account_of(store)).wanted_username == "second"
    assert list(await store.events()) == ["account-registered"]


async def test_an_account_that_comes_and_goes_at_this_moment_is_a_reason_to_try_again() -> None:
    store = AddsOthersWhoGoAgain()

    with pytest.raises(Busy):
        await registering(store)(ANDREI, ANOTHER)

    assert await store.events() == []
