from asyncio import Barrier, gather
from datetime import datetime, timedelta
from secrets import token_urlsafe

import pytest
from attrs import define, evolve
from typing_extensions import override

from watchlist_core.auth import (
    Account,
    AddAccount,
    Admit,
    BlockedBy,
    EmailAddress,
    IdentifyPage,
    Lives,
    NotActivated,
    SessionKind,
    SignIn,
    SignInLimits,
    SignInOnPage,
    SignInsBlocked,
    TooManyPasswords,
    TooManySignIns,
    WrongCredentials,
    digest_of,
)
from watchlist_core.testing import MemoryStore, PlainAccessTokens, PlainPasswords
from watchlist_core.testing.contracts import NOON, PASSWORD, a_member, new_id
from watchlist_core.work import Busy, Event

EMAIL, HOME, ELSEWHERE = "andrei@example.org", "192.0.2.1", "2001:db8::1"
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@define
class Watch:
    """A clock that a test sets."""

    time: datetime = NOON

    def __call__(self) -> datetime:
        return self.time


@define
class Someone:
    """Tries to sign in, on a store with one member."""

    store: MemoryStore
    clock: Watch
    passwords: PlainPasswords

    @property
    def sign_in(self) -> SignIn:
        return SignIn(self._admit, PlainAccessTokens(self.clock), Lives())

    @property
    def sign_in_on_page(self) -> SignInOnPage:
        return SignInOnPage(self._admit, Lives())

    @property
    def _admit(self) -> Admit:
        return Admit(
            self.store.begin,
            self.clock,
            new_id,
            token_urlsafe,
            self.passwords,
            self.store.account_queries,
            SignInLimits(),
        )

    @property
    def blocks(self) -> list[Event]:
        recorded = self.store.committed.events.values()
        return [event for event in recorded if isinstance(event, SignInsBlocked)]

    async def fails(self, times: int, *, email: str = EMAIL, origin: str = HOME) -> None:
        for _ in range(times):
            with pytest.raises(WrongCredentials):
                await self.sign_in(email, "a guess", origin)

    async def succeeds(self, *, origin: str = HOME) -> None:
        await self.sign_in(EMAIL, PASSWORD, origin)
        assert list(await self.store.events())[-1] == "signed-in"

    async def is_changed(self, account: Account) -> None:
        async with self.store.begin() as work:
            await work.accounts.hold(account.id)
            await work.accounts.save(account)
            await work.commit()


@pytest.fixture
async def someone() -> Someone:
    store = MemoryStore()
    await a_member(store, EMAIL)
    return Someone(store, Watch(), PlainPasswords())


@pytest.fixture
async def account(someone: Someone) -> Account:
    found = await someone.store.account_queries.credentials(EmailAddress(EMAIL))
    assert found
    return found.account


async def test_a_program_gets_two_tokens(someone: Someone, account: Account) -> None:
    signed_in = await someone.sign_in(EMAIL, PASSWORD, HOME)

    assert signed_in.account == account.id
    assert signed_in.expires_in == 15 * 60
    told = PlainAccessTokens(lambda: NOON).verify(signed_in.access)
    assert (told.account, told.expires_at) == (account.id, NOON + 15 * MINUTE)
    async with someone.store.begin() as work:
        held = await work.sessions.hold_token(digest_of(signed_in.refresh))
    assert held
    session, refresh = held
    assert (session.id, session.kind) == (told.session, SessionKind.TOKENS)
    assert session.expires_at == refresh.expires_at == NOON + timedelta(days=7)


async def test_a_browser_gets_a_cookie(someone: Someone, account: Account) -> None:
    page = await someone.sign_in_on_page(EMAIL, PASSWORD, HOME)

    identity = await IdentifyPage(someone.store.account_queries, someone.clock)(page.token)
    assert identity.account == account.id
    assert page.expires_at == NOON + timedelta(days=7)
    assert list(await someone.store.events()) == ["account-added", "signed-in"]


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (EMAIL, "a guess"),
        (EMAIL, ""),
        ("kelvin@example.org", PASSWORD),
        ("nobody", PASSWORD),
        ("", PASSWORD),
        ("\ud800@example.org", PASSWORD),
        ("a" * 10_000 + "@example.org", PASSWORD),
    ],
    ids=["guess", "empty", "unknown", "no address", "nothing", "surrogate", "long"],
)
async def test_all_that_is_wrong_costs_the_same_and_is_kept(
    someone: Someone, email: str, password: str
) -> None:
    with pytest.raises(WrongCredentials):
        await someone.sign_in(email, password, HOME)

    assert someone.passwords.times_hashed == 1
    assert list(await someone.store.events()) == ["account-added", "sign-in-refused"]


