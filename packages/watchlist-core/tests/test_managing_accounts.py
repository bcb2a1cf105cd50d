"""What admins do with the accounts of others."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from attrs import evolve

from watchlist_core.auth import (
    Account,
    AccountAdded,
    AccountCard,
    AccountChanges,
    AccountNotFound,
    AccountRevised,
    AccountSearch,
    AddAccount,
    AddressTaken,
    AppointFirstAdmin,
    CreateAccount,
    EmailAddress,
    IssueMailToken,
    LastAdmin,
    Lives,
    MailPurpose,
    PasswordRules,
    Register,
    RemoveAccount,
    RemoveExpired,
    ReviseAccount,
    Role,
    SearchAccounts,
    ShowAccount,
    SignInLimits,
    UsernameTaken,
    WeakPassword,
)
from watchlist_core.ids import AccountId
from watchlist_core.paging import PageNumber, Total
from watchlist_core.testing import MemoryStore, PlainPasswords
from watchlist_core.testing.contracts import (
    NOON,
    PASSWORD,
    Store,
    a_member,
    added,
    an_account,
    new_id,
    signed_in,
    unsaved_account,
)
from watchlist_core.work import Event

ANDREI = "andrei@example.org"
RULES = PasswordRules()
NOTHING = AccountChanges()


def _last_event(store: MemoryStore) -> Event:
    return store.committed.events[max(store.committed.events)]


def _create(store: Store) -> CreateAccount:
    return CreateAccount(store.begin, lambda: NOON, new_id, PlainPasswords(), RULES)


def _appoint(store: Store) -> AppointFirstAdmin:
    return AppointFirstAdmin(store.begin, lambda: NOON, new_id, PlainPasswords(), RULES)


async def _works(store: Store, password: str, email: str = ANDREI) -> bool:
    known = await store.account_queries.credentials(EmailAddress(email))
    return known is not None and await PlainPasswords().verify(password, known.password_hash)


async def test_somebody_for_whom_an_account_was_created_can_sign_in_at_once() -> None:
    store = MemoryStore()

    card = await _create(store)("Andrei@Example.org", PASSWORD, "andrei", Role.MODERATOR)

    assert card == AccountCard(
        id=card.id,
        email="Andrei@Example.org",
        username="andrei",
        role=Role.MODERATOR,
        is_active=True,
        is_activated=True,
        created_at=NOON,
    )
    assert await _works(store, PASSWORD)
    assert list(store.committed.events.values()) == [
        AccountAdded(AccountId(UUID(card.id)), Role.MODERATOR)
    ]


async def test_no_account_is_created_in_the_place_of_another() -> None:
    store = MemoryStore()
    create = _create(store)
    await create(ANDREI, PASSWORD, "andrei")

    with pytest.raises(AddressTaken):
        await create("ANDREI@example.org", PASSWORD, "kelvin")
    with pytest.raises(UsernameTaken):
        await create("kelvin@example.org", PASSWORD, "andrei")
    with pytest.raises(WeakPassword):
        await create("kelvin@example.org", "password")
    with pytest.raises(ValueError, match="text"):
        await create("kelvin", PASSWORD)

    assert len(await store.events()) == 1


async def test_an_account_is_shown_as_it_is() -> None:
    store = MemoryStore()
    account = await an_account(store, "andrei")
    nobody = AccountId(new_id())

    card = await ShowAccount(store.account_queries)(account.id)

    assert card == AccountCard.of(account)
    assert (card.id, card.email) == (str(account.id), None)
    with pytest.raises(AccountNotFound) as refused:
        await ShowAccount(store.account_queries)(nobody)
    assert refused.value.account == nobody


async def test_without_a_search_all_accounts_are_listed() -> None:
    store = MemoryStore()
    later = unsaved_account(created_at=NOON + timedelta(days=1), role=Role.ADMIN)
    earlier = await an_account(store)
    await added(store, later)
    search = SearchAccounts(store.account_queries)

    everybody = await search()
    admins = await search(AccountSearch(role=Role.ADMIN), PageNumber(1, 1))

    assert list(everybody.items) == [AccountCard.of(later), AccountCard.of(earlier)]
    assert (list(admins.items), admins.total) == ([AccountCard.of(later)], Total(1))


@pytest.mark.parametrize(
    ("changes", "changed"),
    [
        (AccountChanges(role=Role.MODERATOR), {"role": Role.MODERATOR}),
        (AccountChanges(username="kelvin"), {"username": "kelvin"}),
        (AccountChanges(username=None), {"username": None}),
        (AccountChanges(is_active=False), {"is_active": False}),
        (
            AccountChanges(Role.ADMIN, is_active=False, username="kelvin"),
            {"role": Role.ADMIN, "is_active": False, "username": "kelvin"},
        ),
    ],
)
async def test_of_an_account_changes_what_is_given(
    changes: AccountChanges, changed: dict[str, Any]
) -> None:
    store, told = MemoryStore(), list[bool]()
    account = await an_account(store, "andrei")

    def rights_changed() -> None:
        told.append(store.committed.accounts[account.id] != account)

    card = await ReviseAccount(store.begin, rights_changed)(account.id, changes)

    expected = evolve(account, **changed)
    assert card == AccountCard.of(expected)
    assert await store.account_queries.find(account.id) == expected
    assert _last_event(store) == AccountRevised(account.id, expected.role, expected.is_active)
    assert told == [True]


@pytest.mark.parametrize(
    "changes", [NOTHING, AccountChanges(Role.USER, is_active=True, username="andrei")]
)
async def test_what_is_so_already_is_no_change(changes: AccountChanges) -> None:
    store = MemoryStore()
    account = await an_account(store, "andrei")

    card = await ReviseAccount(store.begin, lambda: pytest.fail("no right changed"))(
        account.id, changes
    )

    assert card == AccountCard.of(account)
    assert list(await store.events()) == ["account-added"]


async def test_an_account_that_is_not_activated_only_wants_its_new_username() -> None:
    store = MemoryStore()
    pending = unsaved_account(is_activated=False, wanted_username="andrei")
    await added(store, pending)
    await an_account(store, "kelvin")

    await ReviseAccount(store.begin, lambda: None)(pending.id, AccountChanges(username="kelvin"))

    kept = await store.account_queries.find(pending.id)
    assert kept == evolve(pending, wanted_username="kelvin")


async def test_what_is_not_possible_changes_nothing() -> None:
    store = MemoryStore()
    admin = await AddAccount(store.begin, lambda: NOON, new_id)("andrei", Role.ADMIN)
    await an_account(store, "kelvin")
    revise = ReviseAccount(store.begin, lambda: pytest.fail("no right changed"))
    nobody = AccountId(new_id())

    with pytest.raises(UsernameTaken):
        await revise(admin.id, AccountChanges(username="kelvin"))
    with pytest.raises(LastAdmin):
        await revise(admin.id, AccountChanges(role=Role.MODERATOR, username="andrew"))
    with pytest.raises(LastAdmin):
        await revise(admin.id, AccountChanges(is_active=False))
    with pytest.raises(ValueError, match="username"):
        await revise(admin.id, AccountChanges(username="Andrei"))
    with pytest.raises(AccountNotFound):
        await revise(nobody, NOTHING)

    assert await store.account_queries.find(admin.id) == admin


async def test_the_last_admin_may_be_renamed_and_others_may_go() -> None:
    store = MemoryStore()
    admin = await AddAccount(store.begin, lambda: NOON, new_id)("andrei", Role.ADMIN)
    switched_off = unsaved_account(role=Role.ADMIN, is_active=False)
    await added(store, switched_off)

    await ReviseAccount(store.begin, lambda: None)(admin.id, AccountChanges(username="andrew"))
    await RemoveAccount(store.begin, lambda: None)(switched_off.id)
    await RemoveAccount(store.begin, lambda: None)((await an_account(store)).id)

    kept = await store.account_queries.find(admin.id)
    assert kept == evolve(admin, username="andrew")


async def test_the_last_admin_is_not_removed_nor_is_nobody() -> None:
    store = MemoryStore()
    admin = await AddAccount(store.begin, lambda: NOON, new_id)(role=Role.ADMIN)
    remove = RemoveAccount(store.begin, lambda: pytest.fail("no right changed"))

    with pytest.raises(LastAdmin):
        await remove(admin.id)
    with pytest.raises(AccountNotFound):
        await remove(AccountId(new_id()))

    assert await store.account_queries.find(admin.id) == admin


async def test_who_is_told_of_a_removed_account_finds_it_gone() -> None:
    store, left = MemoryStore(), list[int]()
    account = await a_member(store)
    await signed_in(store, account.id)

    await RemoveAccount(store.begin, lambda: left.append(len(store.committed.sessions)))(account.id)

    assert left == [0]


async def test_the_first_admin_is_appointed_once() -> None:
    store = MemoryStore()

    first = await _appoint(store)(ANDREI, "andrei", PASSWORD)
    again = await _appoint(store)("ANDREI@example.org", "kelvin", "Stalker!1979")

    known = await store.account_queries.credentials(EmailAddress(ANDREI))
    assert (first, again) == (True, False)
    assert known
    assert (known.account.username, known.account.is_admin_at_work) == ("andrei", True)
    assert await _works(store, PASSWORD)
    assert list(await store.events()) == ["account-added"]


async def test_somebody_who_signs_in_already_becomes_admin_with_the_password_he_has() -> None:
    store = MemoryStore()
    member = await a_member(store, ANDREI)
    await ReviseAccount(store.begin, lambda: None)(member.id, AccountChanges(is_active=False))

    appointed = await _appoint(store)(ANDREI, "andrei", "Stalker!1979")

    kept = await store.account_queries.find(member.id)
    assert appointed
    assert kept == evolve(member, role=Role.ADMIN)
    assert await _works(store, PASSWORD)
    assert _last_event(store) == AccountRevised(member.id, Role.ADMIN, is_active=True)


async def test_who_only_registered_the_address_of_the_first_admin_gains_nothing() -> None:
    store = MemoryStore()
    register = Register(
        store.begin, lambda: NOON, new_id, PlainPasswords(), RULES, activation_required=True
    )
    await register(ANDREI, PASSWORD, "mallory")
    pending = await store.account_queries.credentials(EmailAddress(ANDREI))
    assert pending
    issue = IssueMailToken(store.begin, lambda: NOON, lambda: "token", Lives())
    await issue(pending.account.id, MailPurpose.ACTIVATION)

    await _appoint(store)(ANDREI, "andrei", "Stalker!1979")

    admin = await store.account_queries.find(pending.account.id)
    assert admin == Account(
        pending.account.id,
        "andrei",
        Role.ADMIN,
        is_active=True,
        created_at=NOON,
        email=EmailAddress(ANDREI),
    )
    assert (await _works(store, PASSWORD), await _works(store, "Stalker!1979")) == (False, True)
    assert not store.committed.mail_tokens


async def test_what_cannot_be_an_admin_is_not_appointed() -> None:
    store = MemoryStore()
    await an_account(store, "andrei")
    appoint = _appoint(store)

    with pytest.raises(UsernameTaken):
        await appoint(ANDREI, "andrei", PASSWORD)
    with pytest.raises(WeakPassword):
        await appoint(ANDREI, None, "password")
    with pytest.raises(ValueError, match="text"):
        await appoint("andrei", None, PASSWORD)

    assert list(await store.events()) == ["account-added"]


async def test_what_is_good_for_nothing_any_more_is_removed() -> None:
    store = MemoryStore()
    account = await a_member(store)
    await signed_in(store, account.id)
    issue = IssueMailToken(store.begin, lambda: NOON, lambda: "token", Lives())
    await issue(account.id, MailPurpose.PASSWORD_RESET)
    async with store.begin() as work:
        await work.sign_in_attempts.add(bytes(32), "192.0.2.1", NOON)
        await work.commit()

    quarter, week = SignInLimits().window, Lives().refresh
    instants = [NOON + quarter, NOON + 2 * quarter, NOON + week, NOON + 2 * week]
    removed = [await RemoveExpired(store.begin, lambda at=at: at)() for at in instants]  # type: ignore[misc]  # an instant each

    assert removed == [0, 2, 0, 1]
