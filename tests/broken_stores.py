"""Stores that break a promise, for the tests of the contracts: each has to be found out.

`Mutant` is where most of them begin. The stores that several contracts find out stand here, the
others beside the table that says which test does.
"""

from asyncio import sleep
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import ClassVar

import pytest
from attrs import evolve
from typing_extensions import override

from watchlist_core.catalogue import Movie
from watchlist_core.ids import MovieId
from watchlist_core.rating import Score
from watchlist_core.testing import MemoryStore
from watchlist_core.testing.memory import (
    MemoryAccountQueries,
    MemoryAccounts,
    MemoryAuditLog,
    MemoryAuditQueries,
    MemoryEntries,
    MemoryEntryQueries,
    MemoryGenreQueries,
    MemoryGenres,
    MemoryMailTokens,
    MemoryMovieQueries,
    MemoryMovies,
    MemoryMovieSearch,
    MemoryMyMovieQueries,
    MemoryOwnRatingQueries,
    MemoryRatingQueries,
    MemoryRatings,
    MemorySessions,
    MemorySignInAttempts,
    MemoryUnitOfWork,
    MemoryVoteQueries,
    MemoryVotes,
    MemoryWatchLog,
    MemoryWatchQueries,
)
from watchlist_core.work import outermost

__all__ = [
    "EveryMutantIsFoundOut",
    "IgnoresWithdrawal",
    "Mutant",
    "SeesNothingAlike",
    "ShowsUncommittedChanges",
    "WithoutLock",
    "WithoutLockOverANetwork",
]


class Mutant(MemoryStore):
    """A sound store but for the ports that a subclass puts in their places."""

    AuditLog: type[MemoryAuditLog] = MemoryAuditLog
    Accounts: type[MemoryAccounts] = MemoryAccounts
    MailTokens: type[MemoryMailTokens] = MemoryMailTokens
    Sessions: type[MemorySessions] = MemorySessions
    SignInAttempts: type[MemorySignInAttempts] = MemorySignInAttempts
    Movies: type[MemoryMovies] = MemoryMovies
    Genres: type[MemoryGenres] = MemoryGenres
    Entries: type[MemoryEntries] = MemoryEntries
    WatchLog: type[MemoryWatchLog] = MemoryWatchLog
    Ratings: type[MemoryRatings] = MemoryRatings
    Votes: type[MemoryVotes] = MemoryVotes
    AuditQueries: type[MemoryAuditQueries] = MemoryAuditQueries
    AccountQueries: type[MemoryAccountQueries] = MemoryAccountQueries
    MovieQueries: type[MemoryMovieQueries] = MemoryMovieQueries
    MovieSearch: type[MemoryMovieSearch] = MemoryMovieSearch
    GenreQueries: type[MemoryGenreQueries] = MemoryGenreQueries
    EntryQueries: type[MemoryEntryQueries] = MemoryEntryQueries
    WatchQueries: type[MemoryWatchQueries] = MemoryWatchQueries
    RatingQueries: type[MemoryRatingQueries] = MemoryRatingQueries
    OwnRatingQueries: type[MemoryOwnRatingQueries] = MemoryOwnRatingQueries
    VoteQueries: type[MemoryVoteQueries] = MemoryVoteQueries
    MyMovieQueries: type[MemoryMyMovieQueries] = MemoryMyMovieQueries

    @override
    @asynccontextmanager
    async def begin(self) -> AsyncIterator[MemoryUnitOfWork]:
        async with super().begin() as work:
            work.audit_log = self.AuditLog(work.changed)
            work.accounts = self.Accounts(work.changed)
            work.mail_tokens = self.MailTokens(work.changed)
            work.sessions = self.Sessions(work.changed)
            work.sign_in_attempts = self.SignInAttempts(work.changed)
            work.movies = self.Movies(work.changed)
            work.genres = self.Genres(work.changed)
            work.entries = self.Entries(work.changed)
            work.watch_log = self.WatchLog(work.changed)
            work.ratings = self.Ratings(work.changed)
            work.votes = self.Votes(work.changed)
            yield work

    @property
    @override
    def audit_queries(self) -> MemoryAuditQueries:
        return self.AuditQueries(self.committed)

    @property
    @override
    def account_queries(self) -> MemoryAccountQueries:
        return self.AccountQueries(self.committed)

    @property
    @override
    def movie_queries(self) -> MemoryMovieQueries:
        return self.MovieQueries(self.committed)

    @property
    @override
    def movie_search(self) -> MemoryMovieSearch:
        return self.MovieSearch(self.committed)

    @property
    @override
    def genre_queries(self) -> MemoryGenreQueries:
        return self.GenreQueries(self.committed)

    @property
    @override
    def entry_queries(self) -> MemoryEntryQueries:
        return self.EntryQueries(self.committed)

    @property
    @override
    def watch_queries(self) -> MemoryWatchQueries:
        return self.WatchQueries(self.committed)

    @property
    @override
    def rating_queries(self) -> MemoryRatingQueries:
        return self.RatingQueries(self.committed)

    @property
    @override
    def own_rating_queries(self) -> MemoryOwnRatingQueries:
        return self.OwnRatingQueries(self.committed)

    @property
    @override
    def vote_queries(self) -> MemoryVoteQueries:
        return self.VoteQueries(self.committed)

    @property
    @override
    def my_movie_queries(self) -> MemoryMyMovieQueries:
        return self.MyMovieQueries(self.committed)


