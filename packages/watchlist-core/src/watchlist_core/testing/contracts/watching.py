from datetime import datetime

import pytest
from attrs import evolve

from watchlist_core.auth import AccountNotFound
from watchlist_core.catalogue import MovieNotFound
from watchlist_core.ids import AccountId, MovieId, WatchId
from watchlist_core.testing.contracts.given import NOON, a_movie, a_viewer, an_account, new_id
from watchlist_core.testing.contracts.mistake import mistake
from watchlist_core.testing.contracts.store import Store
from watchlist_core.watching import Watch, WatchMovie

__all__ = ["WatchingContract"]


@pytest.mark.asyncio
class WatchingContract:
    """The log knows who has seen what."""

    @pytest.mark.parametrize("watched_at", [NOON, None], ids=["dated", "undated"])
    async def test_a_viewing_counts_whether_its_date_is_known_or_not(
        self, store: Store, watched_at: datetime | None
    ) -> None:
        movie = await a_movie(store)

        viewer = await a_viewer(store, movie.id, watched_at)

        async with store.begin() as work:
            assert await work.watch_log.has_watched(viewer, movie.id)

    async def test_a_viewing_counts_for_its_account_and_its_movie_only(self, store: Store) -> None:
        movie, other_movie = await a_movie(store), await a_movie(store, "Solaris")
        other_account = await an_account(store)

        viewer = await a_viewer(store, movie.id)

        async with store.begin() as work:
            assert not await work.watch_log.has_watched(viewer, other_movie.id)
            assert not await work.watch_log.has_watched(other_account.id, movie.id)
            assert not await work.watch_log.has_watched(AccountId(new_id()), MovieId(new_id()))

    async def test_a_movie_may_be_watched_again_at_the_same_moment(self, store: Store) -> None:
        movie = await a_movie(store)
        viewer = await a_viewer(store, movie.id, NOON)

        again = await WatchMovie(store.begin, lambda: NOON, new_id)(viewer, movie.id, NOON)

        assert (again.account, again.movie, again.watched_at) == (viewer, movie.id, NOON)
        assert list(await store.events()).count("movie-watched") == 2

    async def test_no_viewing_takes_the_place_of_another(self, store: Store) -> None:
        movie, other_movie = await a_movie(store), await a_movie(store, "Solaris")
        account = (await an_account(store)).id
        watch = Watch(WatchId(new_id()), account, movie.id, NOON)
        async with store.begin() as work:
            await work.watch_log.add(watch)
            await work.commit()

        with mistake():
            async with store.begin() as work:
                await work.watch_log.add(evolve(watch, movie=other_movie.id))
                await work.commit()

        async with store.begin() as work:
            assert await work.watch_log.has_watched(account, movie.id)
            assert not await work.watch_log.has_watched(account, other_movie.id)

    async def test_an_unknown_movie_cannot_be_watched(self, store: Store) -> None:
        account, nothing = await an_account(store), MovieId(new_id())

        with pytest.raises(MovieNotFound) as refused:
            await WatchMovie(store.begin, lambda: NOON, new_id)(account.id, nothing, None)

        assert refused.value.movie == nothing
        assert "movie-watched" not in await store.events()

    async def test_an_unknown_account_cannot_watch(self, store: Store) -> None:
        movie, nobody = await a_movie(store), AccountId(new_id())

        with pytest.raises(AccountNotFound) as refused:
            await WatchMovie(store.begin, lambda: NOON, new_id)(nobody, movie.id, None)

        assert refused.value.account == nobody
        assert "movie-watched" not in await store.events()
