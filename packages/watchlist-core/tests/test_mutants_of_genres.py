"""Stores that break one promise about genres each are found out by the contract."""

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from attrs import evolve
from typing_extensions import override

from tests.broken_stores import EveryMutantIsFoundOut, Mutant, WithoutLock
from watchlist_core.catalogue import (
    Genre,
    GenreDetail,
    GenreInUse,
    GenreNameTaken,
    GenreStatistics,
    Movie,
    MovieCard,
    folded,
)
from watchlist_core.ids import GenreId
from watchlist_core.paging import After, ForeignPosition, Page, PageNumber, Window
from watchlist_core.rating import Score
from watchlist_core.testing.contracts import GenresContract
from watchlist_core.testing.memory import MemoryGenreQueries, MemoryGenres, MemoryMovieQueries


class NamesNothing(Mutant):
    class Genres(MemoryGenres):
        @override
        async def named(self, names: Iterable[str]) -> Mapping[str, Genre]:
            return {}


class HoldsAnyGenre(Mutant):
    class Genres(MemoryGenres):
        @override
        async def hold(self, genre: GenreId) -> Genre:
            return next(iter(self._tables.genres.values()))


class CountsNoMovies(Mutant):
    class GenreQueries(MemoryGenreQueries):
        @override
        async def show(self, genre: GenreId) -> GenreDetail:
            return evolve(await super().show(genre), movie_count=0)


class ListsBackwards(Mutant):
    class GenreQueries(MemoryGenreQueries):
        @override
        async def browse(self, window: Window) -> Page[GenreDetail]:
            page = await super().browse(window)
            return evolve(page, items=page.items[::-1])


class StaysOnTheLastPage(Mutant):
    class GenreQueries(MemoryGenreQueries):
        @override
        async def browse(self, window: Window) -> Page[GenreDetail]:
            page = await super().browse(window)
            return page if page.items else await super().browse(PageNumber())


class TakesAnyPosition(Mutant):
    class GenreQueries(MemoryGenreQueries):
        @override
        async def browse(self, window: Window) -> Page[GenreDetail]:
            try:
                return await super().browse(window)
            except ForeignPosition:
                return await super().browse(After(("",)))


class KeepsOldNamesOnCards(Mutant):
    class MovieQueries(MemoryMovieQueries):
        @override
        def _card(self, movie: Movie) -> MovieCard:
            return evolve(super()._card(movie), genres=[genre.name for genre in movie.genres])


class ChangesMoviesToo(Mutant):
    class Genres(MemoryGenres):
        @override
        async def save(self, genre: Genre) -> None:
            await super().save(genre)
            for movie in [*self._tables.movies.values()]:
                self._tables.movies[movie.id] = evolve(movie, revision=movie.revision + 1)


class KeepsOldNames(Mutant):
    class Genres(MemoryGenres):
        @override
        async def save(self, genre: Genre) -> None:
            earlier = self._tables.genres[genre.id]
            await super().save(genre)
            self._tables.genre_names[folded(earlier.name)] = genre.id


class RefusesItsOwnName(Mutant):
    class Genres(MemoryGenres):
        @override
        async def save(self, genre: Genre) -> None:
            if folded(genre.name) in self._tables.genre_names:
                raise GenreNameTaken(genre.id)
            await super().save(genre)


class LetsNamesClash(Mutant):
    class Genres(MemoryGenres):
        @override
        async def save(self, genre: Genre) -> None:
            self._tables.genres[genre.id] = genre


class ForgetsRevisions(Mutant):
    class Genres(MemoryGenres):
        @override
        async def save(self, genre: Genre) -> None:
            await super().save(evolve(genre, revision=1))


class RemovesNothing(Mutant):
    class Genres(MemoryGenres):
        @override
        async def remove(self, genre: GenreId) -> None:
            pass


class RemovesAnything(Mutant):
    class Genres(MemoryGenres):
        @override
        async def remove(self, genre: GenreId) -> None:
            del self._tables.genres[genre]


class IsBoundByWithdrawnMovies(Mutant):
    class Genres(MemoryGenres):
        @override
        async def remove(self, genre: GenreId) -> None:
            if any(genre in {g.id for g in one.genres} for one in self._tables.movies.values()):
                raise GenreInUse(genre)
            await super().remove(genre)


class AveragesAverages(Mutant):
    class GenreQueries(MemoryGenreQueries):
        @override
        async def statistics(self) -> Sequence[GenreStatistics]:
            statistics = await super().statistics()
            scores = (Score(one.movie_count, one.score.halves) for one in statistics)
            return [evolve(one, score=score) for one, score in zip(statistics, scores, strict=True)]


class TestGenres(EveryMutantIsFoundOut):
    contract = GenresContract
    found_out_by: ClassVar = {
        NamesNothing: [
            "test_a_genre_is_added_once",
            "test_genres_are_named_by_their_present_names",
        ],
        HoldsAnyGenre: ["test_an_unknown_genre_is_neither_shown_nor_changed"],
        CountsNoMovies: ["test_a_genre_is_shown_with_how_many_movies_have_it"],
        ListsBackwards: ["test_genres_are_listed_by_folded_name"],
        StaysOnTheLastPage: ["test_past_the_last_page_there_are_no_genres"],
        TakesAnyPosition: ["test_a_position_of_another_list_is_refused_by_genres"],
        KeepsOldNamesOnCards: ["test_a_new_name_is_seen_wherever_the_genre_stands"],
        ChangesMoviesToo: ["test_a_new_name_changes_no_movie"],
        KeepsOldNames: ["test_genres_are_named_by_their_present_names"],
        RefusesItsOwnName: ["test_a_genre_may_be_written_in_another_way"],
        LetsNamesClash: ["test_no_genre_takes_the_name_of_another"],
        ForgetsRevisions: ["test_a_genre_of_another_revision_is_left_alone"],
        RemovesNothing: ["test_a_removed_genre_is_gone_and_its_name_is_free"],
        RemovesAnything: ["test_a_genre_stays_while_a_movie_has_it"],
        IsBoundByWithdrawnMovies: ["test_withdrawn_movies_keep_no_genre"],
        AveragesAverages: ["test_statistics_count_all_ratings_of_a_genre"],
        WithoutLock: [
            "test_of_two_who_add_a_genre_at_once_one_does",
            "test_of_two_who_call_genres_alike_at_once_one_does",
            "test_of_two_who_rename_a_genre_at_once_one_has_seen_a_stale_one",
            "test_a_genre_that_is_removed_while_a_movie_gets_it_is_either_there_or_not",
        ],
    }
