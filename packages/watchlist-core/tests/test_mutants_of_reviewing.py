"""Stores that break one promise about reviews, or about own ratings, are found out."""

from typing import ClassVar

from attrs import evolve
from typing_extensions import override

from tests.broken_stores import (
    EveryMutantIsFoundOut,
    Mutant,
    ShowsUncommittedChanges,
    WithoutLock,
)
from watchlist_core.catalogue import MovieNotFound
from watchlist_core.ids import AccountId, MovieId
from watchlist_core.paging import After, ForeignPosition, Page, PageNumber, Window
from watchlist_core.rating import (
    MovieRatings,
    OwnRating,
    Rating,
    RatingFilter,
    RatingOrder,
    RatingSort,
    Score,
)
from watchlist_core.testing.contracts import OwnRatingsContract, ReviewingContract
from watchlist_core.testing.memory import (
    MemoryAccounts,
    MemoryOwnRatingQueries,
    MemoryRatingQueries,
    MemoryRatings,
)


class ForgetsReviews(Mutant):
    class Ratings(MemoryRatings):
        @override
        async def save(self, rating: Rating, score: Score) -> None:
            await super().save(evolve(rating, review=None), score)


class KeepsReviews(Mutant):
    class Ratings(MemoryRatings):
        @override
        async def save(self, rating: Rating, score: Score) -> None:
            earlier = await self.find(rating.account, rating.movie)
            review = rating.review or (earlier.review if earlier else None)
            await super().save(evolve(rating, review=review), score)


class KeepsSources(Mutant):
    class Ratings(MemoryRatings):
        @override
        async def save(self, rating: Rating, score: Score) -> None:
            earlier = await self.find(rating.account, rating.movie)
            await super().save(evolve(rating, source=earlier.source if earlier else None), score)


class RemovesNothing(Mutant):
    class Ratings(MemoryRatings):
        @override
        async def remove(self, rating: Rating, score: Score) -> None:
            self._tables.scores[rating.movie] = score


class KeepsTheScore(Mutant):
    class Ratings(MemoryRatings):
        @override
        async def remove(self, rating: Rating, score: Score) -> None:
            del self._tables.ratings[rating.account, rating.movie]


class CountsTheRemoved(Mutant):
    class Accounts(MemoryAccounts):
        @override
        async def remove(self, account: AccountId) -> None:
            scores = dict(self._tables.scores)
            await super().remove(account)
            self._tables.scores.update(scores)


class DistributesThePageOnly(Mutant):
    class RatingQueries(MemoryRatingQueries):
        @override
        async def of_movie(self, movie: MovieId, window: Window) -> MovieRatings:
            shown = await super().of_movie(movie, window)
            given = [rating.halves for rating in shown.page.items]
            return evolve(shown, distribution=[given.count(halves) for halves in range(2, 11)])


class HoldsAnybodysRating(Mutant):
    class Ratings(MemoryRatings):
        @override
        async def hold_rating(self, account: AccountId, movie: MovieId) -> tuple[Rating, Score]:
            for kept in self._tables.ratings.values():
                if kept.rating.movie == movie:
                    return kept.rating, self._tables.scores[movie]
            return await super().hold_rating(account, movie)


class KeepsRatingsOfWithdrawnMovies(Mutant):
    class Ratings(MemoryRatings):
        @override
        async def hold_rating(self, account: AccountId, movie: MovieId) -> tuple[Rating, Score]:
            kept = self._tables.movies.get(movie)
            if kept and kept.is_withdrawn:
                raise MovieNotFound(movie)
            return await super().hold_rating(account, movie)


class HidesRatingsOfWithdrawnMovies(Mutant):
    class OwnRatingQueries(MemoryOwnRatingQueries):
        @override
        async def browse(
            self, account: AccountId, wanted: RatingFilter, order: RatingOrder, window: Window
        ) -> Page[OwnRating]:
            page = await super().browse(account, wanted, order, window)
            return evolve(page, items=[one for one in page.items if not one.is_withdrawn])


class SkipsTies(Mutant):
    class OwnRatingQueries(MemoryOwnRatingQueries):
        @override
        async def browse(
            self, account: AccountId, wanted: RatingFilter, order: RatingOrder, window: Window
        ) -> Page[OwnRating]:
            if isinstance(window, After) and len(window.position) == 2:
                window = evolve(window, position=(window.position[0], "~"))
            return await super().browse(account, wanted, order, window)


