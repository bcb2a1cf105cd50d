"""Stores that break one promise about lists of movies each are found out by the contract."""

from typing import ClassVar

from attrs import evolve
from typing_extensions import override

from tests.broken_stores import EveryMutantIsFoundOut, Mutant, ShowsUncommittedChanges
from watchlist_core.catalogue import Movie, MovieCard, MovieFilter, MovieOrder, folded
from watchlist_core.paging import After, ForeignPosition, Page, PageNumber, Window
from watchlist_core.testing.contracts import BrowsingContract, FilteringContract, SameListsContract
from watchlist_core.testing.memory import MemoryMovieQueries


class RepeatsTheLastItem(Mutant):
    class MovieQueries(MemoryMovieQueries):
        @override
        async def browse(
            self, wanted: MovieFilter, order: MovieOrder, window: Window
        ) -> Page[MovieCard]:
            if isinstance(window, After) and len(window.position) > 1:
                window = evolve(window, position=(*window.position[:-1], ""))
            return await super().browse(wanted, order, window)


class TurnsEveryOrderRound(Mutant):
    class MovieQueries(MemoryMovieQueries):
        @override
        async def browse(
            self, wanted: MovieFilter, order: MovieOrder, window: Window
        ) -> Page[MovieCard]:
            turned = MovieOrder((sort, not descending) for sort, descending in order.fields)
            return await super().browse(wanted, turned, window)


class SortsByOneFieldOnly(Mutant):
    class MovieQueries(MemoryMovieQueries):
        @override
        async def browse(
            self, wanted: MovieFilter, order: MovieOrder, window: Window
        ) -> Page[MovieCard]:
            return await super().browse(wanted, MovieOrder(order.fields[:1]), window)


class ShowsNoGenres(Mutant):
    class MovieQueries(MemoryMovieQueries):
        @override
        async def browse(
            self, wanted: MovieFilter, order: MovieOrder, window: Window
        ) -> Page[MovieCard]:
            page = await super().browse(wanted, order, window)
            return evolve(page, items=[evolve(card, genres=()) for card in page.items])


class CountsOnlyWhatItShows(Mutant):
    class MovieQueries(MemoryMovieQueries):
        @override
        async def browse(
            self, wanted: MovieFilter, order: MovieOrder, window: Window
        ) -> Page[MovieCard]:
            page = await super().browse(wanted, order, window)
            return evolve(page, total=page.total if page.items else None)


class StaysOnTheLastPage(Mutant):
    class MovieQueries(MemoryMovieQueries):
        @override
        async def browse(
            self, wanted: MovieFilter, order: MovieOrder, window: Window
        ) -> Page[MovieCard]:
            page = await super().browse(wanted, order, window)
            if page.items or isinstance(window, After):
                return page
            return await super().browse(wanted, order, PageNumber(1, window.page_size))


class ContinuesByCounting(Mutant):
    class MovieQueries(MemoryMovieQueries):
        @override
        async def browse(
            self, wanted: MovieFilter, order: MovieOrder, window: Window
        ) -> Page[MovieCard]:
            seen = 0
            if isinstance(window, After) and isinstance(window.position[0], int):
                seen = window.position[0]
            page = await super().browse(wanted, order, PageNumber(page_size=100))
            items = page.items[seen : seen + window.page_size]
            return Page(items, (seen + len(items),) if items else None, page.total)


class FindsBeginningsOnly(Mutant):
    class MovieQueries(MemoryMovieQueries):
        @override
        async def browse(
            self, wanted: MovieFilter, order: MovieOrder, window: Window
        ) -> Page[MovieCard]:
            page = await super().browse(wanted, order, window)
            start = folded(wanted.title or "")
            return Page([card for card in page.items if folded(card.title).startswith(start)])


class FindsNothingForNothing(Mutant):
    class MovieQueries(MemoryMovieQueries):
        @override
        async def browse(
            self, wanted: MovieFilter, order: MovieOrder, window: Window
        ) -> Page[MovieCard]:
            if wanted.title is not None and not folded(wanted.title):
                return Page([])
            return await super().browse(wanted, order, window)


class ForgetsTheFilter(Mutant):
    class MovieQueries(MemoryMovieQueries):
        @override
        async def browse(
            self, wanted: MovieFilter, order: MovieOrder, window: Window
        ) -> Page[MovieCard]:
            kept = MovieFilter() if isinstance(window, After) else wanted
            return await super().browse(kept, order, window)


class TakesAnyPosition(Mutant):
    class MovieQueries(MemoryMovieQueries):
        @override
        async def browse(
            self, wanted: MovieFilter, order: MovieOrder, window: Window
        ) -> Page[MovieCard]:
            try:
                return await super().browse(wanted, order, window)
            except ForeignPosition:
                return await super().browse(wanted, order, PageNumber())


class RoundsAverages(Mutant):
    class MovieQueries(MemoryMovieQueries):
        @override
        def _average(self, movie: Movie) -> str | None:
            average = self._tables.scores[movie.id].average_rating
            return f"{average * 100:.0f}/100" if average else None


class TestBrowsing(EveryMutantIsFoundOut):
    contract = BrowsingContract
    tested_elsewhere = (FilteringContract, SameListsContract)
    found_out_by: ClassVar = {
        RepeatsTheLastItem: ["test_pages_by_number_and_by_position_walk_the_same_list"],
        TurnsEveryOrderRound: ["test_pages_by_number_and_by_position_walk_the_same_list"],
        SortsByOneFieldOnly: ["test_pages_by_number_and_by_position_walk_the_same_list"],
        RoundsAverages: ["test_averages_are_told_apart_however_close_they_are"],
        ShowsNoGenres: ["test_a_card_tells_what_a_list_shows"],
        CountsOnlyWhatItShows: [
            "test_an_empty_catalogue_is_an_empty_page",
            "test_past_the_last_page_there_is_nothing",
        ],
        StaysOnTheLastPage: ["test_past_the_last_page_there_is_nothing"],
        ContinuesByCounting: ["test_a_movie_added_meanwhile_neither_repeats_nor_hides_another"],
        ShowsUncommittedChanges: ["test_readers_list_what_is_committed"],
        FindsBeginningsOnly: ["test_a_title_is_found_by_any_part_of_it_folded"],
        FindsNothingForNothing: ["test_a_blank_title_is_no_filter"],
        ForgetsTheFilter: ["test_a_filtered_list_is_walked_like_any_other"],
        TakesAnyPosition: ["test_a_position_of_another_list_is_refused"],
    }