async def test_who_was_switched_off_is_told_nothing(someone: Someone, account: Account) -> None:
    await someone.is_changed(evolve(account, is_active=False, is_activated=False))

    with pytest.raises(WrongCredentials):
        await someone.sign_in(EMAIL, PASSWORD, HOME)

    assert list(await someone.store.events()) == ["account-added", "sign-in-refused"]


async def test_who_has_not_followed_the_link_is_told_so(someone: Someone, account: Account) -> None:
    await someone.is_changed(evolve(account, is_activated=False))

    for _ in range(10):
        with pytest.raises(NotActivated):
            await someone.sign_in(EMAIL, PASSWORD, HOME)

    assert list(await someone.store.events()) == ["account-added", *["sign-in-refused"] * 10]


async def test_an_account_without_a_password_is_nobodys_to_sign_in_to(someone: Someone) -> None:
    add = AddAccount(someone.store.begin, someone.clock, new_id)
    await add(email=EmailAddress("program@example.org"))

    with pytest.raises(WrongCredentials):
        await someone.sign_in("program@example.org", "", HOME)


async def test_a_right_password_during_the_block_is_not_looked_at(someone: Someone) -> None:
    await someone.fails(5)

    for sign_in in (someone.sign_in, someone.sign_in_on_page):
        with pytest.raises(TooManySignIns) as refused:
            await sign_in(EMAIL.upper(), PASSWORD, HOME)

        assert refused.value.retry_after == 15 * 60 + 1
    assert someone.passwords.times_hashed == 5


async def test_the_block_ends_when_it_was_said_to(someone: Someone) -> None:
    await someone.fails(1)
    someone.clock.time += 10 * MINUTE
    await someone.fails(4)
    with pytest.raises(TooManySignIns) as refused:
        await someone.sign_in(EMAIL, PASSWORD, HOME)

    someone.clock.time += (refused.value.retry_after - 1) * SECOND
    with pytest.raises(TooManySignIns):
        await someone.sign_in(EMAIL, PASSWORD, HOME)
    someone.clock.time += SECOND

    await someone.succeeds()
    assert refused.value.retry_after == 5 * 60 + 1


async def test_a_block_is_recorded_once_when_it_begins(someone: Someone, account: Account) -> None:
    await someone.fails(4)
    assert someone.blocks == []

    await someone.fails(1)
    for _ in range(10):
        with pytest.raises(TooManySignIns):
            await someone.sign_in(EMAIL, PASSWORD, HOME)

    assert someone.blocks == [SignInsBlocked(account.id, BlockedBy.HERE)]
    assert [*await someone.store.events()] == [
        *("account-added", *["sign-in-refused"] * 5),
        "sign-ins-blocked",
    ]


async def test_of_several_who_are_refused_at_once_one_begins_the_block(
    someone: Someone, account: Account
) -> None:
    class LooksAtAllTogether(PlainPasswords):
        are_there = Barrier(5)

        @override
        async def verify(self, password: str, password_hash: str | None) -> bool:
            await self.are_there.wait()
            return await super().verify(password, password_hash)

    someone.passwords = LooksAtAllTogether()

    await gather(*(someone.fails(1) for _ in range(5)))

    assert someone.blocks == [SignInsBlocked(account.id, BlockedBy.HERE)]


async def test_of_which_limit_a_block_is_stands_there(someone: Someone, account: Account) -> None:
    for number in range(19):
        await someone.fails(1, email=f"guest{number}@example.org")
    await someone.fails(1)
    for number in range(99):
        await someone.fails(1, origin=f"198.51.100.{number}")
    await someone.fails(5, email="kelvin@example.org", origin=ELSEWHERE)

    assert someone.blocks == [
        SignInsBlocked(None, BlockedBy.ORIGIN),
        SignInsBlocked(account.id, BlockedBy.ACCOUNT),
        SignInsBlocked(None, BlockedBy.HERE),
    ]


