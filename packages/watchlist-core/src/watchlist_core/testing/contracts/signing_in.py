from collections.abc import Callable
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Final

import pytest

from watchlist_core.auth import (
    Admit,
    Attempts,
    EmailAddress,
    Lives,
    SignIn,
    SignInLimits,
    TooManySignIns,
    WrongCredentials,
    digest_of,
)
from watchlist_core.testing.contracts.given import NOON, PASSWORD, a_member, new_id
from watchlist_core.testing.contracts.overlap import Overlap, at_once
from watchlist_core.testing.contracts.store import Store
from watchlist_core.testing.passwords import PlainPasswords
from watchlist_core.testing.tokens import PlainAccessTokens

__all__ = ["SigningInContract"]

_SECOND: Final = timedelta(seconds=1)
_ANDREI: Final = digest_of("andrei@example.org")
_KELVIN: Final = digest_of("kelvin@example.org")
_HOME: Final = "192.0.2.1"
_ELSEWHERE: Final = "2001:db8::1"


def _sign_in(
    store: Store,
    passwords: PlainPasswords | None = None,
    limits: SignInLimits | None = None,
    clock: Callable[[], datetime] = lambda: NOON,
) -> SignIn:
    admit = Admit(
        store.begin,
        clock,
        new_id,
        token_urlsafe,
        passwords or PlainPasswords(),
        store.account_queries,
        limits or SignInLimits(),
    )
    return SignIn(admit, PlainAccessTokens(clock), Lives())


async def _tried(store: Store, email: bytes, origin: str, *instants: datetime) -> None:
    async with store.begin() as work:
        for instant in instants:
            await work.sign_in_attempts.add(email, origin, instant)
        await work.commit()


async def _counted(store: Store, email: bytes, origin: str, since: datetime = NOON) -> Attempts:
    async with store.begin() as work:
        return await work.sign_in_attempts.hold(email, origin, since)


