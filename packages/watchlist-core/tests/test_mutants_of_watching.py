"""Stores that break one promise about viewings each are found out by the contract."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from typing_extensions import override

from watchlist_core.errors import Conflict
from watchlist_core.ids import AccountId, MovieId
from watchlist_core.testing import MemoryStore
from watchlist_core.testing.contracts import WatchingContract
from watchlist_core.testing.memory import MemoryUnitOfWork, MemoryWatchLog
from watchlist_core.watching import Watch


class _Mutant(MemoryStore):
    """A sound store but for the port that a subclass puts in its place."""

    WatchLog: type[MemoryWatchLog] = MemoryWatchLog

    @override
    @asynccontextmanager
    async def begin(self) -> AsyncIterator[MemoryUnitOfWork]:
        async with super().begin() as work:
            work.watch_log = self.WatchLog(work.changed)
            yield work


class ForgetsUndatedViewings(_Mutant):
    class WatchLog(MemoryWatchLog):
        @override
        async def add(self, watch: Watch) -> None:
            if watch.watched_at:
                await super().add(watch)


class MixesUpMovies(_Mutant):
    class WatchLog(MemoryWatchLog):
        @override
        async def has_watched(self, account: AccountId, movie: MovieId) -> bool:
            return any(watch.account == account for watch in self._tables.watches.values())


class MixesUpAccounts(_Mutant):
    class WatchLog(MemoryWatchLog):
        @override
        async def has_watched(self, account: AccountId, movie: MovieId) -> bool:
            return any(watch.movie == movie for watch in self._tables.watches.values())


class RefusesToWatchAgain(_Mutant):
    class WatchLog(MemoryWatchLog):
        @override
        async def add(self, watch: Watch) -> None:
            if await self.has_watched(watch.account, watch.movie):
                raise Conflict
            await super().add(watch)


class BelievesAnything(_Mutant):
    class WatchLog(MemoryWatchLog):
        @override
        async def add(self, watch: Watch) -> None:
            self._tables.watches[watch.id] = watch


FOUND_OUT_BY: dict[type[MemoryStore], list[str]] = {
    ForgetsUndatedViewings: ["test_a_viewing_counts_whether_its_date_is_known_or_not"],
    MixesUpMovies: ["test_a_viewing_counts_for_its_account_and_its_movie_only"],
    MixesUpAccounts: ["test_a_viewing_counts_for_its_account_and_its_movie_only"],
    RefusesToWatchAgain: ["test_a_movie_may_be_watched_again_at_the_same_moment"],
    BelievesAnything: [
        "test_an_unknown_movie_cannot_be_watched",
        "test_an_unknown_account_cannot_watch",
    ],
}


@pytest.mark.parametrize(
    ("mutant", "name"), [(mutant, name) for mutant in FOUND_OUT_BY for name in FOUND_OUT_BY[mutant]]
)
def test_a_broken_promise_is_found_out(
    passes: Callable[..., bool], mutant: type[MemoryStore], name: str
) -> None:
    assert not passes(mutant, WatchingContract, name)


def test_every_test_of_the_contract_finds_somebody_out() -> None:
    tests = {name for name in dir(WatchingContract) if name.startswith("test_")}
    assert tests == {name for names in FOUND_OUT_BY.values() for name in names}
