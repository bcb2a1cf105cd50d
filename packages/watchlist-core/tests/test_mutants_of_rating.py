"""Stores that break one promise about ratings each are found out by the contract."""

from typing import ClassVar

from attrs import evolve
from typing_extensions import override

from tests.broken_stores import (
    EveryMutantIsFoundOut,
    Mutant,
    ShowsUncommittedChanges,
    WithoutLock,
    WithoutLockOverANetwork,
)
from watchlist_core.auth import AccountNotFound
from watchlist_core.errors import Conflict
from watchlist_core.ids import AccountId, MovieId
from watchlist_core.paging import After, ForeignPosition, Page, PageNumber, Window
from watchlist_core.rating import MovieRatings, Rating, Score
from watchlist_core.testing.contracts import RatingContract
from watchlist_core.testing.memory import (
    MemoryRatingQueries,
    MemoryRatings,
    MemoryWatchLog,
)


class ForgetsScores(Mutant):
    class Ratings(MemoryRatings):
        @override
        async def save(self, rating: Rating, score: Score) -> None:
            await super().save(rating, Score())


class KeepsTheFirstRating(Mutant):
    class Ratings(MemoryRatings):
        @override
        async def save(self, rating: Rating, score: Score) -> None:
            await super().save(await self.find(rating.account, rating.movie) or rating, score)


class RefusesToChangeRatings(Mutant):
    class Ratings(MemoryRatings):
        @override
        async def save(self, rating: Rating, score: Score) -> None:
            if await self.find(rating.account, rating.movie):
                raise Conflict
            await super().save(rating, score)


class HidesUnratedMovies(Mutant):
    class RatingQueries(MemoryRatingQueries):
        @override
        async def of_movie(self, movie: MovieId, window: Window) -> MovieRatings:
            shown = await super().of_movie(movie, window)
            return shown if shown.score.rating_count else evolve(shown, page=Page([]))


class HasOneScoreForAll(Mutant):
    class Ratings(MemoryRatings):
        @override
        async def save(self, rating: Rating, score: Score) -> None:
            await super().save(rating, score)
            self._tables.scores.update(dict.fromkeys(self._tables.movies, score))


class RevisesRatedMovies(Mutant):
    class Ratings(MemoryRatings):
        @override
        async def save(self, rating: Rating, score: Score) -> None:
            await super().save(rating, score)
            movie = self._tables.movies[rating.movie]
            self._tables.movies[movie.id] = evolve(movie, revision=movie.revision + 1)


class BelievesEverybody(Mutant):
    class WatchLog(MemoryWatchLog):
        @override
        async def has_watched(self, account: AccountId, movie: MovieId) -> bool:
            return True


class ScoresWhatIsNotThere(Mutant):
    class Ratings(MemoryRatings):
        @override
        async def hold_score(self, movie: MovieId) -> Score:
            return self._tables.scores.get(movie, Score())


class RatesForNobody(Mutant):
    class Ratings(MemoryRatings):
        @override
        async def save(self, rating: Rating, score: Score) -> None:
            try:
                await super().save(rating, score)
            except AccountNotFound:
                self._tables.scores[rating.movie] = score


class ListsTheOldestFirst(Mutant):
    class RatingQueries(MemoryRatingQueries):
        @override
        async def of_movie(self, movie: MovieId, window: Window) -> MovieRatings:
            shown = await super().of_movie(movie, window)
            return evolve(shown, page=evolve(shown.page, items=shown.page.items[::-1]))


class SkipsTies(Mutant):
    class RatingQueries(MemoryRatingQueries):
        @override
        async def of_movie(self, movie: MovieId, window: Window) -> MovieRatings:
            if isinstance(window, After) and len(window.position) == 2:
                instant, number = window.position
                window = evolve(
                    window, position=(instant, -1 if isinstance(number, int) else number)
                )
            return await super().of_movie(movie, window)


class StaysOnTheLastPage(Mutant):
    class RatingQueries(MemoryRatingQueries):
        @override
        async def of_movie(self, movie: MovieId, window: Window) -> MovieRatings:
            shown = await super().of_movie(movie, window)
            if isinstance(window, PageNumber) and not shown.page.items and window.page > 1:
                return await self.of_movie(movie, evolve(window, page=window.page - 1))
            return shown


class NamesAccountsInPositions(Mutant):
    class RatingQueries(MemoryRatingQueries):
        @override
        async def of_movie(self, movie: MovieId, window: Window) -> MovieRatings:
            shown = await super().of_movie(movie, window)
            told = next(f"{account}" for account, _ in self._tables.ratings)
            return evolve(shown, page=evolve(shown.page, next=(*(shown.page.next or ()), told)))


class TakesAnyPosition(Mutant):
    class RatingQueries(MemoryRatingQueries):
        @override
        async def of_movie(self, movie: MovieId, window: Window) -> MovieRatings:
            try:
                return await super().of_movie(movie, window)
            except ForeignPosition:
                return await super().of_movie(movie, PageNumber())


class TestRating(EveryMutantIsFoundOut):
    contract = RatingContract
    found_out_by: ClassVar = {
        ForgetsScores: ["test_a_rating_is_kept_with_the_score_it_leads_to"],
        KeepsTheFirstRating: ["test_a_changed_rating_replaces_the_earlier_one"],
        HidesUnratedMovies: ["test_a_movie_has_no_score_before_it_is_rated"],
        HasOneScoreForAll: ["test_movies_and_accounts_are_counted_apart"],
        ShowsUncommittedChanges: ["test_a_work_sees_its_own_rating_and_readers_do_not"],
        RevisesRatedMovies: ["test_ratings_show_where_the_movie_is_shown_and_leave_its_revision"],
        BelievesEverybody: ["test_only_a_watched_movie_is_rated"],
        ScoresWhatIsNotThere: ["test_an_unknown_movie_has_neither_score_nor_ratings"],
        RatesForNobody: ["test_an_unknown_account_cannot_rate"],
        WithoutLockOverANetwork: ["test_no_rating_is_lost_when_many_rate_at_once"],
        WithoutLock: ["test_a_held_score_waits_for_the_work_that_holds_it"],
        RefusesToChangeRatings: ["test_an_account_that_rates_twice_at_once_counts_once"],
        ListsTheOldestFirst: ["test_the_latest_ratings_come_first"],
        SkipsTies: ["test_pages_by_number_and_by_position_walk_the_same_list"],
        StaysOnTheLastPage: ["test_past_the_last_page_there_is_nothing"],
        NamesAccountsInPositions: ["test_a_position_tells_nothing_of_the_accounts"],
        TakesAnyPosition: ["test_a_position_of_another_list_is_refused"],
    }
