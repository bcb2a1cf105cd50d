from typing import Final

import pytest

from watchlist_core.auth import RemoveAccount
from watchlist_core.catalogue import (
    ExternalId,
    ExternalIdTaken,
    ImportMovies,
    MediaType,
    Movie,
    MovieFilter,
    MovieNotFound,
    NewMovie,
    StaleMovie,
    WithdrawMovie,
)
from watchlist_core.paging import PageNumber, Total
from watchlist_core.rating import Rating, Stars
from watchlist_core.testing.contracts.given import (
    NOON,
    a_movie,
    a_viewer,
    count,
    new_id,
    rated,
    unsaved_movie,
)
from watchlist_core.testing.contracts.overlap import Overlap, at_once
from watchlist_core.testing.contracts.seen import titles
from watchlist_core.testing.contracts.store import Store
from watchlist_core.watching import WatchMovie

__all__ = ["WithdrawingContract"]

_MOVIELENS: Final = ExternalId("movielens", MediaType.MOVIE, "1")


async def _withdrawn(store: Store, movie: Movie, revision: int | None = None) -> None:
    await WithdrawMovie(store.begin)(movie.id, revision)


def _changed() -> None:
    """Nothing is believed of access tokens here."""


@pytest.mark.asyncio
class WithdrawingContract:
    """A withdrawn movie is gone from the catalogue, and stays in what people did with it."""

    async def test_a_withdrawn_movie_is_in_no_list(self, store: Store) -> None:
        movie = await a_movie(store, "Stalker", 1979, genres=["Sci-Fi"])
        await a_movie(store, "Stardust", 2007, genres=["Sci-Fi"])

        await _withdrawn(store, movie, revision=1)

        wanted = [MovieFilter(), MovieFilter("sta"), MovieFilter(genres=["Sci-Fi"])]
        assert [await titles(store, one) for one in wanted] == [["Stardust"]] * 3
        assert await titles(store, MovieFilter(year=1979)) == []
        assert (await store.events())[-1] == "movie-withdrawn"

    async def test_a_withdrawn_movie_is_found_by_nobody(self, store: Store) -> None:
        movie = await a_movie(store, external_ids=[_MOVIELENS])
        viewer = await a_viewer(store, movie.id)

        await _withdrawn(store, movie)

        assert await store.movie_queries.find(_MOVIELENS) is None
        with pytest.raises(MovieNotFound) as refused:
            await store.movie_queries.show(movie.id)
        assert refused.value.movie == movie.id
        with pytest.raises(MovieNotFound):
            await store.rating_queries.of_movie(movie.id, PageNumber())
        with pytest.raises(MovieNotFound):
            await rated(store, viewer, movie.id, Stars.of(4))
        with pytest.raises(MovieNotFound):
            await WatchMovie(store.begin, lambda: NOON, new_id)(viewer, movie.id, None)
        with pytest.raises(MovieNotFound):
            await _withdrawn(store, movie)

    async def test_a_movie_like_a_withdrawn_one_may_be_added(self, store: Store) -> None:
        movie = await a_movie(store, "Stalker", 1979)
        await _withdrawn(store, movie)

        async with store.begin() as work:
            assert await work.movies.hold_alike("Stalker", 1979, None) is None
            await work.movies.add([unsaved_movie("Stalker")])
            await work.commit()

        assert await count(store) == Total(1)

    async def test_no_import_brings_back_what_was_withdrawn(self, store: Store) -> None:
        new = NewMovie("Stalker", external_ids=[_MOVIELENS])
        take = ImportMovies(store.begin, lambda: NOON, new_id)
        await take([new], identified_by="movielens")
        async with store.begin() as work:
            (movie,) = (await work.movies.hold_known([_MOVIELENS])).values()
        await WithdrawMovie(store.begin)(movie)

        again = await take([new], identified_by="movielens")

        assert (again.added, again.known, await count(store)) == (0, 1, Total(0))
        with pytest.raises(ExternalIdTaken):
            await a_movie(store, external_ids=[_MOVIELENS])

    async def test_what_people_did_with_a_withdrawn_movie_stays(self, store: Store) -> None:
        movie = await a_movie(store)
        gone, viewer = [await a_viewer(store, movie.id) for _ in range(2)]
        for account in (gone, viewer):
            await rated(store, account, movie.id, Stars.of(4))

        await _withdrawn(store, movie)
        await RemoveAccount(store.begin, _changed)(gone)

        async with store.begin() as work:
            rating = Rating(viewer, movie.id, Stars.of(4), NOON)
            assert await work.ratings.find(viewer, movie.id) == rating
            assert await work.watch_log.has_watched(viewer, movie.id)
            assert await work.ratings.find(gone, movie.id) is None

    async def test_a_movie_of_another_revision_is_not_withdrawn(self, store: Store) -> None:
        movie = await a_movie(store)

        with pytest.raises(StaleMovie) as refused:
            await _withdrawn(store, movie, revision=2)

        assert (refused.value.movie, refused.value.revision) == (movie.id, 1)
        assert await count(store) == Total(1)

    async def test_of_two_who_withdraw_a_movie_at_once_one_does(self, store: Store) -> None:
        movie = await a_movie(store)
        overlap = Overlap(works=2)

        async def withdraw() -> None:
            async with store.begin() as work:
                held = await work.movies.hold(movie.id)
                await overlap()
                await work.movies.save(held.withdrawn())
                await work.commit()

        done, refused = await at_once(withdraw(), withdraw())

        assert len(done) == 1
        assert [(type(error), *error.args) for error in refused] == [(MovieNotFound, movie.id)]
