"""Stores that break one promise about the catalogue each are found out by the contract."""

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from attrs import evolve
from typing_extensions import override

from tests.broken_stores import (
    EveryMutantIsFoundOut,
    Mutant,
    SeesNothingAlike,
    WithoutLock,
    WithoutLockOverANetwork,
)
from watchlist_core.catalogue import (
    ExternalId,
    ExternalIdTaken,
    Genre,
    Movie,
    MovieDetail,
    folded,
)
from watchlist_core.ids import MovieId
from watchlist_core.rating import Score
from watchlist_core.testing.contracts import (
    BrowsingContract,
    CatalogueContract,
    GenresContract,
    RevisingContract,
    WithdrawingContract,
)
from watchlist_core.testing.memory import (
    MemoryGenres,
    MemoryMovieQueries,
    MemoryMovies,
)


class SortsGenres(Mutant):
    class Movies(MemoryMovies):
        @override
        async def add(self, movies: Sequence[Movie]) -> None:
            await super().add(
                [evolve(m, genres=tuple(sorted(m.genres, key=lambda g: g.name))) for m in movies]
            )


class IgnoresUniqueness(Mutant):
    class Movies(MemoryMovies):
        @override
        async def add(self, movies: Sequence[Movie]) -> None:
            for movie in movies:
                self._tables.movies[movie.id] = movie
                self._tables.scores[movie.id] = Score()
                self._tables.external_ids.update(dict.fromkeys(movie.external_ids, movie.id))


class LooksOnlyAtWhatIsThere(Mutant):
    class Movies(MemoryMovies):
        @override
        async def add(self, movies: Sequence[Movie]) -> None:
            for movie in movies:
                for external_id in movie.external_ids & self._tables.external_ids.below.keys():
                    raise ExternalIdTaken(external_id)
                self._tables.movies[movie.id] = movie


class MixesUpKindsOfIds(Mutant):
    class Movies(MemoryMovies):
        @override
        async def add(self, movies: Sequence[Movie]) -> None:
            ids = [external_id for movie in movies for external_id in movie.external_ids]
            if len(ids) > len({external_id.value for external_id in ids}):
                raise ExternalIdTaken(ids[0])
            await super().add(movies)

        @override
        async def hold_known(
            self, external_ids: Iterable[ExternalId]
        ) -> Mapping[ExternalId, MovieId]:
            movies = {taken.value: movie for taken, movie in self._tables.external_ids.items()}
            return {
                wanted: movies[wanted.value] for wanted in external_ids if wanted.value in movies
            }


class AsksForSomeIdsOnly(Mutant):
    class Movies(MemoryMovies):
        @override
        async def hold_known(
            self, external_ids: Iterable[ExternalId]
        ) -> Mapping[ExternalId, MovieId]:
            return await super().hold_known([*external_ids][:10_000])


class KnowsNothing(Mutant):
    class Movies(MemoryMovies):
        @override
        async def hold_known(
            self, external_ids: Iterable[ExternalId]
        ) -> Mapping[ExternalId, MovieId]:
            return {}


class TakesSomeOfABatch(Mutant):
    class Movies(MemoryMovies):
        @override
        async def add(self, movies: Sequence[Movie]) -> None:
            await super().add(movies[:1000])


class ComparesTitlesByTheLetter(Mutant):
    class Movies(MemoryMovies):
        @override
        async def hold_alike(
            self, title: str, year: int | None, runtime: int | None
        ) -> MovieId | None:
            wanted = title, year, runtime
            movies = self._tables.movies.values()
            return next((m.id for m in movies if (m.title, m.year, m.runtime) == wanted), None)


class TellsTheNewest(Mutant):
    class Movies(MemoryMovies):
        @override
        async def hold_alike(
            self, title: str, year: int | None, runtime: int | None
        ) -> MovieId | None:
            movies = self._tables.movies.values()
            return max(movies, key=lambda movie: movie.created_at).id if movies else None


