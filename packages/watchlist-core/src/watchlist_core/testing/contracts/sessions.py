from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Final

import pytest
from attrs import evolve

from watchlist_core.auth import (
    Identity,
    InvalidToken,
    Lives,
    MailPurpose,
    MailToken,
    Refresh,
    RefreshedAlready,
    RefreshToken,
    Role,
    Session,
    SessionKind,
    SignInTokens,
    digest_of,
)
from watchlist_core.ids import AccountId, SessionId
from watchlist_core.testing.contracts.given import (
    NOON,
    a_session,
    an_account,
    ended,
    opened,
    signed_in,
)
from watchlist_core.testing.contracts.mistake import mistake
from watchlist_core.testing.contracts.overlap import Overlap, at_once
from watchlist_core.testing.contracts.store import Store
from watchlist_core.testing.tokens import PlainAccessTokens

__all__ = ["SessionsContract"]

_SECOND: Final = timedelta(seconds=1)
_WEEK: Final = timedelta(days=7)
_LATER: Final = NOON + timedelta(hours=1)


async def _held(store: Store, token: str) -> tuple[Session, RefreshToken] | None:
    async with store.begin() as work:
        return await work.sessions.hold_token(digest_of(token))


async def _exchanged(store: Store, token: str, new: str, *, at: datetime) -> RefreshToken:
    async with store.begin() as work:
        held = await work.sessions.hold_token(digest_of(token))
        assert held
        session, shown = held
        refreshed = RefreshToken(digest_of(new), session.id, at + _WEEK)
        await work.sessions.exchange(evolve(shown, spent_at=at), refreshed)
        await work.commit()
    return refreshed


def _refresh(store: Store, at: datetime) -> Refresh:
    tokens = PlainAccessTokens(lambda: at)
    return Refresh(store.begin, lambda: at, token_urlsafe, tokens, Lives(), lambda: None)


