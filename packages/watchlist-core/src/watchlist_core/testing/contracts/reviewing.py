from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import pytest

from watchlist_core.ids import AccountId, MovieId, WatchId
from watchlist_core.paging import PageNumber
from watchlist_core.rating import (
    NO_RATINGS,
    OwnRating,
    PublicRating,
    RateMovie,
    Rating,
    RatingNotFound,
    RemoveRating,
    Score,
    ShowRating,
    SourceRating,
    Stars,
)
from watchlist_core.testing.contracts.given import (
    NOON,
    a_movie,
    a_viewer,
    an_account,
    new_id,
    rated,
    viewers,
)
from watchlist_core.testing.contracts.listing_own_ratings import OwnRatingsContract
from watchlist_core.testing.contracts.overlap import Overlap, at_once
from watchlist_core.testing.contracts.own import account_removed, history_of, withdrawn
from watchlist_core.testing.contracts.store import PersonalStore
from watchlist_core.watching import RemoveWatch, WatchFilter

__all__ = ["ReviewingContract"]

_LATER: Final = NOON + timedelta(hours=1)


async def _reviewed(
    store: PersonalStore,
    account: AccountId,
    movie: MovieId,
    stars: float,
    review: str | None,
    *,
    at: datetime = NOON,
) -> None:
    await RateMovie(store.begin, lambda: at)(account, movie, Stars.of(stars), review)


async def _is_true(store: PersonalStore, movie: MovieId) -> bool:
    """Tell whether score and distribution are those that the ratings of a movie come to."""
    shown = await store.rating_queries.of_movie(movie, PageNumber(page_size=100))
    halves = [rating.halves for rating in shown.page.items]
    counts = Counter(halves)
    recount: Sequence[int] = [counts[half] for half in range(2, 11)]
    card = await store.movie_queries.show(movie)
    return (
        shown.score == card.score == Score(len(halves), sum(halves))
        and list(shown.distribution) == recount
    )