async def test_nobody_is_blocked_who_was_forgiven_meanwhile(someone: Someone) -> None:
    class Slow(PlainPasswords):
        @override
        async def verify(self, password: str, password_hash: str | None) -> bool:
            async with someone.store.begin() as work:
                await work.sign_in_attempts.forgive(digest_of(EMAIL), HOME)
                await work.commit()
            return await super().verify(password, password_hash)

    await someone.fails(4)
    someone.passwords = Slow()

    await someone.fails(1)

    assert someone.blocks == []


async def test_the_block_is_for_one_account_from_one_origin(someone: Someone) -> None:
    await someone.fails(5)

    await someone.fails(1, email="kelvin@example.org")
    await someone.succeeds(origin=ELSEWHERE)


async def test_who_guesses_on_many_accounts_is_stopped(someone: Someone) -> None:
    for number in range(20):
        await someone.fails(1, email=f"guest{number}@example.org")

    with pytest.raises(TooManySignIns):
        await someone.sign_in(EMAIL, PASSWORD, HOME)
    await someone.succeeds(origin=ELSEWHERE)


async def test_many_who_guess_on_one_account_are_stopped(someone: Someone) -> None:
    for number in range(100):
        await someone.fails(1, origin=f"192.0.2.{number}")

    with pytest.raises(TooManySignIns):
        await someone.sign_in(EMAIL, PASSWORD, ELSEWHERE)


async def test_of_several_blocks_the_longest_is_told(someone: Someone) -> None:
    for number in range(15):
        await someone.fails(1, email=f"guest{number}@example.org")
    someone.clock.time += 10 * MINUTE
    await someone.fails(5)

    with pytest.raises(TooManySignIns) as refused:
        await someone.sign_in(EMAIL, PASSWORD, HOME)

    assert refused.value.retry_after == 15 * 60 + 1


async def test_who_knew_the_password_at_last_is_forgiven(someone: Someone) -> None:
    for _ in range(3):
        await someone.fails(4)
        await someone.succeeds()


async def test_a_password_of_the_present_cost_is_not_hashed_again(someone: Someone) -> None:
    await someone.sign_in(EMAIL, PASSWORD, HOME)

    assert someone.passwords.times_hashed == 1


async def test_signing_in_does_not_wait_for_a_new_hash(someone: Someone) -> None:
    class Crowded(PlainPasswords):
        @override
        async def hash(self, password: str) -> str:
            raise TooManyPasswords

    someone.passwords = Crowded(cost=2)

    await someone.succeeds()


async def test_a_password_that_nobody_could_look_at_is_no_wrong_one(someone: Someone) -> None:
    class Crowded(PlainPasswords):
        @override
        async def verify(self, password: str, password_hash: str | None) -> bool:
            raise TooManyPasswords

    someone.passwords = Crowded()

    for _ in range(10):
        with pytest.raises(TooManyPasswords):
            await someone.sign_in(EMAIL, PASSWORD, HOME)

    assert list(await someone.store.events()) == ["account-added"]
    someone.passwords = PlainPasswords()
    await someone.fails(4)
    await someone.succeeds()


@pytest.mark.parametrize("change", ["password", "deactivation", "removal"])
async def test_what_was_changed_while_the_password_was_looked_at_counts(
    someone: Someone, change: str
) -> None:
    class Slow(PlainPasswords):
        @override
        async def verify(self, password: str, password_hash: str | None) -> bool:
            is_right = await super().verify(password, password_hash)
            async with someone.store.begin() as work:
                held = await work.accounts.hold_by_email(EmailAddress(EMAIL))
                if held and change == "password":
                    await work.accounts.set_password_hash(held.id, await self.hash("another"))
                elif held and change == "deactivation":
                    await work.accounts.save(evolve(held, is_active=False))
                elif held:
                    await work.accounts.remove(held.id)
                await work.commit()
            return is_right

    someone.passwords = Slow()
    with pytest.raises(Busy):
        await someone.sign_in(EMAIL, PASSWORD, HOME)
    someone.passwords = PlainPasswords()

    with pytest.raises(WrongCredentials):
        await someone.sign_in(EMAIL, PASSWORD, HOME)
    assert "signed-in" not in await someone.store.events()


async def test_tokens_and_passwords_are_not_shown(someone: Someone) -> None:
    signed_in = await someone.sign_in(EMAIL, PASSWORD, HOME)
    page = await someone.sign_in_on_page(EMAIL, PASSWORD, HOME)

    assert signed_in.access not in repr(signed_in)
    assert signed_in.refresh not in repr(signed_in)
    assert page.token not in repr(page)
