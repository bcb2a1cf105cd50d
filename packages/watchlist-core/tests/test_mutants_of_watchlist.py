"""Stores that break one promise about watchlists each are found out by the contracts."""

from typing import ClassVar

from attrs import evolve
from typing_extensions import override

from tests.broken_stores import (
    EveryMutantIsFoundOut,
    Mutant,
    ShowsUncommittedChanges,
    WithoutLock,
)
from watchlist_core.ids import AccountId, EntryId, MovieId
from watchlist_core.paging import After, ForeignPosition, Page, PageNumber, Window
from watchlist_core.testing.contracts import EntryListsContract, WatchlistContract
from watchlist_core.testing.memory import (
    MemoryAccounts,
    MemoryEntries,
    MemoryEntryQueries,
    MemoryWatchLog,
)
from watchlist_core.watching import (
    Entry,
    EntryCard,
    EntryFilter,
    EntryOrder,
    EntrySort,
    EntryStatus,
    FreeTitle,
    MovieAlreadyListed,
    Viewing,
)


class SkipsTies(Mutant):
    class EntryQueries(MemoryEntryQueries):
        @override
        async def browse(
            self, account: AccountId, wanted: EntryFilter, order: EntryOrder, window: Window
        ) -> Page[EntryCard]:
            if isinstance(window, After) and len(window.position) == 2:
                window = evolve(window, position=(window.position[0], "~"))
            return await super().browse(account, wanted, order, window)


class SortsStatusesAsTexts(Mutant):
    class EntryQueries(MemoryEntryQueries):
        @override
        async def browse(
            self, account: AccountId, wanted: EntryFilter, order: EntryOrder, window: Window
        ) -> Page[EntryCard]:
            page = await super().browse(account, wanted, order, window)
            if order == EntryOrder([(EntrySort.STATUS, False)]):
                items = sorted(page.items, key=lambda card: (card.status, card.id))
                return evolve(page, items=items)
            return page


class FindsEveryStatus(Mutant):
    class EntryQueries(MemoryEntryQueries):
        @override
        async def browse(
            self, account: AccountId, wanted: EntryFilter, order: EntryOrder, window: Window
        ) -> Page[EntryCard]:
            return await super().browse(account, evolve(wanted, status=None), order, window)


class TakesPercentForAnything(Mutant):
    class EntryQueries(MemoryEntryQueries):
        @override
        async def browse(
            self, account: AccountId, wanted: EntryFilter, order: EntryOrder, window: Window
        ) -> Page[EntryCard]:
            wanted = evolve(wanted, title=(wanted.title or "").strip("%"))
            return await super().browse(account, wanted, order, window)


class StaysOnTheLastPage(Mutant):
    class EntryQueries(MemoryEntryQueries):
        @override
        async def browse(
            self, account: AccountId, wanted: EntryFilter, order: EntryOrder, window: Window
        ) -> Page[EntryCard]:
            page = await super().browse(account, wanted, order, window)
            return (
                page if page.items else await super().browse(account, wanted, order, PageNumber())
            )


class TakesAnyPosition(Mutant):
    class EntryQueries(MemoryEntryQueries):
        @override
        async def browse(
            self, account: AccountId, wanted: EntryFilter, order: EntryOrder, window: Window
        ) -> Page[EntryCard]:
            try:
                return await super().browse(account, wanted, order, window)
            except ForeignPosition:
                return await super().browse(account, wanted, order, PageNumber())


class ShowsEverybodysEntries(Mutant):
    class EntryQueries(MemoryEntryQueries):
        @override
        def _is_own(self, entry: Entry, account: AccountId) -> bool:
            return True


class HidesWithdrawnMovies(Mutant):
    class EntryQueries(MemoryEntryQueries):
        @override
        async def browse(
            self, account: AccountId, wanted: EntryFilter, order: EntryOrder, window: Window
        ) -> Page[EntryCard]:
            page = await super().browse(account, wanted, order, window)
            return evolve(page, items=[card for card in page.items if not card.is_withdrawn])


class DropsNotes(Mutant):
    class Entries(MemoryEntries):
        @override
        async def add(self, entry: Entry) -> None:
            await super().add(evolve(entry, note=""))


class ListsMoviesTwice(Mutant):
    class Entries(MemoryEntries):
        @override
        async def add(self, entry: Entry) -> None:
            try:
                await super().add(entry)
            except MovieAlreadyListed:
                self._tables.entries[entry.id] = entry


class ListsMoviesOnceForAll(Mutant):
    class Entries(MemoryEntries):
        @override
        async def add(self, entry: Entry) -> None:
            for listed in self._tables.entries.values():
                if listed.about == entry.about:
                    raise MovieAlreadyListed(listed.id)
            await super().add(entry)


class ListsAnything(Mutant):
    class Entries(MemoryEntries):
        @override
        async def add(self, entry: Entry) -> None:
            self._tables.entries[entry.id] = entry


class SavesNothing(Mutant):
    class Entries(MemoryEntries):
        @override
        async def save(self, entry: Entry) -> None:
            """Leave it as it is."""


class KeepsOldTitlesInTheHistory(Mutant):
    class Entries(MemoryEntries):
        @override
        async def save(self, entry: Entry) -> None:
            self._tables.entries[entry.id] = entry