class WithoutLock(MemoryStore):
    @override
    @asynccontextmanager
    async def begin(self) -> AsyncIterator[MemoryUnitOfWork]:
        with outermost():
            yield MemoryUnitOfWork(self.committed)


class WithoutLockOverANetwork(Mutant, WithoutLock):
    """Where answers take their time, others come between without being asked to."""

    class Movies(MemoryMovies):
        @override
        async def add(self, movies: Sequence[Movie]) -> None:
            await super().add(movies)
            await sleep(0)  # the way of the answer

    class Ratings(MemoryRatings):
        @override
        async def hold_score(self, movie: MovieId) -> Score:
            score = await super().hold_score(movie)
            await sleep(0)  # the way of the answer
            return score


class SeesNothingAlike(Mutant):
    class Movies(MemoryMovies):
        @override
        async def hold_alike(
            self, title: str, year: int | None, runtime: int | None
        ) -> MovieId | None:
            return None


class IgnoresWithdrawal(Mutant):
    class Movies(MemoryMovies):
        @override
        async def save(self, movie: Movie) -> None:
            await super().save(evolve(movie, is_withdrawn=False))


class ShowsUncommittedChanges(MemoryStore):
    @override
    @asynccontextmanager
    async def begin(self) -> AsyncIterator[MemoryUnitOfWork]:
        async with super().begin() as work:
            committed, self.committed = self.committed, work.changed
            try:
                yield work
            finally:
                self.committed = committed


class EveryMutantIsFoundOut:
    """Tests of a contract: each test of it finds its mutants out, and none is without one."""

    contract: ClassVar[type]
    found_out_by: ClassVar[Mapping[type[MemoryStore], Sequence[str]]]
    """The tests that each mutant must fail."""
    tested_elsewhere: ClassVar[Sequence[type]] = ()
    """Contracts within this one that have their own mutants."""

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if "mutant" in metafunc.fixturenames:
            mutants = self.found_out_by.items()
            metafunc.parametrize(
                ("mutant", "name"), [(mutant, name) for mutant, names in mutants for name in names]
            )

    def test_a_broken_promise_is_found_out(
        self, passes: Callable[..., bool], mutant: type[MemoryStore], name: str
    ) -> None:
        assert not passes(mutant, self.contract, name)

    def test_every_test_of_the_contract_finds_somebody_out(self) -> None:
        tests = {name for name in dir(self.contract) if name.startswith("test_")}
        tests -= {name for contract in self.tested_elsewhere for name in dir(contract)}
        assert tests == {name for names in self.found_out_by.values() for name in names}
