from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

import pytest

from watchlist_core.ids import AccountId, EntryId, MovieId, WatchId
from watchlist_core.mine import MOST_MOVIES, MyEntry, MyMovie, MyRating, MyWatch, ShowMyMovies
from watchlist_core.rating import (
    Direction,
    RateMovie,
    RemoveRating,
    RemoveVote,
    Stars,
    VoteOnMovie,
)
from watchlist_core.testing.contracts.given import NOON, a_movie, an_account, new_id
from watchlist_core.testing.contracts.own import a_title, listed, watched, withdrawn
from watchlist_core.testing.contracts.store import PersonalStore
from watchlist_core.watching import EntryStatus, RemoveEntry, RemoveWatch, Watch

__all__ = ["MineContract"]

_HOUR: Final = timedelta(hours=1)


async def _mine(store: PersonalStore, account: AccountId, *movies: MovieId) -> Sequence[MyMovie]:
    return list(await ShowMyMovies(store.my_movie_queries)(account, movies))


async def _done(store: PersonalStore, account: AccountId, movie: MovieId) -> MyMovie:
    """Do everything with a movie, and return what is to be told of it."""
    entry = await listed(store, account, movie, EntryStatus.PLANNED)
    watch = Watch(WatchId(new_id()), account, movie, NOON)
    async with store.begin() as work:
        await work.watch_log.add(watch)
        await work.commit()
    await RateMovie(store.begin, lambda: NOON)(account, movie, Stars.of(4.5), "The zone.")
    await VoteOnMovie(store.begin, lambda: NOON)(account, movie, Direction.UP)
    return MyMovie(
        str(movie),
        entry=MyEntry(str(entry.id), "watched"),
        last_watch=MyWatch(str(watch.id), NOON, is_inferred=False),
        rating=MyRating(9, "The zone.", NOON),
        vote="up",
    )


@pytest.mark.asyncio
class MineContract:
    """Somebody sees what he has done with the movies of a list, and nobody else does."""

    async def test_what_somebody_did_is_told_in_the_order_that_is_asked_for(
        self, store: PersonalStore
    ) -> None:
        account = (await an_account(store)).id
        movies = [(await a_movie(store, title)).id for title in ("Stalker", "Solaris", "Mirror")]
        stalker, solaris, mirror = movies
        await listed(store, account, a_title())
        done = {movie: await _done(store, account, movie) for movie in (stalker, mirror)}

        told = [
            await _mine(store, account, mirror, solaris, stalker),
            await _mine(store, account, stalker, mirror, stalker, mirror),
        ]

        assert told == [
            [done[mirror], MyMovie(str(solaris)), done[stalker]],
            [done[stalker], done[mirror]],
        ]

    async def test_what_another_did_is_not_told(self, store: PersonalStore) -> None:
        account, other = (await an_account(store)).id, (await an_account(store)).id
        movie = (await a_movie(store)).id
        await _done(store, other, movie)

        told = await _mine(store, account, movie), await _mine(store, AccountId(new_id()), movie)

        assert told == ([MyMovie(str(movie))], [MyMovie(str(movie))])

    async def test_each_thing_is_told_without_the_others(self, store: PersonalStore) -> None:
        account = (await an_account(store)).id
        movies = [(await a_movie(store, title)).id for title in ("Stalker", "Solaris", "Mirror")]
        stalker, solaris, mirror = movies
        await watched(store, account, stalker, NOON)
        entry = await listed(store, account, solaris, EntryStatus.DROPPED)
        await VoteOnMovie(store.begin, lambda: NOON)(account, mirror, Direction.DOWN)

        first, second, third = await _mine(store, account, *movies)

        assert first.last_watch
        assert first == MyMovie(str(stalker), last_watch=first.last_watch)
        assert second == MyMovie(str(solaris), entry=MyEntry(str(entry.id), "dropped"))
        assert third == MyMovie(str(mirror), vote="down")

    async def test_the_last_viewing_is_the_latest_that_is_known(self, store: PersonalStore) -> None:
        account, movie = (await an_account(store)).id, (await a_movie(store)).id
        inferred = Watch(WatchId(new_id()), account, movie, None, is_inferred=True)
        async with store.begin() as work:
            await work.watch_log.add(inferred)
            await work.commit()

        told = [await self._last_watch(store, account, movie)]
        for hours in (1, 3, 2):
            await watched(store, account, movie, NOON + hours * _HOUR)
            told.append(await self._last_watch(store, account, movie))
        await RemoveWatch(store.begin)(account, WatchId(UUID(told[-1].id)))
        told.append(await self._last_watch(store, account, movie))

        assert told[0] == MyWatch(str(inferred.id), None, is_inferred=True)
        assert [(one.watched_at, one.is_inferred) for one in told[1:]] == [
            (NOON + hours * _HOUR, False) for hours in (1, 3, 3, 2)
        ]

    async def _last_watch(
        self, store: PersonalStore, account: AccountId, movie: MovieId
    ) -> MyWatch:
        (told,) = await _mine(store, account, movie)
        assert told.last_watch
        return told.last_watch

    async def test_what_was_taken_back_is_told_no_more(self, store: PersonalStore) -> None:
        account, movie = (await an_account(store)).id, (await a_movie(store)).id
        done = await _done(store, account, movie)
        assert done.entry
        assert done.last_watch

        await RemoveEntry(store.begin)(account, EntryId(UUID(done.entry.id)))
        await RemoveRating(store.begin)(account, movie)
        await RemoveVote(store.begin)(account, movie)
        left = await _mine(store, account, movie)
        await RemoveWatch(store.begin)(account, WatchId(UUID(done.last_watch.id)))

        assert left == [MyMovie(str(movie), last_watch=done.last_watch)]
        assert await _mine(store, account, movie) == [MyMovie(str(movie))]

    async def test_what_was_done_with_a_withdrawn_movie_is_told(self, store: PersonalStore) -> None:
        account, movie = (await an_account(store)).id, (await a_movie(store)).id
        nothing = MovieId(new_id())
        done = await _done(store, account, movie)

        await withdrawn(store, movie)

        told = await _mine(store, account, nothing, movie)
        assert told == [MyMovie(str(nothing)), done]

    async def test_as_many_movies_as_a_page_has_may_be_asked_for(
        self, store: PersonalStore
    ) -> None:
        account, movie = (await an_account(store)).id, (await a_movie(store)).id
        done = await _done(store, account, movie)
        others = [MovieId(new_id()) for _ in range(MOST_MOVIES - 1)]

        told = await _mine(store, account, *others, movie)

        assert told == [*(MyMovie(str(other)) for other in others), done]

    async def test_readers_see_what_was_done_and_committed(self, store: PersonalStore) -> None:
        account, movie = (await an_account(store)).id, (await a_movie(store)).id
        watch = Watch(WatchId(new_id()), account, movie, NOON)

        async with store.begin() as work:
            await work.watch_log.add(watch)
            before = await _mine(store, account, movie)
            await work.commit()

        assert before == [MyMovie(str(movie))]
        (told,) = await _mine(store, account, movie)
        assert told.last_watch == MyWatch(str(watch.id), NOON, is_inferred=False)