class RemovesTheHistoryToo(Mutant):
    class Entries(MemoryEntries):
        @override
        async def remove(self, entry: EntryId) -> None:
            await super().remove(entry)
            self._tables.title_watches.clear()


class HoldsAnybodysEntry(Mutant):
    class Entries(MemoryEntries):
        @override
        async def hold(self, account: AccountId, entry: EntryId) -> Entry:
            kept = self._tables.entries.get(entry)
            return kept or await super().hold(account, entry)


class ForgetsListedViewings(Mutant):
    class WatchLog(MemoryWatchLog):
        @override
        async def add_listed(self, viewing: Viewing) -> None:
            """Keep nothing."""


class RemembersNobody(Mutant):
    class WatchLog(MemoryWatchLog):
        @override
        async def has_watched(self, account: AccountId, movie: MovieId) -> bool:
            return False


class MakesNothingWatched(Mutant):
    class WatchLog(MemoryWatchLog):
        @override
        def _make_watched(self, entry: Entry | None) -> None:
            """Leave it as it is."""


class MakesAllWatched(Mutant):
    class WatchLog(MemoryWatchLog):
        @override
        def _make_watched(self, entry: Entry | None) -> None:
            for one in [*self._tables.entries.values()]:
                if not isinstance(one.about, FreeTitle):
                    self._tables.entries[one.id] = evolve(one, status=EntryStatus.WATCHED)


class KeepsTheEntriesOfTheRemoved(Mutant):
    class Accounts(MemoryAccounts):
        @override
        async def remove(self, account: AccountId) -> None:
            entries = dict(self._tables.entries)
            await super().remove(account)
            self._tables.entries.update(entries)


class KeepsTheHistoryOfTheRemoved(Mutant):
    class Accounts(MemoryAccounts):
        @override
        async def remove(self, account: AccountId) -> None:
            watches = dict(self._tables.title_watches)
            await super().remove(account)
            self._tables.title_watches.update(watches)


class TestEntryLists(EveryMutantIsFoundOut):
    contract = EntryListsContract
    found_out_by: ClassVar = {
        SkipsTies: ["test_pages_by_number_and_by_position_walk_the_same_watchlist"],
        SortsStatusesAsTexts: ["test_pages_by_number_and_by_position_walk_the_same_watchlist"],
        ShowsEverybodysEntries: [
            "test_pages_by_number_and_by_position_walk_the_same_watchlist",
            "test_past_the_last_page_of_a_watchlist_there_is_nothing",
        ],
        FindsEveryStatus: ["test_entries_are_found_by_all_that_is_asked_for"],
        TakesPercentForAnything: ["test_entries_are_found_by_any_part_of_their_titles_folded"],
        StaysOnTheLastPage: ["test_past_the_last_page_of_a_watchlist_there_is_nothing"],
        TakesAnyPosition: ["test_a_position_of_another_watchlist_is_refused"],
    }


class TestWatchlist(EveryMutantIsFoundOut):
    contract = WatchlistContract
    tested_elsewhere = (EntryListsContract,)
    found_out_by: ClassVar = {
        DropsNotes: ["test_an_entry_is_shown_as_it_was_added"],
        ListsMoviesTwice: ["test_a_movie_is_on_a_watchlist_once"],
        ListsMoviesOnceForAll: ["test_others_and_other_titles_may_be_listed"],
        ListsAnything: [
            "test_what_is_not_there_cannot_be_listed",
            "test_no_entry_takes_the_place_of_another",
        ],
        SavesNothing: ["test_a_revised_entry_is_what_it_became"],
        KeepsOldTitlesInTheHistory: ["test_a_free_title_is_called_as_its_owner_calls_it_now"],
        ForgetsListedViewings: [
            "test_what_becomes_watched_was_watched_just_now",
            "test_what_is_listed_can_be_watched_by_its_entry",
        ],
        RemembersNobody: ["test_what_is_listed_as_watched_was_watched_some_time"],
        MakesNothingWatched: [
            "test_a_viewing_makes_its_entry_watched_and_no_other",
            "test_what_is_listed_can_be_watched_by_its_entry",
        ],
        MakesAllWatched: ["test_a_viewing_makes_its_entry_watched_and_no_other"],
        RemovesTheHistoryToo: ["test_a_removed_entry_is_gone_and_its_history_stays"],
        HoldsAnybodysEntry: ["test_what_is_anothers_is_not_found"],
        ShowsEverybodysEntries: ["test_what_is_anothers_is_not_found"],
        HidesWithdrawnMovies: ["test_a_withdrawn_movie_stays_on_watchlists_and_can_be_watched"],
        KeepsTheEntriesOfTheRemoved: ["test_a_removed_account_leaves_nothing_of_its_own"],
        KeepsTheHistoryOfTheRemoved: ["test_a_removed_account_leaves_nothing_of_its_own"],
        ShowsUncommittedChanges: ["test_readers_see_a_watchlist_that_is_committed"],
        WithoutLock: [
            "test_of_two_who_list_a_movie_at_once_one_does",
            "test_of_two_who_set_it_watched_at_once_one_adds_a_viewing",
        ],
    }
