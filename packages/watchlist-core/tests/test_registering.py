"""What those are told, and what is recorded, who register, activate, and forget their passwords."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from itertools import count
from typing import ClassVar

import pytest
from attrs import asdict, evolve
from typing_extensions import override

from tests.broken_stores import Mutant
from watchlist_core.auth import (
    Account,
    AccountChanges,
    AccountRegistered,
    Activate,
    ActivationRequested,
    AddressRegisteredAgain,
    AddressTaken,
    EmailAddress,
    InvalidMailToken,
    IssueMailToken,
    IssueMailTokens,
    Lives,
    MailPurpose,
    PasswordResetRequested,
    PasswordRules,
    Register,
    RequestActivation,
    RequestPasswordReset,
    ResetPassword,
    ReviseAccount,
    Role,
    UsernameTaken,
    WeakPassword,
)
from watchlist_core.ids import AccountId
from watchlist_core.testing import MemoryStore, PlainPasswords
from watchlist_core.testing.contracts import (
    NOON,
    PASSWORD,
    Store,
    a_member,
    an_account,
    new_id,
    signed_in,
)
from watchlist_core.testing.memory import MemoryAccounts, MemoryUnitOfWork
from watchlist_core.work import Busy, Event

ANDREI = "andrei@example.org"
ANOTHER = "Stalker!1979"
RULES = PasswordRules()


def _clock() -> datetime:
    return NOON


def _nothing() -> None:
    """Nobody believes anything of access tokens here."""


def _register(
    store: Store, passwords: PlainPasswords | None = None, *, activation_required: bool = True
) -> Register:
    passwords = passwords or PlainPasswords()
    return Register(store.begin, _clock, new_id, passwords, RULES, activation_required)


def _issue(store: Store, new_token: Callable[[], str] = lambda: "token") -> IssueMailToken:
    return IssueMailToken(store.begin, _clock, new_token, Lives())


def _reset(store: Store, rights_changed: Callable[[], None] = _nothing) -> ResetPassword:
    return ResetPassword(store.begin, _clock, PlainPasswords(), RULES, rights_changed)


async def _account(store: Store, email: str = ANDREI) -> Account:
    known = await store.account_queries.credentials(EmailAddress(email))
    assert known
    return known.account


async def _pending(store: Store, username: str | None = None) -> Account:
    await _register(store)(ANDREI, PASSWORD, username)
    return await _account(store)


async def _switched_off(store: Store, account: AccountId) -> None:
    await ReviseAccount(store.begin, _nothing)(account, AccountChanges(is_active=False))


def _last_event(store: MemoryStore) -> Event:
    return store.committed.events[max(store.committed.events)]


async def test_who_registers_waits_for_his_activation_without_a_username() -> None:
    store = MemoryStore()

    await _register(store)("Andrei@Example.org", PASSWORD, "andrei")

    account = await _account(store)
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
    assert _last_event(store) == AccountRegistered(account.id, is_activated=False)


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
    await _register(store)("pending@example.org", PASSWORD)
    pending = await _account(store, "pending@example.org")
    await _switched_off(store, off.id)
    recorded, work = list[Event](), list[tuple[int, int, list[str]]]()

    for email in (ANDREI, "pending@example.org", "off@example.org", "new@example.org"):
        events, hashed = len(await store.events()), passwords.times_hashed
        store.writes.clear()
        await _register(store, passwords)(email, ANOTHER, "kelvin")
        recorded.append(_last_event(store))
        added = len(await store.events()) - events
        work.append((added, passwords.times_hashed - hashed, [*store.writes]))

    new = await _account(store, "new@example.org")
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
        await _register(store)(email, PASSWORD, "kelvin")

    assert refused.value.username == "kelvin"
    assert await store.events() == before


async def test_a_username_that_somebody_waits_for_can_be_wanted_by_another() -> None:
    store = MemoryStore()
    await _pending(store, "andrei")

    await _register(store)("kelvin@example.org", PASSWORD, "andrei")

    assert (await _account(store, "kelvin@example.org")).wanted_username == "andrei"


async def test_where_nobody_has_to_activate_an_account_is_there_at_once() -> None:
    store = MemoryStore()
    register = _register(store, activation_required=False)

    await register(ANDREI, PASSWORD, "andrei")

    account = await _account(store)
    assert (account.may_sign_in, account.username, account.wanted_username) == (
        True,
        "andrei",
        None,
    )
    assert _last_event(store) == AccountRegistered(account.id, is_activated=True)
    with pytest.raises(AddressTaken):
        await register("ANDREI@example.org", ANOTHER)
    assert await _account(store) == account


async def test_a_pending_account_is_there_as_soon_as_nobody_has_to_activate() -> None:
    store = MemoryStore()
    pending = await _pending(store, "andrei")

    await _register(store, activation_required=False)(ANDREI, ANOTHER, "kelvin")

    account = await _account(store)
    assert (account.id, account.may_sign_in, account.username) == (pending.id, True, "kelvin")
    assert _last_event(store) == AccountRegistered(account.id, is_activated=True)


async def test_a_pending_account_that_was_switched_off_is_not_taken_over() -> None:
    store = MemoryStore()
    pending = await _pending(store, "andrei")
    await _switched_off(store, pending.id)

    await _register(store)(ANDREI, ANOTHER, "kelvin")

    assert await _account(store) == evolve(pending, is_active=False)
    with pytest.raises(AddressTaken):
        await _register(store, activation_required=False)(ANDREI, ANOTHER, "kelvin")


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
        await _register(store, passwords)(email, password, username)

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

    await _register(store)(ANDREI, ANOTHER, "second")

    assert (await _account(store)).wanted_username == "second"
    assert list(await store.events()) == ["account-registered"]


async def test_an_account_that_comes_and_goes_at_this_moment_is_a_reason_to_try_again() -> None:
    store = AddsOthersWhoGoAgain()

    with pytest.raises(Busy):
        await _register(store)(ANDREI, ANOTHER)

    assert await store.events() == []


async def test_a_mail_token_lives_as_long_as_it_is_set_and_only_its_digest_is_kept() -> None:
    store = MemoryStore()
    account = await _pending(store)

    issued = await _issue(store)(account.id, MailPurpose.ACTIVATION)

    assert issued
    assert (issued.token, issued.email.text) == ("token", ANDREI)
    assert "token" not in repr(issued)
    (kept,) = store.committed.mail_tokens.values()
    assert kept.expires_at == NOON + timedelta(minutes=30)
    assert "token" not in str(asdict(kept)["digest"])


async def test_a_mail_that_makes_no_sense_any_more_has_no_token() -> None:
    store = MemoryStore()
    pending, member = await _pending(store), await a_member(store, "kelvin@example.org")
    nobody, program = AccountId(new_id()), await an_account(store)
    off = await a_member(store, "off@example.org")
    await _switched_off(store, off.id)
    issue, (activation, reset) = _issue(store), MailPurpose

    assert await issue(pending.id, activation)
    assert await issue(member.id, reset)
    for account, purpose in (
        *((member.id, activation), (off.id, activation), (pending.id, reset), (off.id, reset)),
        *((program.id, reset), (nobody, activation), (nobody, reset)),
    ):
        assert await issue(account, purpose) is None


async def test_the_tokens_of_several_mails_are_kept_by_one_work() -> None:
    store, works, tokens = MemoryStore(), count(), count()

    def begin() -> AbstractAsyncContextManager[MemoryUnitOfWork]:
        next(works)
        return store.begin()

    pending, member = await _pending(store), await a_member(store, "kelvin@example.org")
    activation = pending.id, MailPurpose.ACTIVATION
    reset = member.id, MailPurpose.PASSWORD_RESET
    issue = IssueMailTokens(begin, _clock, lambda: f"token {next(tokens)}", Lives())

    issued = await issue([activation, reset, activation, (member.id, MailPurpose.ACTIVATION)])

    assert next(works) == 1
    assert {asked: one.email.text for asked, one in issued.items()} == {
        activation: ANDREI,
        reset: "kelvin@example.org",
    }
    assert len({one.token for one in issued.values()}) == 2
    await Activate(store.begin, _clock)(issued[activation].token)
    await _reset(store)(issued[reset].token, ANOTHER)


async def test_a_link_is_good_until_the_instant_it_expires() -> None:
    store = MemoryStore()
    account = await _pending(store)
    await _issue(store)(account.id, MailPurpose.ACTIVATION)
    end = NOON + Lives().activation

    with pytest.raises(InvalidMailToken):
        await Activate(store.begin, lambda: end)("token")
    await Activate(store.begin, lambda: end - timedelta(microseconds=1))("token")

    assert (await _account(store)).is_activated


async def test_an_account_that_is_switched_off_meanwhile_neither_activates_nor_resets() -> None:
    store, tokens = MemoryStore(), count()
    issue = _issue(store, lambda: f"token {next(tokens)}")
    pending, member = await _pending(store), await a_member(store, "kelvin@example.org")
    activation = await issue(pending.id, MailPurpose.ACTIVATION)
    reset = await issue(member.id, MailPurpose.PASSWORD_RESET)
    assert activation
    assert reset

    await _switched_off(store, pending.id)
    await _switched_off(store, member.id)

    with pytest.raises(InvalidMailToken):
        await Activate(store.begin, _clock)(activation.token)
    with pytest.raises(InvalidMailToken):
        await _reset(store)(reset.token, ANOTHER)


@pytest.mark.parametrize("email", ["nobody@example.org", "no address", ""])
async def test_a_mail_to_nobody_is_recorded_like_any_other(email: str) -> None:
    store = MemoryStore()

    await RequestActivation(store.begin)(email)
    activation = _last_event(store)
    await RequestPasswordReset(store.begin)(email)

    assert activation == ActivationRequested(None)
    assert _last_event(store) == PasswordResetRequested(None)


async def test_only_who_can_use_it_is_sent_a_mail() -> None:
    store = MemoryStore()
    pending, member = await _pending(store), await a_member(store, "kelvin@example.org")
    off = await a_member(store, "off@example.org")
    await _switched_off(store, off.id)
    told = []

    for email in (ANDREI.upper(), "kelvin@example.org", "off@example.org"):
        await RequestActivation(store.begin)(email)
        told.append(_last_event(store))
        await RequestPasswordReset(store.begin)(email)
        told.append(_last_event(store))

    assert told == [
        *(ActivationRequested(pending.id), PasswordResetRequested(None)),
        *(ActivationRequested(None), PasswordResetRequested(member.id)),
        *(ActivationRequested(None), PasswordResetRequested(None)),
    ]


async def test_a_weak_password_leaves_the_link_good() -> None:
    store = MemoryStore()
    member = await a_member(store)
    await _issue(store)(member.id, MailPurpose.PASSWORD_RESET)
    sessions: list[int] = []
    reset = _reset(store, lambda: sessions.append(len(store.committed.sessions)))
    await signed_in(store, member.id)

    with pytest.raises(WeakPassword):
        await reset("token", "password")
    with pytest.raises(InvalidMailToken):
        await reset("no token", ANOTHER)
    await reset("token", ANOTHER)

    assert sessions == [0]  # told once, after the commit that ended them all
