"""Who is sent a mail, and what the token in it is good for, to activate or to choose a password."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from itertools import count

import pytest
from attrs import asdict

from tests.registering import (
    ANDREI,
    account_of,
    believed_by_nobody,
    last_event,
    noon,
    switch_off,
    waiting,
)
from watchlist_core.auth import (
    Activate,
    ActivationRequested,
    InvalidMailToken,
    IssueMailToken,
    IssueMailTokens,
    Lives,
    MailPurpose,
    PasswordResetRequested,
    PasswordRules,
    RequestActivation,
    RequestPasswordReset,
    ResetPassword,
    WeakPassword,
)
from watchlist_core.ids import AccountId
from watchlist_core.testing import MemoryStore, PlainPasswords
from watchlist_core.testing.contracts import (
    NOON,
    Store,
    a_member,
    an_account,
    new_id,
    signed_in,
)
from watchlist_core.testing.memory import MemoryUnitOfWork

ANOTHER = "Stalker!1979"


def _issue(store: Store, new_token: Callable[[], str] = lambda: "token") -> IssueMailToken:
    return IssueMailToken(store.begin, noon, new_token, Lives())


def _reset(store: Store, rights_changed: Callable[[], None] = believed_by_nobody) -> ResetPassword:
    return ResetPassword(store.begin, noon, PlainPasswords(), PasswordRules(), rights_changed)


async def test_a_mail_token_lives_as_long_as_it_is_set_and_only_its_digest_is_kept() -> None:
    store = MemoryStore()
    account = await waiting(store)

    issued = await _issue(store)(account.id, MailPurpose.ACTIVATION)

    assert issued
    assert (issued.token, issued.email.text) == ("token", ANDREI)
    assert "token" not in repr(issued)
    (kept,) = store.committed.mail_tokens.values()
    assert kept.expires_at == NOON + timedelta(minutes=30)
    assert "token" not in str(asdict(kept)["digest"])


async def test_a_mail_that_makes_no_sense_any_more_has_no_token() -> None:
    store = MemoryStore()
    pending, member = await waiting(store), await a_member(store, "kelvin@example.org")
    nobody, program = AccountId(new_id()), await an_account(store)
    off = await a_member(store, "off@example.org")
    await switch_off(store, off.id)
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

    pending, member = await waiting(store), await a_member(store, "kelvin@example.org")
    activation = pending.id, MailPurpose.ACTIVATION
    reset = member.id, MailPurpose.PASSWORD_RESET
    issue = IssueMailTokens(begin, noon, lambda: f"token {next(tokens)}", Lives())

    issued = await issue([activation, reset, activation, (member.id, MailPurpose.ACTIVATION)])

    assert next(works) == 1
    assert {asked: one.email.text for asked, one in issued.items()} == {
        activation: ANDREI,
        reset: "kelvin@example.org",
    }
    assert len({one.token for one in issued.values()}) == 2
    await Activate(store.begin, noon)(issued[activation].token)
    await _reset(store)(issued[reset].token, ANOTHER)


async def test_a_link_is_good_until_the_instant_it_expires() -> None:
    store = MemoryStore()
    account = await waiting(store)
    await _issue(store)(account.id, MailPurpose.ACTIVATION)
    end = NOON + Lives().activation

    with pytest.raises(InvalidMailToken):
        await Activate(store.begin, lambda: end)("token")
    await Activate(store.begin, lambda: end - timedelta(microseconds=1))("token")

    assert (await account_of(store)).is_activated


async def test_an_account_that_is_switched_off_meanwhile_neither_activates_nor_resets() -> None:
    store, tokens = MemoryStore(), count()
    issue = _issue(store, lambda: f"token {next(tokens)}")
    pending, member = await waiting(store), await a_member(store, "kelvin@example.org")
    activation = await issue(pending.id, MailPurpose.ACTIVATION)
    reset = await issue(member.id, MailPurpose.PASSWORD_RESET)
    assert activation
    assert reset

    await switch_off(store, pending.id)
    await switch_off(store, member.id)

    with pytest.raises(InvalidMailToken):
        await Activate(store.begin, noon)(activation.token)
    with pytest.raises(InvalidMailToken):
        await _reset(store)(reset.token, ANOTHER)


@pytest.mark.parametrize("email", ["nobody@example.org", "no address", ""])
async def test_a_mail_to_nobody_is_recorded_like_any_other(email: str) -> None:
    store = MemoryStore()

    await RequestActivation(store.begin)(email)
    activation = last_event(store)
    await RequestPasswordReset(store.begin)(email)

    assert activation == ActivationRequested(None)
    assert last_event(store) == PasswordResetRequested(None)


async def test_only_who_can_use_it_is_sent_a_mail() -> None:
    store = MemoryStore()
    pending, member = await waiting(store), await a_member(store, "kelvin@example.org")
    off = await a_member(store, "off@example.org")
    await switch_off(store, off.id)
    told = []

    for email in (ANDREI.upper(), "kelvin@example.org", "off@example.org"):
        await RequestActivation(store.begin)(email)
        told.append(last_event(store))
        await RequestPasswordReset(store.begin)(email)
        told.append(last_event(store))

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