@pytest.mark.asyncio
class SessionsContract:
    """A session lives by its tokens, each exchanged for the next, until it is ended."""

    @pytest.mark.parametrize("kind", SessionKind)
    async def test_a_session_is_kept_with_its_first_token(
        self, store: Store, kind: SessionKind
    ) -> None:
        session = await opened(store, "first", kind=kind)

        assert await _held(store, "first") == (
            session,
            RefreshToken(digest_of("first"), session.id, session.expires_at),
        )
        assert await _held(store, "second") is None

    async def test_no_session_takes_the_place_of_another(self, store: Store) -> None:
        session, other = await opened(store, "first"), await an_account(store)

        with mistake():
            async with store.begin() as work:
                await work.sessions.open(evolve(session, account=other.id), digest_of("second"))
                await work.commit()

        assert await _held(store, "second") is None
        identity = await store.account_queries.identity(session.id, NOON)
        assert identity == Identity(session.account, Role.USER, session.id)

    async def test_an_exchanged_token_is_spent_and_its_session_goes_on(self, store: Store) -> None:
        session = await opened(store, "first")

        second = await _exchanged(store, "first", "second", at=_LATER)

        going_on = evolve(session, expires_at=_LATER + _WEEK)
        first = RefreshToken(digest_of("first"), session.id, session.expires_at, spent_at=_LATER)
        assert await _held(store, "first") == (going_on, first)
        assert await _held(store, "second") == (going_on, second)
        assert await store.account_queries.identity(session.id, session.expires_at)

    async def test_of_two_who_exchange_a_token_at_once_the_second_finds_it_spent(
        self, store: Store
    ) -> None:
        await opened(store, "first")
        overlap = Overlap(works=2)

        async def exchange(new: str) -> bool:
            async with store.begin() as work:
                held = await work.sessions.hold_token(digest_of("first"))
                await overlap()
                assert held
                session, shown = held
                if shown.spent_at:
                    return False
                refreshed = RefreshToken(digest_of(new), session.id, _LATER + _WEEK)
                await work.sessions.exchange(evolve(shown, spent_at=_LATER), refreshed)
                await work.commit()
            return True

        exchanged, failed = await at_once(exchange("second"), exchange("third"))

        assert failed == []
        assert sorted(exchanged) == [False, True]

    async def test_of_20_uses_of_a_refresh_token_at_once_one_gets_a_pair_that_works(
        self, store: Store
    ) -> None:
        account = await an_account(store)
        first = await signed_in(store, account.id)
        refresh = _refresh(store, _LATER)

        pairs, refused = await at_once(*(refresh(first.refresh) for _ in range(20)))

        assert [type(error) for error in refused] == [RefreshedAlready] * 19
        assert await self._still_works(store, *pairs)

    async def test_a_spent_token_ends_the_session_once_the_grace_is_over(
        self, store: Store
    ) -> None:
        account = await an_account(store)
        first = await signed_in(store, account.id)
        second = await _refresh(store, _LATER)(first.refresh)
        late = _LATER + Lives().grace + _SECOND

        with pytest.raises(InvalidToken):
            await _refresh(store, late)(first.refresh)

        assert not await self._still_works(store, second)
        assert list(await store.events())[-1] == "refresh-token-reused"

    async def _still_works(self, store: Store, *pairs: SignInTokens) -> bool:
        """Tell whether there is one pair, both of whose tokens are good."""
        (pair,) = pairs
        told = PlainAccessTokens(lambda: _LATER).verify(pair.access)
        identity = await store.account_queries.identity(told.session, _LATER)
        try:
            await _refresh(store, _LATER + _SECOND)(pair.refresh)
        except InvalidToken:
            return False
        return identity == Identity(pair.account, Role.USER, told.session)

    async def test_an_ended_session_is_over_with_all_its_tokens(self, store: Store) -> None:
        session, other = await opened(store, "first"), await opened(store, "other")
        await _exchanged(store, "first", "second", at=_LATER)

        assert await ended(store, session.id)

        assert await _held(store, "first") is None
        assert await _held(store, "second") is None
        assert await store.account_queries.identity(session.id, NOON) is None
        assert await store.account_queries.identity(other.id, NOON)
        assert not await ended(store, session.id)

    async def test_of_two_who_end_a_session_at_once_one_has_done_it(self, store: Store) -> None:
        session = await opened(store, "first")
        overlap = Overlap(works=2)

        async def end() -> bool:
            async with store.begin() as work:
                is_ended = await work.sessions.end(session.id)
                await overlap()
                await work.commit()
            return is_ended

        outcomes, failed = await at_once(end(), end())

        assert failed == []
        assert sorted(outcomes) == [False, True]

    async def test_a_session_that_is_ended_while_it_is_refreshed_does_not_go_on(
        self, store: Store
    ) -> None:
        session = await opened(store, "first")
        overlap = Overlap(works=2)

        async def exchange() -> None:
            async with store.begin() as work:
                held = await work.sessions.hold_token(digest_of("first"))
                await overlap()
                if held:
                    refreshed = RefreshToken(digest_of("second"), session.id, _LATER + _WEEK)
                    await work.sessions.exchange(evolve(held[1], spent_at=_LATER), refreshed)
                await work.commit()

        async def end() -> None:
            async with store.begin() as work:
                await overlap()
                await work.sessions.end(session.id)
                await work.commit()

        _, failed = await at_once(exchange(), end())

        assert failed == []
        assert await _held(store, "second") is None
        assert await store.account_queries.identity(session.id, NOON) is None

    async def test_all_sessions_of_an_account_end_but_one(self, store: Store) -> None:
        other = await opened(store, "other")
        first = await opened(store, "first", kind=SessionKind.PAGE)
        second = a_session(first.account)
        async with store.begin() as work:
            await work.sessions.open(second, digest_of("second"))
            await work.commit()

        await self._end_all(store, first.account, but=second.id)
        assert [bool(await _held(store, token)) for token in ("first", "second")] == [False, True]

        await self._end_all(store, first.account)
        assert await _held(store, "second") is None
        assert await _held(store, "other") == (
            other,
            RefreshToken(digest_of("other"), other.id, other.expires_at),
        )

    async def _end_all(
        self, store: Store, account: AccountId, *, but: SessionId | None = None
    ) -> None:
        async with store.begin() as work:
            await work.accounts.hold(account)
            await work.sessions.end_all(account, but=but)
            await work.commit()

    async def test_a_spent_token_is_known_until_it_would_have_expired(self, store: Store) -> None:
        session = await opened(store, "first")
        await _exchanged(store, "first", "second", at=_LATER)
        third = await _exchanged(store, "second", "third", at=_LATER + _SECOND)

        async with store.begin() as work:
            forgotten = await work.sessions.forget_expired(session.expires_at + _SECOND)
            await work.commit()

        assert forgotten == 1
        assert await _held(store, "first") is None
        spent, going_on = await _held(store, "second"), await _held(store, "third")
        assert spent
        assert spent[1].spent_at
        assert going_on == (evolve(session, expires_at=third.expires_at), third)

    async def test_what_expired_earlier_is_forgotten(self, store: Store) -> None:
        old = await opened(store, "old")
        await opened(store, "going on")
        await _exchanged(store, "going on", "second", at=_LATER)
        dead = MailToken(digest_of("dead"), old.account, MailPurpose.ACTIVATION, NOON)
        good = MailToken(digest_of("good"), old.account, MailPurpose.PASSWORD_RESET, _LATER + _WEEK)
        async with store.begin() as work:
            await work.mail_tokens.replace(dead)
            await work.mail_tokens.replace(good)
            await work.commit()

        async with store.begin() as work:
            kept = await work.sessions.forget_expired(NOON)
            forgotten = await work.sessions.forget_expired(old.expires_at + _SECOND)
            await work.commit()

        assert (kept, forgotten) == (0, 3)
        assert await _held(store, "old") is None
        assert await _held(store, "going on") is None
        assert await _held(store, "second")
        async with store.begin() as work:
            assert await work.mail_tokens.take(dead.digest, dead.purpose) is None
            assert await work.mail_tokens.take(good.digest, good.purpose) == good
