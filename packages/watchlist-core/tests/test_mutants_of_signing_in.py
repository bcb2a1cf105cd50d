"""Stores that break one promise about signing in each are found out by the contract."""

from asyncio import sleep
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import ClassVar

from attrs import evolve
from typing_extensions import override

from tests.broken_stores import EveryMutantIsFoundOut, Mutant, WithoutLock
from watchlist_core.auth import Attempts, Session, SignInRefused
from watchlist_core.ids import AccountId
from watchlist_core.testing import MemoryStore
from watchlist_core.testing.contracts import SigningInContract
from watchlist_core.testing.memory import (
    MemoryAccounts,
    MemorySessions,
    MemorySignInAttempts,
    MemoryUnitOfWork,
)
from watchlist_core.work import Event


class CountsNoAttempts(Mutant):
    class SignInAttempts(MemorySignInAttempts):
        @override
        async def add(self, email: bytes, origin: str, at: datetime) -> None:
            pass


class HasAlwaysSeenOne(Mutant):
    class SignInAttempts(MemorySignInAttempts):
        @override
        async def hold(self, email: bytes, origin: str, since: datetime) -> Attempts:
            counted = await super().hold(email, origin, since)
            return evolve(counted, here=max(counted.here, 1))


class CountsByTheAccountOnly(Mutant):
    class SignInAttempts(MemorySignInAttempts):
        @override
        async def hold(self, email: bytes, origin: str, since: datetime) -> Attempts:
            counted = await super().hold(email, origin, since)
            return evolve(counted, origin=counted.here, origin_since=counted.here_since)


class CountsByTheOriginOnly(Mutant):
    class SignInAttempts(MemorySignInAttempts):
        @override
        async def hold(self, email: bytes, origin: str, since: datetime) -> Attempts:
            counted = await super().hold(email, origin, since)
            return evolve(counted, account=counted.here, account_since=counted.here_since)


class CountsForEver(Mutant):
    class SignInAttempts(MemorySignInAttempts):
        @override
        async def hold(self, email: bytes, origin: str, since: datetime) -> Attempts:
            return await super().hold(email, origin, since - timedelta(days=1))


class WithdrawsNothing(Mutant):
    class SignInAttempts(MemorySignInAttempts):
        @override
        async def withdraw(self, email: bytes, origin: str, at: datetime) -> None:
            pass


class WithdrawsAll(Mutant):
    class SignInAttempts(MemorySignInAttempts):
        @override
        async def withdraw(self, email: bytes, origin: str, at: datetime) -> None:
            await self.forgive(email, origin)


class ForgivesNothing(Mutant):
    class SignInAttempts(MemorySignInAttempts):
        @override
        async def forgive(self, email: bytes, origin: str) -> None:
            pass


class ForgivesEverybodyThere(Mutant):
    class SignInAttempts(MemorySignInAttempts):
        @override
        async def forgive(self, email: bytes, origin: str) -> None:
            for attempt in [*self._tables.attempts.values()]:
                if attempt.origin == origin:
                    await super().forgive(attempt.email, origin)


class ForgivesFromEverywhere(Mutant):
    class SignInAttempts(MemorySignInAttempts):
        @override
        async def forgive(self, email: bytes, origin: str) -> None:
            for attempt in [*self._tables.attempts.values()]:
                if attempt.email == email:
                    await super().forgive(email, attempt.origin)


class ForgetsNothing(Mutant):
    class SignInAttempts(MemorySignInAttempts):
        @override
        async def forget(self, before: datetime) -> int:
            return sum(attempt.at < before for attempt in self._tables.attempts.values())


class ForgetsEverything(Mutant):
    class SignInAttempts(MemorySignInAttempts):
        @override
        async def forget(self, before: datetime) -> int:
            self._tables.attempts.clear()
            return 2


class WithoutLockOverANetwork(Mutant, WithoutLock):
    class SignInAttempts(MemorySignInAttempts):
        @override
        async def hold(self, email: bytes, origin: str, since: datetime) -> Attempts:
            counted = await super().hold(email, origin, since)
            await sleep(0)  # the way of the answer
            return counted


class ForgetsWhomItRefused(MemoryStore):
    @override
    @asynccontextmanager
    async def begin(self) -> AsyncIterator[MemoryUnitOfWork]:
        async with super().begin() as work:
            yield _Forgetful(work.committed)


class _Forgetful(MemoryUnitOfWork):
    @override
    def record(self, event: Event) -> None:
        if not isinstance(event, SignInRefused):
            super().record(event)


class OpensNoSession(Mutant):
    class Sessions(MemorySessions):
        @override
        async def open(self, session: Session, token_digest: bytes) -> None:
            pass


class KeepsTheFirstPassword(Mutant):
    class Accounts(MemoryAccounts):
        @override
        async def set_password_hash(self, account: AccountId, password_hash: str | None) -> None:
            pass


class TestSigningIn(EveryMutantIsFoundOut):
    contract = SigningInContract
    found_out_by: ClassVar = {
        CountsNoAttempts: [
            "test_attempts_are_counted_by_account_and_by_origin",
            "test_of_100_wrong_sign_ins_at_once_no_more_than_the_limit_are_looked_at",
            "test_a_wrong_sign_in_is_remembered",
        ],
        HasAlwaysSeenOne: ["test_nobody_has_tried_before_the_first"],
        CountsByTheAccountOnly: ["test_attempts_are_counted_by_account_and_by_origin"],
        CountsByTheOriginOnly: ["test_attempts_are_counted_by_account_and_by_origin"],
        CountsForEver: ["test_what_happened_earlier_does_not_count"],
        WithdrawsNothing: ["test_an_attempt_that_nobody_looked_at_is_taken_back"],
        WithdrawsAll: ["test_an_attempt_that_nobody_looked_at_is_taken_back"],
        ForgivesNothing: [
            "test_attempts_are_forgiven_on_one_account_from_one_origin",
            "test_who_knows_the_password_is_signed_in_and_forgiven",
        ],
        ForgivesEverybodyThere: ["test_attempts_are_forgiven_on_one_account_from_one_origin"],
        ForgivesFromEverywhere: ["test_attempts_are_forgiven_on_one_account_from_one_origin"],
        ForgetsNothing: ["test_old_attempts_are_forgotten"],
        ForgetsEverything: ["test_old_attempts_are_forgotten"],
        WithoutLock: ["test_of_two_who_try_at_once_the_second_sees_the_first"],
        WithoutLockOverANetwork: [
            "test_of_100_wrong_sign_ins_at_once_no_more_than_the_limit_are_looked_at"
        ],
        ForgetsWhomItRefused: ["test_a_wrong_sign_in_is_remembered"],
        OpensNoSession: ["test_who_knows_the_password_is_signed_in_and_forgiven"],
        KeepsTheFirstPassword: ["test_an_outdated_hash_is_replaced_by_who_signs_in"],
    }