class TellsGenresApart(Mutant):
    class Genres(MemoryGenres):
        @override
        async def named(self, names: Iterable[str]) -> Mapping[str, Genre]:
            wanted, genres = set(names), self._tables.genres.values()
            return {genre.name: genre for genre in genres if genre.name in wanted}

        @override
        async def add(self, genres: Sequence[Genre]) -> Mapping[str, Genre]:
            self._tables.genres.update((genre.id, genre) for genre in genres)
            return {genre.name: genre for genre in genres}


class LetsTheLastGenreWin(Mutant):
    class Genres(MemoryGenres):
        @override
        async def add(self, genres: Sequence[Genre]) -> Mapping[str, Genre]:
            self._tables.genre_names.update((folded(genre.name), genre.id) for genre in genres)
            self._tables.genres.update((genre.id, genre) for genre in genres)
            return {genre.name: genre for genre in genres}


class ShowsAnything(Mutant):
    class MovieQueries(MemoryMovieQueries):
        @override
        async def show(self, movie: MovieId) -> MovieDetail:
            return await super().show(next(iter(self._tables.movies)))


class CutsDescriptions(Mutant):
    class MovieQueries(MemoryMovieQueries):
        @override
        async def show(self, movie: MovieId) -> MovieDetail:
            shown = await super().show(movie)
            return evolve(shown, description=shown.description[:10])


class TestCatalogue(EveryMutantIsFoundOut):
    contract = CatalogueContract
    tested_elsewhere = (BrowsingContract, GenresContract, RevisingContract, WithdrawingContract)
    found_out_by: ClassVar = {
        CutsDescriptions: ["test_a_movie_is_kept_as_it_is"],
        SortsGenres: ["test_a_movie_is_kept_as_it_is"],
        ShowsAnything: ["test_an_unknown_movie_is_not_shown"],
        ComparesTitlesByTheLetter: ["test_movies_are_alike_by_folded_title_year_and_runtime"],
        TellsTheNewest: ["test_of_several_alike_the_oldest_is_told"],
        SeesNothingAlike: ["test_a_movie_is_added_once_unless_a_duplicate_is_wanted"],
        WithoutLock: [
            "test_of_two_who_add_a_movie_at_once_one_does",
            "test_of_two_who_claim_a_providers_id_at_once_one_gets_it",
            "test_of_two_who_add_a_genre_at_once_both_get_the_same",
        ],
        WithoutLockOverANetwork: ["test_two_imports_at_once_add_every_movie_once"],
        MixesUpKindsOfIds: [
            "test_ids_of_providers_are_known_to_belong_to_movies",
            "test_an_id_of_another_provider_or_kind_is_another_id",
        ],
        AsksForSomeIdsOnly: ["test_any_number_of_ids_can_be_asked_for"],
        IgnoresUniqueness: [
            "test_no_movie_takes_the_place_of_another",
            "test_an_id_cannot_stand_twice_among_new_movies",
            "test_a_providers_id_belongs_to_one_movie",
            "test_a_providers_id_cannot_stand_twice_among_new_movies",
            "test_of_two_who_claim_a_providers_id_at_once_one_gets_it",
        ],
        LooksOnlyAtWhatIsThere: ["test_a_providers_id_cannot_stand_twice_among_new_movies"],
        TellsGenresApart: [
            "test_genres_are_found_by_their_folded_names",
            "test_a_genre_named_twice_among_new_ones_is_one",
            "test_an_import_adds_what_is_new_and_announces_it_once",
        ],
        LetsTheLastGenreWin: [
            "test_the_genre_that_was_there_first_wins",
            "test_no_genre_takes_the_id_of_another",
        ],
        KnowsNothing: [
            "test_importing_twice_adds_nothing",
            "test_what_stands_twice_in_a_batch_is_taken_once",
        ],
        TakesSomeOfABatch: ["test_a_large_batch_is_taken_whole"],
    }
