from datetime import datetime, timedelta

import pytest

from watchlist_core.ids import Uuid7
from watchlist_core.testing import MemoryStore
from watchlist_core.testing.contracts import NOON, a_movie, an_account
from watchlist_core.watching import CLOCK_TOLERANCE, WatchedInFuture, WatchMovie


async def test_a_movie_cannot_have_been_watched_in_the_future() -> None:
    store = MemoryStore()
    account, movie = await an_account(store), await a_movie(store)
    watch_movie = WatchMovie(store.begin, lambda: NOON, Uuid7())

    with pytest.raises(WatchedInFuture):
        await watch_movie(account.id, movie.id, NOON + CLOCK_TOLERANCE + timedelta(microseconds=1))

    assert "movie-watched" not in await store.events()


@pytest.mark.parametrize("watched_at", [NOON, NOON + CLOCK_TOLERANCE])
async def test_a_movie_may_have_been_watched_until_now(watched_at: datetime) -> None:
    store = MemoryStore()
    account, movie = await an_account(store), await a_movie(store)
    watch_movie = WatchMovie(store.begin, lambda: NOON, Uuid7())

    watch = await watch_movie(account.id, movie.id, watched_at)

    assert (watch.account, watch.movie, watch.watched_at) == (account.id, movie.id, watched_at)