class SortsByYearOnly(Mutant):
    class OwnRatingQueries(MemoryOwnRatingQueries):
        @override
        async def browse(
            self, account: AccountId, wanted: RatingFilter, order: RatingOrder, window: Window
        ) -> Page[OwnRating]:
            return await super().browse(
                account, wanted, RatingOrder([(RatingSort.YEAR, False)]), window
            )


class ListsEverybodysRatings(Mutant):
    class OwnRatingQueries(MemoryOwnRatingQueries):
        @override
        def _is_own(self, rating: Rating, account: AccountId) -> bool:
            return True


class TakesPercentForAnything(Mutant):
    class OwnRatingQueries(MemoryOwnRatingQueries):
        @override
        async def browse(
            self, account: AccountId, wanted: RatingFilter, order: RatingOrder, window: Window
        ) -> Page[OwnRating]:
            wanted = RatingFilter((wanted.title or "").strip("%"))
            return await super().browse(account, wanted, order, window)


class StaysOnTheLastPage(Mutant):
    class OwnRatingQueries(MemoryOwnRatingQueries):
        @override
        async def browse(
            self, account: AccountId, wanted: RatingFilter, order: RatingOrder, window: Window
        ) -> Page[OwnRating]:
            page = await super().browse(account, wanted, order, window)
            return (
                page if page.items else await super().browse(account, wanted, order, PageNumber())
            )


class TakesAnyPosition(Mutant):
    class OwnRatingQueries(MemoryOwnRatingQueries):
        @override
        async def browse(
            self, account: AccountId, wanted: RatingFilter, order: RatingOrder, window: Window
        ) -> Page[OwnRating]:
            try:
                return await super().browse(account, wanted, order, window)
            except ForeignPosition:
                return await super().browse(account, wanted, order, PageNumber())


class TestOwnRatings(EveryMutantIsFoundOut):
    contract = OwnRatingsContract
    found_out_by: ClassVar = {
        SkipsTies: ["test_pages_by_number_and_by_position_walk_the_same_own_ratings"],
        SortsByYearOnly: ["test_pages_by_number_and_by_position_walk_the_same_own_ratings"],
        ListsEverybodysRatings: [
            "test_pages_by_number_and_by_position_walk_the_same_own_ratings",
            "test_past_the_last_page_of_own_ratings_there_is_nothing",
        ],
        TakesPercentForAnything: ["test_own_ratings_are_found_by_any_part_of_the_title_folded"],
        HidesRatingsOfWithdrawnMovies: ["test_own_ratings_of_withdrawn_movies_stay"],
        StaysOnTheLastPage: ["test_past_the_last_page_of_own_ratings_there_is_nothing"],
        TakesAnyPosition: ["test_a_position_of_other_ratings_is_refused"],
    }


class TestReviewing(EveryMutantIsFoundOut):
    contract = ReviewingContract
    tested_elsewhere = (OwnRatingsContract,)
    found_out_by: ClassVar = {
        ForgetsReviews: ["test_a_review_is_shown_to_everybody_and_to_its_author"],
        KeepsReviews: ["test_a_rating_is_replaced_with_its_review"],
        KeepsSources: ["test_what_was_given_elsewhere_is_kept_until_it_is_rated_again"],
        RemovesNothing: [
            "test_a_rating_that_is_taken_back_counts_no_more",
            "test_who_took_a_rating_back_may_forget_the_movie_or_rate_again",
        ],
        KeepsTheScore: [
            "test_a_rating_that_is_taken_back_counts_no_more",
            "test_what_all_think_is_true_whatever_happens",
        ],
        CountsTheRemoved: ["test_what_all_think_is_true_whatever_happens"],
        DistributesThePageOnly: ["test_what_all_think_is_true_whatever_happens"],
        HoldsAnybodysRating: ["test_what_was_not_rated_has_no_rating"],
        KeepsRatingsOfWithdrawnMovies: [
            "test_the_rating_of_a_withdrawn_movie_is_still_its_authors"
        ],
        ShowsUncommittedChanges: ["test_readers_see_ratings_that_are_committed"],
        WithoutLock: [
            "test_who_takes_back_and_who_rates_at_once_are_both_counted",
            "test_of_two_who_take_a_rating_back_at_once_one_does",
        ],
    }
