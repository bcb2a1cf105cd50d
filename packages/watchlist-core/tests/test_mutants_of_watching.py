"""Stores that break one promise about viewings each are found out by the contract."""

from typing import ClassVar

from typing_extensions import override

from tests.broken_stores import EveryMutantIsFoundOut, Mutant
from watchlist_core.errors import Conflict
from watchlist_core.ids import AccountId, MovieId
from watchlist_core.testing.contracts import WatchingContract
from watchlist_core.testing.memory import MemoryWatchLog
from watchlist_core.watching import Watch


class ForgetsUndatedViewings(Mutant):
    class WatchLog(MemoryWatchLog):
        @override
        async def add(self, watch: Watch) -> None:
            if watch.watched_at:
                await super().add(watch)


class MixesUpMovies(Mutant):
    class WatchLog(MemoryWatchLog):
        @override
        async def has_watched(self, account: AccountId, movie: MovieId) -> bool:
            return any(watch.account == account for watch in self._tables.watches.values())


class MixesUpAccounts(Mutant):
    class WatchLog(MemoryWatchLog):
        @override
        async def has_watched(self, account: AccountId, movie: MovieId) -> bool:
            return any(watch.movie == movie for watch in self._tables.watches.values())


class RefusesToWatchAgain(Mutant):
    class WatchLog(MemoryWatchLog):
        @override
        async def add(self, watch: Watch) -> None:
            if await self.has_watched(watch.account, watch.movie):
                raise Conflict
            await super().add(watch)


class BelievesAnything(Mutant):
    class WatchLog(MemoryWatchLog):
        @override
        async def add(self, watch: Watch) -> None:
            self._tables.watches[watch.id] = watch


class TestWatching(EveryMutantIsFoundOut):
    contract = WatchingContract
    found_out_by: ClassVar = {
        ForgetsUndatedViewings: ["test_a_viewing_counts_whether_its_date_is_known_or_not"],
        MixesUpMovies: ["test_a_viewing_counts_for_its_account_and_its_movie_only"],
        MixesUpAccounts: ["test_a_viewing_counts_for_its_account_and_its_movie_only"],
        RefusesToWatchAgain: ["test_a_movie_may_be_watched_again_at_the_same_moment"],
        BelievesAnything: [
            "test_no_viewing_takes_the_place_of_another",
            "test_an_unknown_movie_cannot_be_watched",
            "test_an_unknown_account_cannot_watch",
        ],
    }
