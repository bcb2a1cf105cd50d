"""Stores that break one promise about movies that are changed each are found out."""

from typing import ClassVar

from attrs import evolve
from typing_extensions import override

from tests.broken_stores import (
    EveryMutantIsFoundOut,
    IgnoresWithdrawal,
    Mutant,
    SeesNothingAlike,
    WithoutLock,
)
from watchlist_core.catalogue import ExternalId, Movie, MovieDetail
from watchlist_core.ids import MovieId
from watchlist_core.rating import Score
from watchlist_core.testing.contracts import RevisingContract, WithdrawingContract
from watchlist_core.testing.memory import MemoryMovieQueries, MemoryMovies


class HoldsHalfOfIt(Mutant):
    class Movies(MemoryMovies):
        @override
        async def hold(self, movie: MovieId) -> Movie:
            return evolve(await super().hold(movie), genres=(), alternative_titles=())


class HoldsAnything(Mutant):
    class Movies(MemoryMovies):
        @override
        async def hold(self, movie: MovieId) -> Movie:
            return next(iter(self._tables.movies.values()))


class HoldsAnotherRevision(Mutant):
    class Movies(MemoryMovies):
        @override
        async def hold(self, movie: MovieId) -> Movie:
            held = await super().hold(movie)
            return evolve(held, revision=held.revision + 1)


class KeepsTitlesOnly(Mutant):
    class Movies(MemoryMovies):
        @override
        async def save(self, movie: Movie) -> None:
            earlier = self._tables.movies[movie.id]
            await super().save(evolve(earlier, title=movie.title, revision=movie.revision))


class ForgetsToClear(Mutant):
    class Movies(MemoryMovies):
        @override
        async def save(self, movie: Movie) -> None:
            earlier = self._tables.movies[movie.id]
            await super().save(evolve(movie, runtime=movie.runtime or earlier.runtime))


class KeepsIdsThatWereGivenUp(Mutant):
    class Movies(MemoryMovies):
        @override
        async def save(self, movie: Movie) -> None:
            await super().save(movie)
            self._tables.external_ids.update(
                (one, id_)
                for one, id_ in self._tables.external_ids.below.items()
                if id_ == movie.id
            )


class ForgetsWhatProvidersSay(Mutant):
    class Movies(MemoryMovies):
        @override
        async def hold(self, movie: MovieId) -> Movie:
            held = await super().hold(movie)
            ids = frozenset(evolve(one, title=None) for one in held.external_ids)
            return evolve(held, external_ids=ids)


class KeepsWhatProvidersSaidFirst(Mutant):
    class Movies(MemoryMovies):
        @override
        async def save(self, movie: Movie) -> None:
            earlier = {one: one for one in self._tables.movies[movie.id].external_ids}
            ids = frozenset(earlier.get(one, one) for one in movie.external_ids)
            await super().save(evolve(movie, external_ids=ids))


class TakesIdsFromOthers(Mutant):
    class Movies(MemoryMovies):
        @override
        async def save(self, movie: Movie) -> None:
            for external_id in movie.external_ids:
                self._tables.external_ids[external_id] = movie.id
            await super().save(movie)


class ForgetsScores(Mutant):
    class Movies(MemoryMovies):
        @override
        async def save(self, movie: Movie) -> None:
            await super().save(movie)
            self._tables.scores[movie.id] = Score()


class ForgetsRevisions(Mutant):
    class Movies(MemoryMovies):
        @override
        async def save(self, movie: Movie) -> None:
            await super().save(evolve(movie, revision=1))


class MixesUpKinds(Mutant):
    class MovieQueries(MemoryMovieQueries):
        @override
        async def find(self, external_id: ExternalId) -> MovieDetail | None:
            for one, movie in self._tables.external_ids.items():
                if (one.provider, one.value) == (external_id.provider, external_id.value):
                    return await self.show(movie)
            return None


class FreesIdsOfWithdrawnMovies(Mutant):
    class Movies(MemoryMovies):
        @override
        async def save(self, movie: Movie) -> None:
            await super().save(evolve(movie, external_ids=frozenset()))


class ForgetsHistories(Mutant):
    class Movies(MemoryMovies):
        @override
        async def save(self, movie: Movie) -> None:
            await super().save(movie)
            for watch in [*self._tables.watches.values()]:
                del self._tables.watches[watch.id]


class TestRevising(EveryMutantIsFoundOut):
    contract = RevisingContract
    found_out_by: ClassVar = {
        HoldsHalfOfIt: [
            "test_a_held_movie_is_as_it_was_added",
            "test_what_changes_nothing_is_not_kept",
        ],
        HoldsAnything: ["test_an_unknown_movie_is_not_held"],
        KeepsTitlesOnly: ["test_a_revised_movie_is_shown_as_what_it_has_become"],
        ForgetsToClear: ["test_what_is_cleared_is_not_known_any_more"],
        KeepsIdsThatWereGivenUp: [
            "test_a_revised_movie_is_listed_and_found_as_what_it_has_become",
            "test_an_id_that_a_movie_gave_up_is_free_for_others",
        ],
        ForgetsWhatProvidersSay: [
            "test_what_a_provider_calls_a_movie_is_kept_as_long_as_its_id_is",
        ],
        KeepsWhatProvidersSaidFirst: [
            "test_a_work_may_change_what_a_provider_calls_a_movie",
        ],
        ForgetsScores: ["test_a_revision_leaves_what_viewers_think"],
        ForgetsRevisions: ["test_a_revision_that_is_not_the_present_one_is_refused"],
        SeesNothingAlike: [
            "test_a_movie_does_not_become_what_another_is_unless_that_is_wanted",
        ],
        TakesIdsFromOthers: ["test_a_providers_id_is_not_taken_from_another_movie"],
        MixesUpKinds: ["test_a_movie_is_found_by_what_a_provider_calls_it"],
        WithoutLock: [
            "test_of_two_who_revise_a_movie_at_once_one_has_seen_a_stale_one",
            "test_of_two_who_name_movies_alike_at_once_one_does",
            "test_of_two_movies_that_are_given_an_id_at_once_one_gets_it",
        ],
    }


class TestWithdrawing(EveryMutantIsFoundOut):
    contract = WithdrawingContract
    found_out_by: ClassVar = {
        IgnoresWithdrawal: [
            "test_a_withdrawn_movie_is_in_no_list",
            "test_a_withdrawn_movie_is_found_by_nobody",
            "test_a_movie_like_a_withdrawn_one_may_be_added",
        ],
        FreesIdsOfWithdrawnMovies: ["test_no_import_brings_back_what_was_withdrawn"],
        ForgetsHistories: ["test_what_people_did_with_a_withdrawn_movie_stays"],
        HoldsAnotherRevision: ["test_a_movie_of_another_revision_is_not_withdrawn"],
        WithoutLock: ["test_of_two_who_withdraw_a_movie_at_once_one_does"],
    }
