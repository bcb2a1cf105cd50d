"""Stores that break one promise about the history each are found out by the contract."""

from typing import ClassVar

from attrs import evolve
from typing_extensions import override

from tests.broken_stores import EveryMutantIsFoundOut, Mutant, WithoutLock
from watchlist_core.ids import AccountId, WatchId
from watchlist_core.paging import After, ForeignPosition, Page, PageNumber, Window
from watchlist_core.testing.contracts import HistoryContract
from watchlist_core.testing.memory import MemoryWatchLog, MemoryWatchQueries
from watchlist_core.watching import Viewing, Watch, WatchCard, WatchFilter


class ForgetsWhatWasInferred(Mutant):
    class WatchLog(MemoryWatchLog):
        @override
        async def add(self, watch: Watch) -> None:
            await super().add(evolve(watch, is_inferred=False))


class PutsUnknownDatesFirst(Mutant):
    class WatchQueries(MemoryWatchQueries):
        @override
        async def browse(
            self, account: AccountId, wanted: WatchFilter, window: Window
        ) -> Page[WatchCard]:
            page = await super().browse(account, wanted, window)
            unknown = [card for card in page.items if card.watched_at is None]
            return evolve(page, items=unknown + [c for c in page.items if c.watched_at])


class SkipsTies(Mutant):
    class WatchQueries(MemoryWatchQueries):
        @override
        async def browse(
            self, account: AccountId, wanted: WatchFilter, window: Window
        ) -> Page[WatchCard]:
            if isinstance(window, After) and len(window.position) == 2:
                window = evolve(window, position=(window.position[0], ""))
            return await super().browse(account, wanted, window)


class MixesUpAccounts(Mutant):
    class WatchQueries(MemoryWatchQueries):
        @override
        def _is_own(self, watch: Viewing, account: AccountId) -> bool:
            return True


class ShowsUnknownDatesAlways(Mutant):
    class WatchQueries(MemoryWatchQueries):
        @override
        async def browse(
            self, account: AccountId, wanted: WatchFilter, window: Window
        ) -> Page[WatchCard]:
            everything = await super().browse(account, WatchFilter(), window)
            page = await super().browse(account, wanted, window)
            unknown = [card for card in everything.items if card.watched_at is None]
            return evolve(page, items=[c for c in page.items if c.watched_at] + unknown)


class StaysOnTheLastPage(Mutant):
    class WatchQueries(MemoryWatchQueries):
        @override
        async def browse(
            self, account: AccountId, wanted: WatchFilter, window: Window
        ) -> Page[WatchCard]:
            page = await super().browse(account, wanted, window)
            return page if page.items else await super().browse(account, wanted, PageNumber())


class TakesAnyPosition(Mutant):
    class WatchQueries(MemoryWatchQueries):
        @override
        async def browse(
            self, account: AccountId, wanted: WatchFilter, window: Window
        ) -> Page[WatchCard]:
            try:
                return await super().browse(account, wanted, window)
            except ForeignPosition:
                return await super().browse(account, wanted, PageNumber())


class RemovesNothing(Mutant):
    class WatchLog(MemoryWatchLog):
        @override
        async def remove(self, watch: WatchId) -> None:
            """Keep it."""


class NeedsNothing(Mutant):
    class WatchLog(MemoryWatchLog):
        @override
        async def is_needed(self, watch: Watch) -> bool:
            return False


class NeedsWhatIsNotRated(Mutant):
    class WatchLog(MemoryWatchLog):
        @override
        async def is_needed(self, watch: Watch) -> bool:
            others = self._tables.watches.values()
            return sum(w.account == watch.account and w.movie == watch.movie for w in others) == 1


class ForgetsRatingsOfWithdrawnMovies(Mutant):
    class WatchLog(MemoryWatchLog):
        @override
        async def is_needed(self, watch: Watch) -> bool:
            is_withdrawn = self._tables.movies[watch.movie].is_withdrawn
            return not is_withdrawn and await super().is_needed(watch)


class HoldsAnybodysViewing(Mutant):
    class WatchLog(MemoryWatchLog):
        @override
        async def hold(self, account: AccountId, watch: WatchId) -> Viewing:
            tables = self._tables
            kept = tables.watches.get(watch) or tables.title_watches.get(watch)
            return kept or await super().hold(account, watch)


class KeepsTwoViewingsOfOneId(Mutant):
    class WatchLog(MemoryWatchLog):
        @override
        async def add_listed(self, viewing: Viewing) -> None:
            if not isinstance(viewing, Watch):
                self._tables.title_watches[viewing.id] = viewing


class TestHistory(EveryMutantIsFoundOut):
    contract = HistoryContract
    found_out_by: ClassVar = {
        ForgetsWhatWasInferred: ["test_a_viewing_is_shown_with_what_was_watched"],
        PutsUnknownDatesFirst: ["test_the_latest_come_first_and_those_of_unknown_date_last"],
        SkipsTies: ["test_the_latest_come_first_and_those_of_unknown_date_last"],
        MixesUpAccounts: [
            "test_the_latest_come_first_and_those_of_unknown_date_last",
            "test_past_the_last_page_of_a_history_there_is_nothing",
        ],
        ShowsUnknownDatesAlways: ["test_viewings_are_found_by_when_they_were"],
        StaysOnTheLastPage: ["test_past_the_last_page_of_a_history_there_is_nothing"],
        TakesAnyPosition: ["test_a_position_of_another_history_is_refused"],
        RemovesNothing: ["test_a_removed_viewing_is_gone_and_the_entry_stays"],
        NeedsNothing: ["test_the_last_viewing_of_a_rated_movie_stays"],
        NeedsWhatIsNotRated: ["test_the_last_viewing_of_a_rated_movie_stays"],
        ForgetsRatingsOfWithdrawnMovies: ["test_a_rated_movie_stays_watched_when_it_is_withdrawn"],
        HoldsAnybodysViewing: ["test_anothers_viewing_is_not_found"],
        KeepsTwoViewingsOfOneId: ["test_no_listed_viewing_takes_the_place_of_another"],
        WithoutLock: [
            "test_of_two_who_remove_the_last_viewings_at_once_one_is_refused",
            "test_who_rates_while_the_last_viewing_goes_has_watched_or_not_rated",
        ],
    }
