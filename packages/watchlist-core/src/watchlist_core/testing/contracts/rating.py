from asyncio import gather
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from watchlist_core.auth import AccountNotFound
from watchlist_core.catalogue import MovieNotFound
from watchlist_core.ids import AccountId, MovieId
from watchlist_core.paging import After, ForeignPosition, PageNumber, Position, Total
from watchlist_core.rating import NotWatchedYet, PublicRating, RateMovie, Rating, Score, Stars
from watchlist_core.testing.contracts.given import (
    NOON,
    a_movie,
    a_viewer,
    an_account,
    new_id,
    rated,
    viewers,
)
from watchlist_core.testing.contracts.overlap import Overlap
from watchlist_core.testing.contracts.store import Store

__all__ = ["RatingContract"]


@pytest.mark.asyncio
class RatingContract:
    """A score counts every account once, however many rate at the same moment."""

    async def test_a_rating_is_kept_with_the_score_it_leads_to(self, store: Store) -> None:
        movie = await a_movie(store)
        viewer = await a_viewer(store, movie.id, username="andrei")

        score = await rated(store, viewer, movie.id, Stars.of(3.5))

        async with store.begin() as work:
            kept = await work.ratings.find(viewer, movie.id)
            held = await work.ratings.hold_score(movie.id)
        shown = await store.rating_queries.of_movie(movie.id, PageNumber())
        assert kept == Rating(viewer, movie.id, Stars.of(3.5), NOON)
        assert score == held == shown.score == Score(1, 7)
        assert list(shown.page.items) == [PublicRating("andrei", 7, NOON)]
        assert (await store.events())[-1] == "movie-rated"

    async def test_a_changed_rating_replaces_the_earlier_one(self, store: Store) -> None:
        movie = await a_movie(store)
        viewer = await a_viewer(store, movie.id)
        later = NOON + timedelta(hours=1)
        await rated(store, viewer, movie.id, Stars.of(1))

        await rated(store, viewer, movie.id, Stars.of(5), at=later)

        shown = await store.rating_queries.of_movie(movie.id, PageNumber())
        assert shown.score == Score(1, 10)
        assert list(shown.page.items) == [PublicRating(None, 10, later)]

    async def test_a_movie_has_no_score_before_it_is_rated(self, store: Store) -> None:
        movie = await a_movie(store)

        shown = await store.rating_queries.of_movie(movie.id, PageNumber())

        assert (shown.score, list(shown.page.items)) == (Score(), [])
        assert (shown.page.next, shown.page.total) == (None, Total(0))

    async def test_movies_and_accounts_are_counted_apart(self, store: Store) -> None:
        movie, other = await a_movie(store), await a_movie(store, "Solaris")
        viewer = await a_viewer(store, movie.id)

        await rated(store, viewer, movie.id, Stars.of(4))

        async with store.begin() as work:
            assert await work.ratings.find(viewer, other.id) is None
            assert await work.ratings.find(AccountId(new_id()), movie.id) is None
            assert await work.ratings.hold_score(other.id) == Score()

    async def test_a_work_sees_its_own_rating_and_readers_do_not(self, store: Store) -> None:
        movie = await a_movie(store)
        rating = Rating(await a_viewer(store, movie.id), movie.id, Stars.of(4), NOON)

        async with store.begin() as work:
            await work.ratings.hold_score(movie.id)
            await work.ratings.save(rating, Score(1, 8))

            assert await work.ratings.hold_score(movie.id) == Score(1, 8)
            assert await work.ratings.find(rating.account, movie.id) == rating
            shown = await store.rating_queries.of_movie(movie.id, PageNumber())
            assert (shown.score, list(shown.page.items)) == (Score(), [])

    async def test_ratings_show_where_the_movie_is_shown_and_leave_its_revision(
        self, store: Store
    ) -> None:
        movie = await a_movie(store)
        viewer = await a_viewer(store, movie.id)

        await rated(store, viewer, movie.id, Stars.of(4.5))

        shown = await store.movie_queries.show(movie.id)
        assert (shown.score, shown.revision) == (Score(1, 9), movie.revision)

    async def test_only_a_watched_movie_is_rated(self, store: Store) -> None:
        movie, account = await a_movie(store), await an_account(store)

        with pytest.raises(NotWatchedYet) as refused:
            await rated(store, account.id, movie.id, Stars.of(5))

        assert refused.value.movie == movie.id
        assert (await store.movie_queries.show(movie.id)).score == Score()

    async def test_an_unknown_movie_has_neither_score_nor_ratings(self, store: Store) -> None:
        account, nothing = await an_account(store), MovieId(new_id())

        with pytest.raises(MovieNotFound) as not_rated:
            await rated(store, account.id, nothing, Stars.of(5))
        with pytest.raises(MovieNotFound) as not_listed:
            await store.rating_queries.of_movie(nothing, PageNumber())

        assert not_rated.value.movie == not_listed.value.movie == nothing

    async def test_an_unknown_account_cannot_rate(self, store: Store) -> None:
        movie, nobody = await a_movie(store), AccountId(new_id())

        async with store.begin() as work:
            score = await work.ratings.hold_score(movie.id)
            rating = Rating(nobody, movie.id, Stars.of(5), NOON)

            with pytest.raises(AccountNotFound) as refused:
                await work.ratings.save(rating, score.counting(rating.stars))

        assert refused.value.account == nobody

    async def test_no_rating_is_lost_when_many_rate_at_once(self, store: Store) -> None:
        movie = await a_movie(store)
        crowd = await viewers(store, movie.id, 50)
        rate = RateMovie(store.begin, lambda: NOON)

        await gather(*(rate(account, movie.id, Stars.of(4.5)) for account in crowd))

        shown = await store.rating_queries.of_movie(movie.id, PageNumber(1, 100))
        assert (shown.score, len(shown.page.items)) == (Score(50, 450), 50)
        assert list(await store.events()).count("movie-rated") == 50

    async def test_a_held_score_waits_for_the_work_that_holds_it(self, store: Store) -> None:
        movie = await a_movie(store)
        crowd, overlap = await viewers(store, movie.id, 5), Overlap(works=5)

        async def rate_slowly(account: AccountId) -> None:
            async with store.begin() as work:
                score = await work.ratings.hold_score(movie.id)
                await overlap()
                rating = Rating(account, movie.id, Stars.of(1), NOON)
                await work.ratings.save(rating, score.counting(rating.stars))
                await work.commit()

        await gather(*(rate_slowly(account) for account in crowd))

        assert (await store.movie_queries.show(movie.id)).score == Score(5, 10)

    async def test_an_account_that_rates_twice_at_once_counts_once(self, store: Store) -> None:
        movie = await a_movie(store)
        viewer, overlap = await a_viewer(store, movie.id), Overlap(works=2)

        async def rate_slowly() -> None:
            async with store.begin() as work:
                score = await work.ratings.hold_score(movie.id)
                earlier = await work.ratings.find(viewer, movie.id)
                await overlap()
                rating = Rating(viewer, movie.id, Stars.of(2), NOON)
                score = score.counting(rating.stars, instead_of=earlier.stars if earlier else None)
                await work.ratings.save(rating, score)
                await work.commit()

        await gather(rate_slowly(), rate_slowly())

        shown = await store.rating_queries.of_movie(movie.id, PageNumber())
        assert (shown.score, shown.page.total) == (Score(1, 4), Total(1))

    async def test_the_latest_ratings_come_first(self, store: Store) -> None:
        movie = await a_movie(store)
        days = {"second": 2, "first": 1, "third": 3}
        for username, day in days.items():
            viewer = await a_viewer(store, movie.id, username=username)
            await rated(store, viewer, movie.id, Stars(day * 2), at=NOON + timedelta(days=day))
        nameless = await a_viewer(store, movie.id)
        await rated(store, nameless, movie.id, Stars.of(5), at=NOON + timedelta(microseconds=1))

        shown = await store.rating_queries.of_movie(movie.id, PageNumber(page_size=4))

        assert [rating.username for rating in shown.page.items] == [
            "third",
            "second",
            "first",
            None,
        ]
        assert (shown.page.next, shown.page.total) == (None, Total(4))

    async def test_pages_by_number_and_by_position_walk_the_same_list(self, store: Store) -> None:
        movie, other = await a_movie(store), await a_movie(store, "Solaris")
        # Pairs of the same instant: only what breaks the tie tells them apart.
        instants = [NOON + timedelta(hours=hour // 2) for hour in range(8)]
        names = await _rated_at(store, movie.id, instants)
        await rated(store, await a_viewer(store, other.id), other.id, Stars.of(1))

        walks = [
            await walk(store, movie.id, page_size)
            for page_size in (1, 2, 3, 4, 7, 8)
            for walk in (_walk_by_number, _walk_by_position)
        ]

        assert walks == [walks[0]] * 12
        assert sorted(name or "" for name in walks[0]) == names
        assert [names.index(name or "") // 2 for name in walks[0]] == [3, 3, 2, 2, 1, 1, 0, 0]

    async def test_past_the_last_page_there_is_nothing(self, store: Store) -> None:
        movie = await a_movie(store)
        await rated(store, await a_viewer(store, movie.id), movie.id, Stars.of(4))

        shown = await store.rating_queries.of_movie(movie.id, PageNumber(2))

        assert (list(shown.page.items), shown.page.next) == ([], None)
        assert (shown.score, shown.page.total) == (Score(1, 8), Total(1))

    async def test_a_position_tells_nothing_of_the_accounts(self, store: Store) -> None:
        movie = await a_movie(store)
        crowd = [await a_viewer(store, movie.id) for _ in range(2)]
        for viewer in crowd:
            await rated(store, viewer, movie.id, Stars.of(4))

        shown = await store.rating_queries.of_movie(movie.id, PageNumber(page_size=1))

        told = "".join(str(value) for value in shown.page.next or ())
        assert told
        assert not any(text in told for viewer in crowd for text in (str(viewer), viewer.hex))

    async def test_a_position_of_another_list_is_refused(self, store: Store) -> None:
        movie = await a_movie(store)
        await rated(store, await a_viewer(store, movie.id), movie.id, Stars.of(4))
        foreign: list[Position] = [(), (None, None), ("stalker", "solaris"), (1, 2, 3), ("",)]

        for position in foreign:
            with pytest.raises(ForeignPosition):
                await store.rating_queries.of_movie(movie.id, After(position))


async def _rated_at(store: Store, movie: MovieId, instants: Sequence[datetime]) -> list[str]:
    """Return the usernames of those who rated at the *instants*."""
    names = [f"viewer-{number}" for number in range(len(instants))]
    for name, instant in zip(names, instants, strict=True):
        viewer = await a_viewer(store, movie, username=name)
        await rated(store, viewer, movie, Stars.of(4), at=instant)
    return names


async def _walk_by_number(store: Store, movie: MovieId, page_size: int) -> list[str | None]:
    names: list[str | None] = []
    for number in range(1, 100):
        page = (await store.rating_queries.of_movie(movie, PageNumber(number, page_size))).page
        assert page.total == Total(8)
        names += [rating.username for rating in page.items]
        if page.next is None:
            break
    return names


async def _walk_by_position(store: Store, movie: MovieId, page_size: int) -> list[str | None]:
    page = (await store.rating_queries.of_movie(movie, PageNumber(1, page_size))).page
    names = [rating.username for rating in page.items]
    while page.next is not None:
        assert len(page.items) == page_size
        assert len(names) <= 8
        page = (await store.rating_queries.of_movie(movie, After(page.next, page_size))).page
        assert page.total is None
        names += [rating.username for rating in page.items]
    return names
