from collections.abc import Awaitable, Sequence
from itertools import product

import pytest
from attrs import evolve

from watchlist_core.auth import (
    Account,
    AccountChanges,
    AppointFirstAdmin,
    LastAdmin,
    MailPurpose,
    MailToken,
    PasswordRules,
    RemoveAccount,
    ReviseAccount,
    Role,
    digest_of,
)
from watchlist_core.ids import AccountId, MovieId
from watchlist_core.paging import PageNumber
from watchlist_core.rating import Rating, Score, Stars
from watchlist_core.testing.contracts.given import (
    NOON,
    PASSWORD,
    a_member,
    a_movie,
    a_session,
    a_viewer,
    added,
    new_id,
    rated,
    unsaved_account,
)
from watchlist_core.testing.contracts.overlap import Overlap, at_once
from watchlist_core.testing.contracts.searching_accounts import AccountSearchContract
from watchlist_core.testing.contracts.store import Store
from watchlist_core.testing.passwords import PlainPasswords
from watchlist_core.watching import WatchMovie

__all__ = ["UsersContract"]


def _changed() -> None:
    """Nothing is believed of access tokens here."""


async def _admins(store: Store, number: int) -> list[Account]:
    admins = [unsaved_account(role=Role.ADMIN) for _ in range(number)]
    await added(store, *admins)
    return admins


async def _admins_at_work(store: Store) -> int:
    async with store.begin() as work:
        return await work.accounts.hold_admins()


async def _removed(store: Store, account: AccountId) -> None:
    await RemoveAccount(store.begin, _changed)(account)


def _taken_away(store: Store, admin: AccountId, how: str) -> Awaitable[object]:
    revise = ReviseAccount(store.begin, _changed)
    match how:
        case "demoted":
            return revise(admin, AccountChanges(role=Role.MODERATOR))
        case "switched off":
            return revise(admin, AccountChanges(is_active=False))
    return _removed(store, admin)


async def _watched(store: Store, account: AccountId, movie: MovieId) -> None:
    await WatchMovie(store.begin, lambda: NOON, new_id)(account, movie, None)


