"""Stores that break one promise about sessions each are found out by the contract."""

from asyncio import sleep
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import ClassVar

from attrs import evolve
from typing_extensions import override

from tests.broken_stores import EveryMutantIsFoundOut, Mutant, WithoutLock
from watchlist_core.auth import RefreshToken, RefreshTokenReused, Session, SessionKind
from watchlist_core.ids import AccountId, SessionId
from watchlist_core.testing.contracts import SessionsContract
from watchlist_core.testing.memory import MemorySessions, MemoryUnitOfWork


class KeepsNoCookies(Mutant):
    class Sessions(MemorySessions):
        @override
        async def open(self, session: Session, token_digest: bytes) -> None:
            if session.kind is SessionKind.TOKENS:
                await super().open(session, token_digest)


class TellsAnyTokenFromNone(Mutant):
    """Takes whatever is shown for the token that was kept last."""

    class Sessions(MemorySessions):
        @override
        async def hold_token(self, digest: bytes) -> tuple[Session, RefreshToken] | None:
            return await super().hold_token(next(reversed([*self._tables.refresh_tokens]), digest))


class OpensOverAnother(Mutant):
    class Sessions(MemorySessions):
        @override
        async def open(self, session: Session, token_digest: bytes) -> None:
            self._tables.sessions.pop(session.id, None)
            await super().open(session, token_digest)


class SpendsNothing(Mutant):
    class Sessions(MemorySessions):
        @override
        async def exchange(self, spent: RefreshToken, new: RefreshToken) -> None:
            await super().exchange(evolve(spent, spent_at=None), new)


class ForgetsWhatIsSpent(Mutant):
    class Sessions(MemorySessions):
        @override
        async def exchange(self, spent: RefreshToken, new: RefreshToken) -> None:
            await super().exchange(spent, new)
            del self._tables.refresh_tokens[spent.digest]


class ProlongsNoSession(Mutant):
    class Sessions(MemorySessions):
        @override
        async def exchange(self, spent: RefreshToken, new: RefreshToken) -> None:
            session = self._tables.sessions[new.session]
            await super().exchange(spent, new)
            self._tables.sessions[session.id] = session


class HoldsNoTokenOverANetwork(Mutant, WithoutLock):
    class Sessions(MemorySessions):
        @override
        async def hold_token(self, digest: bytes) -> tuple[Session, RefreshToken] | None:
            held = await super().hold_token(digest)
            await sleep(0)  # the way of the answer
            return held


class ForgetsThatATokenWasStolen(Mutant):
    """Ends the session only while the work lasts, since it was refused in the end."""

    @override
    @asynccontextmanager
    async def begin(self) -> AsyncIterator[MemoryUnitOfWork]:
        sessions, tokens = dict(self.committed.sessions), dict(self.committed.refresh_tokens)
        async with super().begin() as work:
            yield work
        if isinstance([*self.committed.events.values()][-1], RefreshTokenReused):
            self.committed.sessions.update(sessions)
            self.committed.refresh_tokens.update(tokens)


class EndsNothing(Mutant):
    class Sessions(MemorySessions):
        @override
        async def end(self, session: SessionId) -> bool:
            return session in self._tables.sessions


class EndsTheLastTokenOnly(Mutant):
    class Sessions(MemorySessions):
        @override
        async def end(self, session: SessionId) -> bool:
            tokens = [one for one in self._tables.refresh_tokens.values() if one.session == session]
            for token in tokens:
                if token.spent_at is None:
                    del self._tables.refresh_tokens[token.digest]
            return bool(tokens)


class SaysThatItEndedWhatWasOver(Mutant):
    class Sessions(MemorySessions):
        @override
        async def end(self, session: SessionId) -> bool:
            await super().end(session)
            return True


class EndsAllWithoutException(Mutant):
    class Sessions(MemorySessions):
        @override
        async def end_all(self, account: AccountId, *, but: SessionId | None = None) -> None:
            await super().end_all(account)


class EndsThoseOfOthers(Mutant):
    class Sessions(MemorySessions):
        @override
        async def end_all(self, account: AccountId, *, but: SessionId | None = None) -> None:
            for session in [*self._tables.sessions.values()]:
                await super().end_all(session.account, but=but)


class EndsNoneOfThePage(Mutant):
    class Sessions(MemorySessions):
        @override
        async def end_all(self, account: AccountId, *, but: SessionId | None = None) -> None:
            for session in [*self._tables.sessions.values()]:
                if session.account == account and session.kind is SessionKind.TOKENS:
                    await self.end(session.id)


