"""Stores that tell somebody something wrong of his own each are found out by the contract."""

from collections.abc import Sequence
from typing import ClassVar

from attrs import evolve
from typing_extensions import override

from tests.broken_stores import EveryMutantIsFoundOut, Mutant, ShowsUncommittedChanges
from watchlist_core.ids import AccountId, MovieId
from watchlist_core.mine import MyMovie, MyRating, MyWatch
from watchlist_core.testing.contracts import MineContract
from watchlist_core.testing.memory import MemoryEntries, MemoryMyMovieQueries


class TellsInAnOrderOfItsOwn(Mutant):
    class MyMovieQueries(MemoryMyMovieQueries):
        @override
        async def of(self, account: AccountId, movies: Sequence[MovieId]) -> Sequence[MyMovie]:
            return await super().of(account, sorted(movies))


class LeavesOutWhatWasNotTouched(Mutant):
    class MyMovieQueries(MemoryMyMovieQueries):
        @override
        async def of(self, account: AccountId, movies: Sequence[MovieId]) -> Sequence[MyMovie]:
            told = await super().of(account, movies)
            return [one for one in told if one != MyMovie(one.movie)]


class TellsFewer(Mutant):
    class MyMovieQueries(MemoryMyMovieQueries):
        @override
        async def of(self, account: AccountId, movies: Sequence[MovieId]) -> Sequence[MyMovie]:
            return await super().of(account, movies[:50])


class TellsEverybodysRatings(Mutant):
    class MyMovieQueries(MemoryMyMovieQueries):
        @override
        def _rating(self, account: AccountId, movie: MovieId) -> MyRating | None:
            accounts = [rater for rater, rated in self._tables.ratings if rated == movie]
            return super()._rating(accounts[0] if accounts else account, movie)


class TellsOnlyOfRatedMovies(Mutant):
    class MyMovieQueries(MemoryMyMovieQueries):
        @override
        def _mine(self, account: AccountId, movie: MovieId) -> MyMovie:
            mine = super()._mine(account, movie)
            return mine if mine.rating else MyMovie(mine.movie)


class TellsTheFirstViewing(Mutant):
    class MyMovieQueries(MemoryMyMovieQueries):
        @override
        def _last_watch(self, account: AccountId, movie: MovieId) -> MyWatch | None:
            for watch in self._tables.watches.values():
                if (watch.account, watch.movie) == (account, movie):
                    return MyWatch(str(watch.id), watch.watched_at, watch.is_inferred)
            return None


class InfersNothing(Mutant):
    class MyMovieQueries(MemoryMyMovieQueries):
        @override
        def _last_watch(self, account: AccountId, movie: MovieId) -> MyWatch | None:
            last = super()._last_watch(account, movie)
            return last and evolve(last, is_inferred=False)


class HidesWithdrawnMovies(Mutant):
    class MyMovieQueries(MemoryMyMovieQueries):
        @override
        def _mine(self, account: AccountId, movie: MovieId) -> MyMovie:
            kept = self._tables.movies.get(movie)
            if kept and kept.is_withdrawn:
                return MyMovie(str(movie))
            return super()._mine(account, movie)


class RemovesNoEntry(Mutant):
    class Entries(MemoryEntries):
        @override
        async def remove(self, entry: object) -> None:
            """Keep it."""


class TestMine(EveryMutantIsFoundOut):
    contract = MineContract
    found_out_by: ClassVar = {
        TellsInAnOrderOfItsOwn: ["test_what_somebody_did_is_told_in_the_order_that_is_asked_for"],
        LeavesOutWhatWasNotTouched: ["test_what_another_did_is_not_told"],
        TellsEverybodysRatings: ["test_what_another_did_is_not_told"],
        TellsOnlyOfRatedMovies: ["test_each_thing_is_told_without_the_others"],
        TellsTheFirstViewing: ["test_the_last_viewing_is_the_latest_that_is_known"],
        InfersNothing: ["test_the_last_viewing_is_the_latest_that_is_known"],
        RemovesNoEntry: ["test_what_was_taken_back_is_told_no_more"],
        HidesWithdrawnMovies: ["test_what_was_done_with_a_withdrawn_movie_is_told"],
        TellsFewer: ["test_as_many_movies_as_a_page_has_may_be_asked_for"],
        ShowsUncommittedChanges: ["test_readers_see_what_was_done_and_committed"],
    }
