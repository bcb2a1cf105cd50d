from asyncio import CancelledError, Event, create_task, sleep, timeout, wait
from contextvars import Context
from typing import Final

import pytest

from watchlist_core.auth import (
    Account,
    AccountAdded,
    AccountNotFound,
    NotAllowed,
    Role,
    UsernameTaken,
)
from watchlist_core.catalogue import MovieAdded, MovieNotFound
from watchlist_core.ids import AccountId, MovieId, WatchId
from watchlist_core.rating import Rating, Score, Stars
from watchlist_core.testing.contracts.given import NOON, a_movie, an_account, new_id
from watchlist_core.testing.contracts.store import Store, StoreWork
from watchlist_core.watching import Watch
from watchlist_core.work import NestedWork

__all__ = ["WorkContract"]

_PATIENCE: Final = 30.0
"""Seconds; who waits so long on a busy machine waits for ever."""


def _account(username: str | None = None) -> Account:
    return Account(AccountId(new_id()), username, Role.USER, is_active=True, created_at=NOON)


async def _announce(work: StoreWork, account: Account) -> None:
    await work.accounts.add(account)
    work.record(AccountAdded(account.id, account.role))


@pytest.mark.asyncio
class WorkContract:
    """All or nothing, one at a time, and never one inside another."""

    async def test_commit_keeps_everything(self, store: Store) -> None:
        first, second = _account(), _account()

        async with store.begin() as work:
            await work.accounts.add(first)
            await work.accounts.add(second)
            await work.commit()

        assert await store.account_queries.find(first.id) == first
        assert await store.account_queries.find(second.id) == second

    async def test_events_are_kept_in_the_order_in_which_they_were_recorded(
        self, store: Store
    ) -> None:
        movie, account = MovieId(new_id()), AccountId(new_id())

        for first, second in ((MovieAdded(movie), AccountAdded(account, Role.USER)),) * 2:
            async with store.begin() as work:
                work.record(first)
                work.record(second)
                await work.commit()

        assert list(await store.events()) == ["movie-added", "account-added"] * 2

    async def test_leaving_without_commit_keeps_nothing(self, store: Store) -> None:
        account = _account("andrei")

        async with store.begin() as work:
            await _announce(work, account)

        assert await store.account_queries.find(account.id) is None
        assert list(await store.events()) == []
        assert (await an_account(store, "andrei")).username == "andrei"

    async def test_an_error_before_commit_keeps_nothing(self, store: Store) -> None:
        account = _account("andrei")

        with pytest.raises(NotAllowed):
            await self._refuse_before_commit(store, account)

        assert await store.account_queries.find(account.id) is None
        assert list(await store.events()) == []
        assert (await an_account(store, "andrei")).username == "andrei"

    async def _refuse_before_commit(self, store: Store, account: Account) -> None:
        async with store.begin() as work:
            await _announce(work, account)
            raise NotAllowed

    async def test_what_comes_after_commit_is_not_kept(self, store: Store) -> None:
        early, late = _account(), _account()

        async with store.begin() as work:
            await _announce(work, early)
            await work.commit()
            await _announce(work, late)

        assert await store.account_queries.find(early.id) == early
        assert await store.account_queries.find(late.id) is None
        assert list(await store.events()) == ["account-added"]

    async def test_a_refusal_raised_after_the_block_is_remembered(self, store: Store) -> None:
        outcome = _account("andrei")

        with pytest.raises(NotAllowed):
            await self._refuse_after_the_block(store, outcome)

        await self._assert_remembered(store, outcome)

    async def test_a_refusal_raised_inside_the_block_after_commit_is_remembered(
        self, store: Store
    ) -> None:
        outcome = _account("andrei")

        with pytest.raises(NotAllowed):
            await self._refuse_inside_the_block(store, outcome)

        await self._assert_remembered(store, outcome)

    async def _refuse_inside_the_block(self, store: Store, outcome: Account) -> None:
        async with store.begin() as work:
            await _announce(work, outcome)
            await work.commit()
            raise NotAllowed

    async def _refuse_after_the_block(self, store: Store, outcome: Account) -> None:
        async with store.begin() as work:
            await _announce(work, outcome)
            await work.commit()
        raise NotAllowed

    async def _assert_remembered(self, store: Store, outcome: Account) -> None:
        """Another work builds on the outcome, and readers see it."""
        movie = await a_movie(store)
        viewing = Watch(WatchId(new_id()), outcome.id, movie.id, None)
        async with store.begin() as later:
            await later.watch_log.add(viewing)
            await later.commit()
        assert await store.account_queries.find(outcome.id) == outcome
        assert list(await store.events()) == ["account-added", "movie-added"]

    async def test_a_work_goes_on_after_its_ports_have_refused(self, store: Store) -> None:
        movie, account, late = await a_movie(store), _account("andrei"), _account()
        nobody, nothing = AccountId(new_id()), MovieId(new_id())

        async with store.begin() as work:
            await _announce(work, account)
            with pytest.raises(UsernameTaken):
                await work.accounts.add(_account("andrei"))
            with pytest.raises(MovieNotFound):
                await work.watch_log.add(Watch(WatchId(new_id()), account.id, nothing, None))
            with pytest.raises(AccountNotFound):
                await work.watch_log.add(Watch(WatchId(new_id()), nobody, movie.id, None))
            with pytest.raises(AccountNotFound):
                await work.ratings.save(Rating(nobody, movie.id, Stars.of(4), NOON), Score(1, 8))
            await work.accounts.add(late)
            await work.commit()

        assert await store.account_queries.find(account.id) == account
        assert await store.account_queries.find(late.id) == late
        assert (await store.movie_queries.show(movie.id)).score == Score()

    async def test_a_work_sees_its_own_changes(self, store: Store) -> None:
        movie, account = await a_movie(store), _account()

        async with store.begin() as work:
            await work.accounts.add(account)
            await work.watch_log.add(Watch(WatchId(new_id()), account.id, movie.id, None))

            assert await work.watch_log.has_watched(account.id, movie.id)

    async def test_readers_wait_for_nobody_and_see_what_is_committed(self, store: Store) -> None:
        account = _account()

        async with timeout(_PATIENCE), store.begin() as work:
            await _announce(work, account)

            assert await store.account_queries.find(account.id) is None
            assert list(await store.events()) == []
            await work.commit()

        assert await store.account_queries.find(account.id) == account

    async def test_a_work_inside_a_work_is_refused_at_once(self, store: Store) -> None:
        async with timeout(_PATIENCE), store.begin():
            with pytest.raises(NestedWork):
                await _open_and_leave(store)

        await self._assert_open_for_others(store)

    async def test_a_work_in_a_task_started_inside_a_work_is_refused_at_once(
        self, store: Store
    ) -> None:
        async with timeout(_PATIENCE), store.begin():
            with pytest.raises(NestedWork):
                await create_task(_open_and_leave(store))

        await self._assert_open_for_others(store)

    async def test_a_refused_inner_work_does_not_spoil_the_outer_one(self, store: Store) -> None:
        account = _account()

        async with timeout(_PATIENCE), store.begin() as work:
            await _announce(work, account)
            with pytest.raises(NestedWork):
                await _open_and_leave(store)
            await work.commit()

        assert await store.account_queries.find(account.id) == account

    async def test_a_task_that_outlives_a_work_may_open_its_own(self, store: Store) -> None:
        work_is_over = Event()

        async def wait_and_open() -> None:
            await work_is_over.wait()
            await _open_and_leave(store)

        async with timeout(_PATIENCE):
            async with store.begin():
                task = create_task(wait_and_open())
                await sleep(0)
            work_is_over.set()
            await task

    async def test_cancelling_a_work_keeps_nothing_and_makes_room(self, store: Store) -> None:
        account, is_inside = _account("andrei"), Event()

        async def never_end() -> None:
            async with store.begin() as work:
                await _announce(work, account)
                is_inside.set()
                await Event().wait()

        async with timeout(_PATIENCE):
            task = create_task(never_end())
            await is_inside.wait()
            task.cancel()
            with pytest.raises(CancelledError):
                await task

        assert await store.account_queries.find(account.id) is None
        assert list(await store.events()) == []
        await self._assert_open_for_others(store)

    async def test_cancelling_one_who_waits_for_his_turn_spoils_nothing(self, store: Store) -> None:
        account = _account()

        async with timeout(_PATIENCE):
            async with store.begin() as work:
                await _announce(work, account)
                # Started outside this work's context, or it would be refused as nested.
                waiting = create_task(_open_and_leave(store), context=Context())
                await sleep(0.01)
                waiting.cancel()
                await wait([waiting])
                await work.commit()

        assert await store.account_queries.find(account.id) == account
        await self._assert_open_for_others(store)

    async def _assert_open_for_others(self, store: Store) -> None:
        async with timeout(_PATIENCE):
            await _open_and_leave(store)


async def _open_and_leave(store: Store) -> None:
    async with store.begin():
        pass
