"""Who changes his password knows the present one, and guesses it no more often than a stranger."""

from datetime import datetime

import pytest
from typing_extensions import override

from watchlist_core.auth import (
    Account,
    AccountNotFound,
    ChangePassword,
    EmailAddress,
    Identity,
    IssueMailToken,
    Lives,
    MailPurpose,
    PasswordRules,
    ResetPassword,
    RightsChanged,
    Role,
    SignInLimits,
    SignInRefused,
    TooManySignIns,
    WeakPassword,
    WrongPassword,
)
from watchlist_core.ids import AccountId
from watchlist_core.testing import MemoryStore, PlainPasswords
from watchlist_core.testing.contracts import NOON, PASSWORD, a_member, an_account, new_id

ANDREI, ANOTHER = "andrei@example.org", "Stalker!1979"
HERE, ELSEWHERE = "192.0.2.1", "2001:db8::1"
RULES, LIMITS = PasswordRules(), SignInLimits()


def _clock() -> datetime:
    return NOON


def _nothing() -> None:
    """Nobody believes anything of access tokens here."""


def _change(
    store: MemoryStore,
    passwords: PlainPasswords | None = None,
    rights_changed: RightsChanged = _nothing,
) -> ChangePassword:
    return ChangePassword(
        store.begin,
        _clock,
        passwords or PlainPasswords(),
        RULES,
        store.account_queries,
        LIMITS,
        rights_changed,
    )


def _identity(account: Account) -> Identity:
    return Identity(account.id, account.role)


async def test_who_is_told_that_the_password_changed_sees_it_changed() -> None:
    store = MemoryStore()
    me = _identity(await a_member(store))
    seen: list[str] = []
    change = _change(
        store, rights_changed=lambda: seen.extend(store.committed.password_hashes.values())
    )

    with pytest.raises(WrongPassword):
        await change(me, ANOTHER, ANOTHER, HERE)
    with pytest.raises(WeakPassword):
        await change(me, PASSWORD, "password", HERE)
    assert seen == []
    await change(me, PASSWORD, ANOTHER, HERE)

    assert [kept.endswith(ANOTHER) for kept in seen] == [True]


async def test_who_has_no_password_or_no_account_changes_none() -> None:
    store = MemoryStore()
    program = await an_account(store)
    change = _change(store)

    with pytest.raises(WrongPassword):
        await change(_identity(program), PASSWORD, ANOTHER, HERE)
    with pytest.raises(AccountNotFound):
        await change(Identity(AccountId(new_id()), Role.USER), PASSWORD, ANOTHER, HERE)


async def test_a_password_that_was_changed_while_it_was_checked_is_not_the_present_one() -> None:
    store = MemoryStore()
    member = await a_member(store)
    issue = IssueMailToken(store.begin, _clock, lambda: "token", Lives())
    await issue(member.id, MailPurpose.PASSWORD_RESET)
    reset = ResetPassword(store.begin, _clock, PlainPasswords(), RULES, _nothing)

    class ResetMeanwhile(PlainPasswords):
        @override
        async def verify(self, password: str, password_hash: str | None) -> bool:
            await reset("token", ANOTHER)
            return await super().verify(password, password_hash)

    with pytest.raises(WrongPassword):
        await _change(store, ResetMeanwhile())(_identity(member), PASSWORD, "Mirror?1975", HERE)

    known = await store.account_queries.credentials(EmailAddress(ANDREI))
    assert known
    assert await PlainPasswords().verify(ANOTHER, known.password_hash)


async def test_who_guesses_by_a_session_is_stopped_as_who_signs_in() -> None:
    store, passwords = MemoryStore(), PlainPasswords()
    me, change = _identity(await a_member(store)), _change(store, passwords)

    for _ in range(LIMITS.here):
        with pytest.raises(WrongPassword):
            await change(me, "a guess", ANOTHER, HERE)
    with pytest.raises(TooManySignIns):
        await change(me, PASSWORD, ANOTHER, HERE)

    assert passwords.times_hashed == LIMITS.here
    refused = [one for one in store.committed.events.values() if isinstance(one, SignInRefused)]
    assert refused == [SignInRefused(me.account)] * LIMITS.here
    await change(me, PASSWORD, ANOTHER, ELSEWHERE)


async def test_who_knew_the_password_at_last_is_forgiven() -> None:
    store = MemoryStore()
    me, change = _identity(await a_member(store)), _change(store)

    for _ in range(2):
        for _ in range(LIMITS.here - 1):
            with pytest.raises(WrongPassword):
                await change(me, "a guess", ANOTHER, HERE)
        await change(me, PASSWORD, PASSWORD, HERE)

    assert not store.committed.attempts