class ForgetsWhatExpiresNow(Mutant):
    class Sessions(MemorySessions):
        @override
        async def forget_expired(self, before: datetime) -> int:
            return await super().forget_expired(before + timedelta.resolution)


class ForgetsWhatWasRefreshed(Mutant):
    class Sessions(MemorySessions):
        @override
        async def forget_expired(self, before: datetime) -> int:
            old = {one.session for one in self._tables.refresh_tokens.values() if one.spent_at}
            for session in old:
                await self.end(session)
            return await super().forget_expired(before)


class KeepsDeadMailTokens(Mutant):
    class Sessions(MemorySessions):
        @override
        async def forget_expired(self, before: datetime) -> int:
            mail_tokens = dict(self._tables.mail_tokens)
            forgotten = await super().forget_expired(before)
            self._tables.mail_tokens.update(mail_tokens)
            return forgotten


class KeepsAllThatWasSpent(Mutant):
    class Sessions(MemorySessions):
        @override
        async def forget_expired(self, before: datetime) -> int:
            spent = {key: one for key, one in self._tables.refresh_tokens.items() if one.spent_at}
            forgotten = await super().forget_expired(before)
            self._tables.refresh_tokens.update(spent)
            return forgotten


class CountsNothing(Mutant):
    class Sessions(MemorySessions):
        @override
        async def forget_expired(self, before: datetime) -> int:
            await super().forget_expired(before)
            return 0


class TestSessions(EveryMutantIsFoundOut):
    contract = SessionsContract
    found_out_by: ClassVar = {
        KeepsNoCookies: ["test_a_session_is_kept_with_its_first_token"],
        TellsAnyTokenFromNone: ["test_a_session_is_kept_with_its_first_token"],
        OpensOverAnother: ["test_no_session_takes_the_place_of_another"],
        SpendsNothing: [
            "test_an_exchanged_token_is_spent_and_its_session_goes_on",
            "test_of_20_uses_of_a_refresh_token_at_once_one_gets_a_pair_that_works",
            "test_a_spent_token_ends_the_session_once_the_grace_is_over",
        ],
        ForgetsWhatIsSpent: [
            "test_an_exchanged_token_is_spent_and_its_session_goes_on",
            "test_a_spent_token_ends_the_session_once_the_grace_is_over",
        ],
        ProlongsNoSession: ["test_an_exchanged_token_is_spent_and_its_session_goes_on"],
        WithoutLock: [
            "test_of_two_who_exchange_a_token_at_once_the_second_finds_it_spent",
            "test_of_two_who_end_a_session_at_once_one_has_done_it",
            "test_a_session_that_is_ended_while_it_is_refreshed_does_not_go_on",
        ],
        HoldsNoTokenOverANetwork: [
            "test_of_20_uses_of_a_refresh_token_at_once_one_gets_a_pair_that_works"
        ],
        ForgetsThatATokenWasStolen: ["test_a_spent_token_ends_the_session_once_the_grace_is_over"],
        EndsNothing: [
            "test_a_spent_token_ends_the_session_once_the_grace_is_over",
            "test_an_ended_session_is_over_with_all_its_tokens",
        ],
        EndsTheLastTokenOnly: ["test_an_ended_session_is_over_with_all_its_tokens"],
        SaysThatItEndedWhatWasOver: [
            "test_an_ended_session_is_over_with_all_its_tokens",
            "test_of_two_who_end_a_session_at_once_one_has_done_it",
        ],
        EndsAllWithoutException: ["test_all_sessions_of_an_account_end_but_one"],
        EndsThoseOfOthers: ["test_all_sessions_of_an_account_end_but_one"],
        EndsNoneOfThePage: ["test_all_sessions_of_an_account_end_but_one"],
        ForgetsWhatExpiresNow: ["test_what_expired_earlier_is_forgotten"],
        ForgetsWhatWasRefreshed: [
            "test_a_spent_token_is_known_until_it_would_have_expired",
            "test_what_expired_earlier_is_forgotten",
        ],
        KeepsAllThatWasSpent: [
            "test_a_spent_token_is_known_until_it_would_have_expired",
            "test_what_expired_earlier_is_forgotten",
        ],
        KeepsDeadMailTokens: ["test_what_expired_earlier_is_forgotten"],
        CountsNothing: ["test_what_expired_earlier_is_forgotten"],
    }