@pytest.mark.asyncio
class ReviewingContract(OwnRatingsContract):
    """People say why, and take it back, and what all of them think is true at any time."""

    async def test_a_review_is_shown_to_everybody_and_to_its_author(
        self, store: PersonalStore
    ) -> None:
        movie = await a_movie(store, "Stalker", 1979)
        author = await a_viewer(store, movie.id, username="andrei")
        nameless = await a_viewer(store, movie.id)
        await rated(store, nameless, movie.id, Stars.of(3))

        await _reviewed(store, author, movie.id, 4.5, "  The zone.\n", at=_LATER)

        shown = await store.rating_queries.of_movie(movie.id, PageNumber())
        own = await ShowRating(store.own_rating_queries)(author, movie.id)
        assert list(shown.page.items) == [
            PublicRating("andrei", 9, _LATER, "The zone."),
            PublicRating(None, 6, NOON, None),
        ]
        assert list(shown.distribution) == [0, 0, 0, 0, 1, 0, 0, 1, 0]
        assert own == OwnRating(
            *(str(movie.id), "Stalker", "movie", 1979, 9, "The zone.", _LATER),
            source=None,
            is_withdrawn=False,
        )

    async def test_a_rating_is_replaced_with_its_review(self, store: PersonalStore) -> None:
        movie = (await a_movie(store)).id
        author = await a_viewer(store, movie)
        await _reviewed(store, author, movie, 2, "Slow.")

        for stars, review in ((5, "Slow, and great."), (4, None)):
            await _reviewed(store, author, movie, stars, review)

            own = await ShowRating(store.own_rating_queries)(author, movie)
            assert (own.halves, own.review) == (stars * 2, review)
            assert await _is_true(store, movie)

    async def test_what_was_given_elsewhere_is_kept_until_it_is_rated_again(
        self, store: PersonalStore
    ) -> None:
        movie = (await a_movie(store)).id
        author = await a_viewer(store, movie)
        source = SourceRating(0.5, 5)
        rating = Rating(author, movie, Stars.of(1), NOON, source=source)
        async with store.begin() as work:
            score = await work.ratings.hold_score(movie)
            await work.ratings.save(rating, score.counting(rating.stars))
            await work.commit()

        imported = await ShowRating(store.own_rating_queries)(author, movie)
        async with store.begin() as work:
            held = await work.ratings.find(author, movie), await work.ratings.hold_score(movie)
        await _reviewed(store, author, movie, 1, None)

        assert imported.source == source
        assert held == (rating, Score(1, 2))
        assert (await ShowRating(store.own_rating_queries)(author, movie)).source is None

    async def test_a_rating_that_is_taken_back_counts_no_more(self, store: PersonalStore) -> None:
        movie = (await a_movie(store)).id
        author, other = await viewers(store, movie, 2)
        await _reviewed(store, author, movie, 1, "Slow.")
        await _reviewed(store, other, movie, 4, "The zone.")

        score = await RemoveRating(store.begin)(author, movie)

        with pytest.raises(RatingNotFound):
            await ShowRating(store.own_rating_queries)(author, movie)
        with pytest.raises(RatingNotFound):
            await RemoveRating(store.begin)(author, movie)
        shown = await store.rating_queries.of_movie(movie, PageNumber())
        assert score == shown.score == Score(1, 8)
        assert [rating.review for rating in shown.page.items] == ["The zone."]
        assert await _is_true(store, movie)
        assert list(await store.events()).count("rating-removed") == 1

    async def test_who_took_a_rating_back_may_forget_the_movie_or_rate_again(
        self, store: PersonalStore
    ) -> None:
        movie = (await a_movie(store)).id
        author, other = await viewers(store, movie, 2)
        for account in (author, other):
            await rated(store, account, movie, Stars.of(1))
            await RemoveRating(store.begin)(account, movie)
        page = await store.watch_queries.browse(author, WatchFilter(), PageNumber())

        for card in page.items:
            await RemoveWatch(store.begin)(author, WatchId(UUID(card.id)))
        await rated(store, other, movie, Stars.of(5))

        assert await history_of(store, author) == []
        assert (await store.movie_queries.show(movie)).score == Score(1, 10)

    async def test_what_all_think_is_true_whatever_happens(self, store: PersonalStore) -> None:
        movie, other = (await a_movie(store)).id, (await a_movie(store, "Solaris")).id
        crowd = await viewers(store, movie, 6)
        truths = [await _is_true(store, movie)]

        for number, account in enumerate(crowd):
            await rated(store, account, movie, Stars(2 + number))
            truths.append(await _is_true(store, movie))
        await rated(store, crowd[0], movie, Stars(10))
        truths.append(await _is_true(store, movie))
        await RemoveRating(store.begin)(crowd[1], movie)
        truths.append(await _is_true(store, movie))
        await account_removed(store, crowd[2])
        truths.append(await _is_true(store, movie))
        await rated(store, crowd[1], movie, Stars(10))
        truths.append(await _is_true(store, movie))

        shown = await store.rating_queries.of_movie(movie, PageNumber(2, 2))
        assert all(truths)
        assert list(shown.distribution) == [0, 0, 0, 1, 1, 1, 0, 0, 2]
        unrated = await store.rating_queries.of_movie(other, PageNumber())
        assert list(unrated.distribution) == list(NO_RATINGS)

    async def test_what_was_not_rated_has_no_rating(self, store: PersonalStore) -> None:
        movie, other = (await a_movie(store)).id, (await a_movie(store, "Solaris")).id
        author, stranger = await viewers(store, movie, 2)
        await rated(store, author, movie, Stars.of(4))
        nothing = MovieId(new_id())

        for who, which in ((stranger, movie), (author, other), (author, nothing)):
            with pytest.raises(RatingNotFound) as not_shown:
                await ShowRating(store.own_rating_queries)(who, which)
            with pytest.raises(RatingNotFound) as not_removed:
                await RemoveRating(store.begin)(who, which)
            assert not_shown.value.movie == not_removed.value.movie == which

        assert await _is_true(store, movie)
        assert "rating-removed" not in await store.events()

    async def test_the_rating_of_a_withdrawn_movie_is_still_its_authors(
        self, store: PersonalStore
    ) -> None:
        movie = (await a_movie(store)).id
        author, other = await viewers(store, movie, 2)
        for account in (author, other):
            await rated(store, account, movie, Stars.of(4))

        await withdrawn(store, movie)
        own = await ShowRating(store.own_rating_queries)(author, movie)
        left = await RemoveRating(store.begin)(author, movie)

        assert (own.title, own.halves, own.is_withdrawn) == ("Stalker", 8, True)
        assert left == Score(1, 8)
        assert await store.own_rating_queries.find(author, movie) is None
        assert await store.own_rating_queries.find(other, movie)

    async def test_who_takes_back_and_who_rates_at_once_are_both_counted(
        self, store: PersonalStore
    ) -> None:
        movie = (await a_movie(store)).id
        author, other = await viewers(store, movie, 2)
        await rated(store, author, movie, Stars.of(1))
        overlap = Overlap(works=2)

        async def take_back() -> None:
            async with store.begin() as work:
                rating, score = await work.ratings.hold_rating(author, movie)
                await overlap()
                await work.ratings.remove(rating, score.without(rating.stars))
                await work.commit()

        async def rate() -> None:
            async with store.begin() as work:
                score = await work.ratings.hold_score(movie)
                await overlap()
                rating = Rating(other, movie, Stars.of(4), NOON)
                await work.ratings.save(rating, score.counting(rating.stars))
                await work.commit()

        _, failed = await at_once(take_back(), rate())

        assert failed == []
        assert (await store.movie_queries.show(movie)).score == Score(1, 8)
        assert await _is_true(store, movie)

    async def test_of_two_who_take_a_rating_back_at_once_one_does(
        self, store: PersonalStore
    ) -> None:
        movie = (await a_movie(store)).id
        author, other = await viewers(store, movie, 2)
        for account in (author, other):
            await rated(store, account, movie, Stars.of(4))
        overlap = Overlap(works=2)

        async def take_back() -> None:
            async with store.begin() as work:
                rating, score = await work.ratings.hold_rating(author, movie)
                await overlap()
                await work.ratings.remove(rating, score.without(rating.stars))
                await work.commit()

        done, refused = await at_once(take_back(), take_back())

        assert (len(done), [type(error) for error in refused]) == (1, [RatingNotFound])
        assert await _is_true(store, movie)

    async def test_readers_see_ratings_that_are_committed(self, store: PersonalStore) -> None:
        movie, account = (await a_movie(store)).id, (await an_account(store)).id
        rating = Rating(account, movie, Stars.of(4), NOON, "The zone.")

        async with store.begin() as work:
            score = await work.ratings.hold_score(movie)
            await work.ratings.save(rating, score.counting(rating.stars))
            assert await work.ratings.hold_rating(account, movie) == (rating, Score(1, 8))
            before = await store.own_rating_queries.find(account, movie)
            shown = await store.rating_queries.of_movie(movie, PageNumber())
            await work.commit()

        assert (before, list(shown.distribution)) == (None, list(NO_RATINGS))
        assert await store.own_rating_queries.find(account, movie)
        assert await _is_true(store, movie)