@pytest.mark.asyncio
class UsersContract(AccountSearchContract):
    """Admins change accounts and remove them, and there is always one admin left."""

    async def test_admins_are_those_who_can_sign_in(self, store: Store) -> None:
        await _admins(store, 2)
        await added(
            store,
            unsaved_account(role=Role.MODERATOR),
            unsaved_account(role=Role.ADMIN, is_active=False),
            unsaved_account(role=Role.ADMIN, is_activated=False),
        )

        assert await _admins_at_work(store) == 2

    async def test_of_two_who_take_an_admin_away_the_second_sees_what_the_first_did(
        self, store: Store
    ) -> None:
        admins = await _admins(store, 2)
        overlap = Overlap(works=2)

        async def demote(admin: Account) -> int:
            async with store.begin() as work:
                there_are = await work.accounts.hold_admins()
                await overlap()
                await work.accounts.hold(admin.id)
                await work.accounts.save(evolve(admin, role=Role.USER))
                await work.commit()
            return there_are

        counted, failed = await at_once(*(demote(admin) for admin in admins))

        assert failed == []
        assert sorted(counted) == [1, 2]

    @pytest.mark.parametrize(
        ("first", "second"),
        [*product(["demoted", "switched off", "removed"], repeat=2)],
    )
    async def test_the_last_admin_stays_whoever_takes_the_others_away_at_once(
        self, store: Store, first: str, second: str
    ) -> None:
        one, another = await _admins(store, 2)

        done, refused = await at_once(
            _taken_away(store, one.id, first), _taken_away(store, another.id, second)
        )

        assert len(done) == 1
        assert [type(error) for error in refused] == [LastAdmin]
        assert await _admins_at_work(store) == 1

    async def test_an_account_that_is_switched_off_is_signed_out(self, store: Store) -> None:
        account = await a_member(store)
        session = a_session(account.id)
        async with store.begin() as work:
            await work.sessions.open(session, digest_of("token"))
            await work.commit()
        revise = ReviseAccount(store.begin, _changed)

        card = await revise(account.id, AccountChanges(is_active=False, username="andrei"))
        await revise(account.id, AccountChanges(is_active=True))

        assert (card.is_active, card.username) == (False, "andrei")
        assert await store.account_queries.identity(session.id, NOON) is None
        assert list(await store.events()).count("account-revised") == 2

    async def test_of_several_who_appoint_the_first_admin_at_once_one_does(
        self, store: Store
    ) -> None:
        appoint = AppointFirstAdmin(
            store.begin, lambda: NOON, new_id, PlainPasswords(), PasswordRules()
        )

        done, failed = await at_once(
            *(appoint("andrei@example.org", "andrei", PASSWORD) for _ in range(5))
        )

        assert failed == []
        assert sorted(done) == [False] * 4 + [True]
        assert await _admins_at_work(store) == 1

    async def test_what_a_removed_account_was_is_gone(self, store: Store) -> None:
        account = await a_member(store)
        session = a_session(account.id)
        token = MailToken(digest_of("link"), account.id, MailPurpose.PASSWORD_RESET, NOON)
        async with store.begin() as work:
            await work.accounts.hold(account.id)
            await work.accounts.save(evolve(account, username="andrei"))
            await work.sessions.open(session, digest_of("token"))
            await work.mail_tokens.replace(token)
            await work.commit()

        await _removed(store, account.id)

        assert await store.account_queries.find(account.id) is None
        assert await store.account_queries.identity(session.id, NOON) is None
        async with store.begin() as work:
            assert await work.mail_tokens.take(token.digest, token.purpose) is None
            assert await work.sessions.hold_token(digest_of("token")) is None
            assert not await work.accounts.has_username("andrei")
        again = await a_member(store)
        assert again.id != account.id
        assert list(await store.events()).count("account-removed") == 1

    async def test_what_a_removed_account_rated_no_longer_counts(self, store: Store) -> None:
        movies = [(await a_movie(store, title)).id for title in ("Stalker", "Solaris", "Mirror")]
        stalker, solaris, mirror = movies
        gone, other = await a_viewer(store, stalker), await a_viewer(store, stalker)
        await _watched(store, gone, solaris)
        await _watched(store, other, mirror)
        await rated(store, gone, stalker, Stars.of(1))
        await rated(store, gone, solaris, Stars.of(2))
        await rated(store, other, stalker, Stars.of(4))
        await rated(store, other, mirror, Stars.of(5))

        await _removed(store, gone)

        assert await self._scores(store, movies) == [Score(1, 8), Score(), Score(1, 10)]
        shown = await store.rating_queries.of_movie(stalker, PageNumber())
        assert [rating.halves for rating in shown.page.items] == [8]
        async with store.begin() as work:
            assert not await work.watch_log.has_watched(gone, solaris)
            assert await work.watch_log.has_watched(other, mirror)
            assert await work.ratings.find(gone, stalker) is None

    async def test_who_rates_while_another_is_removed_is_counted(self, store: Store) -> None:
        movie = (await a_movie(store)).id
        gone, other = await a_viewer(store, movie), await a_viewer(store, movie)
        await rated(store, gone, movie, Stars.of(1))
        overlap = Overlap(works=2)

        async def rate() -> None:
            async with store.begin() as work:
                score = await work.ratings.hold_score(movie)
                await overlap()
                rating = Rating(other, movie, Stars.of(4), NOON)
                await work.ratings.save(rating, score.counting(rating.stars))
                await work.commit()

        async def remove() -> None:
            async with store.begin() as work:
                await work.accounts.hold(gone)
                await overlap()
                await work.accounts.remove(gone)
                await work.commit()

        _, failed = await at_once(rate(), remove())

        assert failed == []
        assert await self._scores(store, [movie]) == [Score(1, 8)]

    async def _scores(self, store: Store, movies: Sequence[MovieId]) -> list[Score]:
        return [(await store.movie_queries.show(movie)).score for movie in movies]