@pytest.mark.asyncio
class SigningInContract:
    """Attempts to sign in are counted, and who knows the password gets a session."""

    async def test_attempts_are_counted_by_account_and_by_origin(self, store: Store) -> None:
        later, last = NOON + _SECOND, NOON + 2 * _SECOND
        await _tried(store, _ANDREI, _HOME, last, later)
        await _tried(store, _ANDREI, _ELSEWHERE, NOON)
        await _tried(store, _KELVIN, _HOME, last)

        assert await _counted(store, _ANDREI, _HOME) == Attempts(2, later, 3, NOON, 3, later)
        assert await _counted(store, _KELVIN, _ELSEWHERE) == Attempts(0, None, 1, last, 1, NOON)

    async def test_nobody_has_tried_before_the_first(self, store: Store) -> None:
        assert await _counted(store, _ANDREI, _HOME) == Attempts(0, None, 0, None, 0, None)

    async def test_what_happened_earlier_does_not_count(self, store: Store) -> None:
        await _tried(store, _ANDREI, _HOME, NOON - _SECOND, NOON, NOON + _SECOND)

        counted = await _counted(store, _ANDREI, _HOME, since=NOON)

        assert counted == Attempts(2, NOON, 2, NOON, 2, NOON)

    async def test_attempts_are_forgiven_on_one_account_from_one_origin(self, store: Store) -> None:
        for email, origin in ((_ANDREI, _HOME), (_ANDREI, _ELSEWHERE), (_KELVIN, _HOME)):
            await _tried(store, email, origin, NOON, NOON)

        async with store.begin() as work:
            await work.sign_in_attempts.forgive(_ANDREI, _HOME)
            await work.commit()

        assert await _counted(store, _ANDREI, _HOME) == Attempts(0, None, 2, NOON, 2, NOON)

    async def test_an_attempt_that_nobody_looked_at_is_taken_back(self, store: Store) -> None:
        later = NOON + _SECOND
        await _tried(store, _ANDREI, _HOME, NOON, NOON, later)
        await _tried(store, _ANDREI, _ELSEWHERE, NOON)
        await _tried(store, _KELVIN, _HOME, NOON)

        async with store.begin() as work:
            await work.sign_in_attempts.withdraw(_ANDREI, _HOME, NOON)
            await work.sign_in_attempts.withdraw(_ANDREI, _HOME, NOON - _SECOND)
            await work.commit()

        assert await _counted(store, _ANDREI, _HOME) == Attempts(2, NOON, 3, NOON, 3, NOON)

    async def test_old_attempts_are_forgotten(self, store: Store) -> None:
        await _tried(store, _ANDREI, _HOME, NOON - _SECOND, NOON - _SECOND, NOON)

        async with store.begin() as work:
            forgotten = await work.sign_in_attempts.forget(NOON)
            await work.commit()

        assert forgotten == 2
        counted = await _counted(store, _ANDREI, _HOME, since=NOON - _SECOND)
        assert counted == Attempts(1, NOON, 1, NOON, 1, NOON)

    @pytest.mark.parametrize(
        ("email", "origin"),
        [(_ANDREI, _HOME), (_ANDREI, _ELSEWHERE), (_KELVIN, _HOME)],
        ids=["here", "account", "origin"],
    )
    async def test_of_two_who_try_at_once_the_second_sees_the_first(
        self, store: Store, email: bytes, origin: str
    ) -> None:
        overlap = Overlap(works=2)

        async def count(email: bytes, origin: str) -> int:
            async with store.begin() as work:
                seen = await work.sign_in_attempts.hold(email, origin, NOON)
                await overlap()
                await work.sign_in_attempts.add(email, origin, NOON)
                await work.commit()
            return max(seen.account, seen.origin)

        seen, failed = await at_once(count(_ANDREI, _HOME), count(email, origin))

        assert failed == []
        assert sorted(seen) == [0, 1]

    async def test_of_100_wrong_sign_ins_at_once_no_more_than_the_limit_are_looked_at(
        self, store: Store
    ) -> None:
        await a_member(store)
        passwords = PlainPasswords()
        sign_in = _sign_in(store, passwords)

        _, refused = await at_once(
            *(sign_in("andrei@example.org", f"guess {number}", _HOME) for number in range(100))
        )

        kinds = [type(error) for error in refused]
        assert passwords.times_hashed == SignInLimits().here
        assert kinds.count(WrongCredentials) == SignInLimits().here
        assert kinds.count(TooManySignIns) == 100 - SignInLimits().here

    async def test_a_wrong_sign_in_is_remembered(self, store: Store) -> None:
        await a_member(store)

        for email in ("andrei@example.org", "nobody@example.org"):
            with pytest.raises(WrongCredentials):
                await _sign_in(store)(email, "a guess", _HOME)

        assert list(await store.events()) == ["account-added", "sign-in-refused", "sign-in-refused"]
        assert (await _counted(store, _ANDREI, _HOME)).here == 1
        assert (await _counted(store, _ANDREI, _HOME)).origin == 2

    async def test_who_knows_the_password_is_signed_in_and_forgiven(self, store: Store) -> None:
        account = await a_member(store)
        await _tried(store, _ANDREI, _HOME, NOON)

        signed_in = await _sign_in(store)("Andrei@Example.org", PASSWORD, _HOME)

        told = PlainAccessTokens(lambda: NOON).verify(signed_in.access)
        identity = await store.account_queries.identity(told.session, NOON)
        assert identity
        assert identity.account == account.id
        assert (await _counted(store, _ANDREI, _HOME)).here == 0
        assert list(await store.events()) == ["account-added", "signed-in"]

    async def test_an_outdated_hash_is_replaced_by_who_signs_in(self, store: Store) -> None:
        await a_member(store)
        dearer = PlainPasswords(cost=2)

        await _sign_in(store, dearer)("andrei@example.org", PASSWORD, _HOME)

        kept = await store.account_queries.credentials(EmailAddress("andrei@example.org"))
        assert kept
        assert kept.password_hash
        assert not dearer.is_outdated(kept.password_hash)
        assert await dearer.verify(PASSWORD, kept.password_hash)
