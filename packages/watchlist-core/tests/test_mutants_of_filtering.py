"""Stores that show other movies than they were asked for each are found out by the contracts."""

from collections.abc import Iterator
from typing import ClassVar

from attrs import evolve
from typing_extensions import override

from tests.broken_stores import EveryMutantIsFoundOut, IgnoresWithdrawal, Mutant
from watchlist_core.catalogue import (
    Movie,
    MovieCard,
    MovieFilter,
    MovieOrder,
    folded,
)
from watchlist_core.paging import After, Page, Window
from watchlist_core.testing.contracts import FilteringContract, SameListsContract
from watchlist_core.testing.memory import MemoryMovieQueries


class _Misunderstands(MemoryMovieQueries):
    def understood(self, wanted: MovieFilter) -> MovieFilter:
        return wanted

    @override
    async def browse(
        self, wanted: MovieFilter, order: MovieOrder, window: Window
    ) -> Page[MovieCard]:
        return await super().browse(self.understood(wanted), order, window)


class IsContentWithOneGenre(Mutant):
    class MovieQueries(_Misunderstands):
        @override
        def understood(self, wanted: MovieFilter) -> MovieFilter:
            return evolve(wanted, genres=wanted.genres[:1])


class KnowsNoIdsOfGenres(Mutant):
    class MovieQueries(_Misunderstands):
        @override
        def understood(self, wanted: MovieFilter) -> MovieFilter:
            return evolve(wanted, genres=[str(genre) for genre in wanted.genres])


class ComparesGenresByTheLetter(Mutant):
    class MovieQueries(MemoryMovieQueries):
        @override
        def _answers(self, movie: Movie, wanted: MovieFilter) -> Iterator[bool]:
            yield from super()._answers(movie, wanted)
            names = {genre.name for genre in movie.genres}
            yield {genre for genre in wanted.genres if isinstance(genre, str)} <= names


class ForgetsTheLastYear(Mutant):
    class MovieQueries(_Misunderstands):
        @override
        def understood(self, wanted: MovieFilter) -> MovieFilter:
            return evolve(wanted, year_to=None)


class LeavesTheLastYearOut(Mutant):
    class MovieQueries(_Misunderstands):
        @override
        def understood(self, wanted: MovieFilter) -> MovieFilter:
            if not wanted.year_to:
                return wanted
            return evolve(wanted, year_from=None, year_to=wanted.year_to - 1)


class ShowsMoviesOfNoYear(Mutant):
    class MovieQueries(MemoryMovieQueries):
        @override
        def _answers(self, movie: Movie, wanted: MovieFilter) -> Iterator[bool]:
            yield from super()._answers(evolve(movie, year=movie.year or wanted.year_to), wanted)


class ComparesRoundedAverages(Mutant):
    class MovieQueries(MemoryMovieQueries):
        @override
        def _answers(self, movie: Movie, wanted: MovieFilter) -> Iterator[bool]:
            yield from super()._answers(movie, evolve(wanted, rating_from=None))
            average = self._tables.scores[movie.id].average_rating
            yield not wanted.rating_from or (average or 0) >= wanted.rating_from


class AsksForNoRating(Mutant):
    class MovieQueries(_Misunderstands):
        @override
        def understood(self, wanted: MovieFilter) -> MovieFilter:
            return evolve(wanted, rating_from=None)


class TakesFilmsForSeries(Mutant):
    class MovieQueries(_Misunderstands):
        @override
        def understood(self, wanted: MovieFilter) -> MovieFilter:
            return evolve(wanted, media_type=None)


class FindsBeginningsOnly(Mutant):
    class MovieQueries(MemoryMovieQueries):
        @override
        def _answers(self, movie: Movie, wanted: MovieFilter) -> Iterator[bool]:
            yield from super()._answers(movie, wanted)
            yield folded(movie.title).startswith(folded(wanted.title or ""))


class ForgetsTheOrder(Mutant):
    class MovieQueries(MemoryMovieQueries):
        @override
        async def browse(
            self, wanted: MovieFilter, order: MovieOrder, window: Window
        ) -> Page[MovieCard]:
            one = MovieOrder([(sort, False) for sort, _ in order.fields])
            return await super().browse(wanted, one, window)


class EndsTooEarly(Mutant):
    class MovieQueries(MemoryMovieQueries):
        @override
        async def browse(
            self, wanted: MovieFilter, order: MovieOrder, window: Window
        ) -> Page[MovieCard]:
            page = await super().browse(wanted, order, window)
            return evolve(page, next=None) if isinstance(window, After) else page


class TestFiltering(EveryMutantIsFoundOut):
    contract = FilteringContract
    found_out_by: ClassVar = {
        IsContentWithOneGenre: [
            "test_movies_are_found_by_all_that_is_asked_for",
            "test_genres_are_asked_for_by_name_or_id",
        ],
        KnowsNoIdsOfGenres: ["test_genres_are_asked_for_by_name_or_id"],
        ComparesGenresByTheLetter: ["test_movies_are_found_by_all_that_is_asked_for"],
        ForgetsTheLastYear: ["test_movies_are_found_by_all_that_is_asked_for"],
        LeavesTheLastYearOut: ["test_movies_are_found_by_all_that_is_asked_for"],
        ShowsMoviesOfNoYear: ["test_movies_are_found_by_all_that_is_asked_for"],
        ComparesRoundedAverages: ["test_movies_are_found_by_all_that_is_asked_for"],
        AsksForNoRating: ["test_movies_are_found_by_all_that_is_asked_for"],
        TakesFilmsForSeries: ["test_movies_are_found_by_all_that_is_asked_for"],
    }


class TestSameLists(EveryMutantIsFoundOut):
    contract = SameListsContract
    found_out_by: ClassVar = {
        mutant: ["test_each_list_is_that_of_the_store_in_memory"]
        for mutant in (
            IsContentWithOneGenre,
            KnowsNoIdsOfGenres,
            ComparesGenresByTheLetter,
            LeavesTheLastYearOut,
            AsksForNoRating,
            TakesFilmsForSeries,
            FindsBeginningsOnly,
            ForgetsTheOrder,
            EndsTooEarly,
            IgnoresWithdrawal,
        )
    }
