"""Stores that break one promise about searches each are found out by the contract."""

from collections.abc import Iterator, Sequence
from typing import ClassVar, cast

from attrs import evolve
from typing_extensions import override

from tests.broken_stores import (
    EveryMutantIsFoundOut,
    IgnoresWithdrawal,
    Mutant,
    ShowsUncommittedChanges,
)
from watchlist_core.catalogue import (
    FEW,
    RANKED,
    Movie,
    MovieCard,
    MovieFilter,
    Rank,
    SearchText,
    Suggestion,
    words_of,
)
from watchlist_core.paging import After, ForeignPosition, Page, PageNumber, Total, Window
from watchlist_core.testing.contracts import MovieSearchContract, SameHitsContract
from watchlist_core.testing.memory import MemoryMovies, MemoryMovieSearch


class _Misreads(MemoryMovieSearch):
    def shown(self, page: Page[MovieCard], window: Window) -> Page[MovieCard]:  # noqa: ARG002
        return page

    def understood(self, wanted: MovieFilter) -> MovieFilter:
        return wanted

    @override
    async def search(
        self, text: SearchText, wanted: MovieFilter, window: Window
    ) -> Page[MovieCard]:
        page = await super().search(text, self.understood(wanted), window)
        return self.shown(page, window)


class _Overlooks(MemoryMovieSearch):
    def seen(self, movie: Movie) -> Movie:
        return movie

    @override
    def _matches(self, text: SearchText, movie: Movie) -> bool:
        return super()._matches(text, self.seen(movie))

    @override
    def _spelled(self, text: SearchText, movie: Movie) -> SearchText | None:
        return super()._spelled(text, self.seen(movie))


class KnowsTitlesOnly(Mutant):
    class MovieSearch(_Overlooks):
        @override
        def seen(self, movie: Movie) -> Movie:
            return evolve(movie, original_title=None, alternative_titles=())


class ReadsNoDescriptions(Mutant):
    class MovieSearch(_Overlooks):
        @override
        def seen(self, movie: Movie) -> Movie:
            return evolve(movie, description="")


class IsContentWithTheFirstWord(Mutant):
    class MovieSearch(MemoryMovieSearch):
        @override
        def _matches(self, text: SearchText, movie: Movie) -> bool:
            return super()._matches(SearchText(text.words[:1]), movie)


class WaitsForTheWholeWord(Mutant):
    class MovieSearch(MemoryMovieSearch):
        @override
        def _matches(self, text: SearchText, movie: Movie) -> bool:
            return super()._matches(SearchText((*text.words, text.words[-1])[-12:]), movie)

        @override
        def _spelled(self, text: SearchText, movie: Movie) -> SearchText | None:
            return None


class CompletesEachWord(Mutant):
    class MovieSearch(MemoryMovieSearch):
        @override
        def _matches(self, text: SearchText, movie: Movie) -> bool:
            return all(
                super(type(self), self)._matches(SearchText((word,)), movie) for word in text.words
            )


class ForgivesNothing(Mutant):
    class MovieSearch(MemoryMovieSearch):
        @override
        def _spelled(self, text: SearchText, movie: Movie) -> SearchText | None:
            return None


class ForgivesOneWordOnly(Mutant):
    class MovieSearch(MemoryMovieSearch):
        @override
        def _spelled(self, text: SearchText, movie: Movie) -> SearchText | None:
            spelled = super()._spelled(text, movie)
            others = set(spelled.words) - set(text.words) if spelled else ()
            return spelled if len(others) < 2 else None


class ForgivesAlways(Mutant):
    class MovieSearch(MemoryMovieSearch):
        @override
        def _matches(self, text: SearchText, movie: Movie) -> bool:
            return super()._matches(text, movie) or bool(self._spelled(text, movie))


class ForgivesTheFilter(Mutant):
    """Where few match, whatever is wanted."""

    class MovieSearch(_Misreads):
        @override
        async def search(
            self, text: SearchText, wanted: MovieFilter, window: Window
        ) -> Page[MovieCard]:
            matching = [movie for movie in self._shown() if self._matches(text, movie)]
            if len(matching) < FEW:
                return await super().search(text, wanted, window)
            strict = Strict(self._tables)
            return await strict.search(text, wanted, window)


class Strict(MemoryMovieSearch):
    @override
    def _spelled(self, text: SearchText, movie: Movie) -> SearchText | None:
        return None


class ThinksNothingOfMistakes(Mutant):
    class MovieSearch(MemoryMovieSearch):
        @override
        def _rank(self, text: SearchText, movie: Movie, forgiven: int = 0) -> Rank:
            return super()._rank(text, movie, 0)


class _Ranks(MemoryMovieSearch):
    """Makes nothing of one part of the rank."""

    part: ClassVar[int]

    @override
    def _rank(self, text: SearchText, movie: Movie, forgiven: int = 0) -> Rank:
        rank = super()._rank(text, movie, forgiven)
        return cast(Rank, (*rank[: self.part], 0, *rank[self.part + 1 :]))


class ThinksNothingOfCloseness(Mutant):
    class MovieSearch(_Ranks):
        part = 1


class ThinksNothingOfPopularity(Mutant):
    class MovieSearch(_Ranks):
        part = 2


class ThinksNothingOfOtherWords(Mutant):
    class MovieSearch(_Ranks):
        part = 3


class ThinksNothingOfYears(Mutant):
    class MovieSearch(_Ranks):
        part = 5


class TakesArticlesSeriously(Mutant):
    class MovieSearch(MemoryMovieSearch):
        @override
        def _rank(self, text: SearchText, movie: Movie, forgiven: int = 0) -> Rank:
            bare = evolve(movie, title=f"{movie.title} {movie.title[:3]}")
            return super()._rank(text, bare, forgiven)


class FindsShortTextsAnywhere(Mutant):
    class MovieSearch(MemoryMovieSearch):
        @override
        def _matches(self, text: SearchText, movie: Movie) -> bool:
            words = words_of(" ".join([*movie.names, movie.description]))
            return super()._matches(text, movie) or text.is_in(words)


class WantsEverything(Mutant):
    class MovieSearch(_Misreads):
        @override
        def understood(self, wanted: MovieFilter) -> MovieFilter:
            return MovieFilter()


class ForgetsTheFilterOfGenres(Mutant):
    class MovieSearch(_Misreads):
        @override
        def understood(self, wanted: MovieFilter) -> MovieFilter:
            return evolve(wanted, genres=())


class EndsTooEarly(Mutant):
    class MovieSearch(_Misreads):
        @override
        def shown(self, page: Page[MovieCard], window: Window) -> Page[MovieCard]:
            return evolve(page, next=None) if isinstance(window, After) else page


class CountsWhatItShows(Mutant):
    class MovieSearch(_Misreads):
        @override
        def shown(self, page: Page[MovieCard], window: Window) -> Page[MovieCard]:
            return evolve(page, total=page.total and Total(len(page.items)))


class IsSureOfEachTotal(Mutant):
    class MovieSearch(_Misreads):
        @override
        def shown(self, page: Page[MovieCard], window: Window) -> Page[MovieCard]:
            return evolve(page, total=page.total and Total(page.total.count))


class TakesAnyPosition(Mutant):
    class MovieSearch(MemoryMovieSearch):
        @override
        async def search(
            self, text: SearchText, wanted: MovieFilter, window: Window
        ) -> Page[MovieCard]:
            try:
                return await super().search(text, wanted, window)
            except ForeignPosition:
                return await super().search(text, wanted, PageNumber())


class ShowsNoGenres(Mutant):
    class MovieSearch(_Misreads):
        @override
        def shown(self, page: Page[MovieCard], window: Window) -> Page[MovieCard]:
            return evolve(page, items=[evolve(card, genres=()) for card in page.items])


class KeepsTheOldNames(Mutant):
    class Movies(MemoryMovies):
        @override
        async def save(self, movie: Movie) -> None:
            before = self._tables.movies[movie.id]
            await super().save(evolve(before, is_withdrawn=movie.is_withdrawn))


class SuggestsAllThatMatch(Mutant):
    class MovieSearch(MemoryMovieSearch):
        @override
        async def suggest(self, text: SearchText) -> Sequence[Suggestion]:
            page = await self.search(text, MovieFilter(), PageNumber(page_size=10))
            return [Suggestion(card.id, card.title, card.year) for card in page.items]


class SuggestsMore(Mutant):
    class MovieSearch(MemoryMovieSearch):
        @override
        async def suggest(self, text: SearchText) -> Sequence[Suggestion]:
            best = await super().suggest(text)
            return [*best, *best[:1]]


class SuggestsOtherTitles(Mutant):
    class MovieSearch(MemoryMovieSearch):
        @override
        async def suggest(self, text: SearchText) -> Sequence[Suggestion]:
            return [evolve(one, title=text.bare) for one in await super().suggest(text)]


class SuggestsTheLeastPopular(Mutant):
    class MovieSearch(MemoryMovieSearch):
        @override
        async def suggest(self, text: SearchText) -> Sequence[Suggestion]:
            return (await super().suggest(text))[::-1]


class FindsFewer(Mutant):
    class MovieSearch(MemoryMovieSearch):
        @override
        def _shown(self) -> Iterator[Movie]:
            return (movie for number, movie in enumerate(super()._shown()) if number < RANKED)


_SAME = "test_each_search_finds_what_the_store_in_memory_finds"


class TestSearchingMovies(EveryMutantIsFoundOut):
    contract = MovieSearchContract
    tested_elsewhere = (SameHitsContract,)
    found_out_by: ClassVar = {
        KnowsTitlesOnly: ["test_a_movie_is_found_by_all_words_of_a_text"],
        ReadsNoDescriptions: ["test_a_movie_is_found_by_all_words_of_a_text"],
        IsContentWithTheFirstWord: ["test_a_movie_is_found_by_all_words_of_a_text"],
        WaitsForTheWholeWord: ["test_the_last_word_may_be_half_typed"],
        CompletesEachWord: ["test_the_last_word_may_be_half_typed"],
        ForgivesNothing: ["test_a_mistake_in_a_long_word_is_forgiven"],
        ForgivesOneWordOnly: ["test_a_mistake_in_a_long_word_is_forgiven"],
        ForgivesAlways: ["test_mistakes_are_forgiven_only_where_few_match"],
        ForgivesTheFilter: ["test_mistakes_are_forgiven_only_where_few_match"],
        ThinksNothingOfMistakes: ["test_what_is_forgiven_comes_behind_what_matches"],
        ThinksNothingOfCloseness: ["test_the_most_likely_come_first"],
        TakesArticlesSeriously: ["test_the_most_likely_come_first"],
        ThinksNothingOfPopularity: ["test_of_alike_hits_the_popular_and_the_short_come_first"],
        ThinksNothingOfOtherWords: ["test_of_alike_hits_the_popular_and_the_short_come_first"],
        ThinksNothingOfYears: ["test_of_alike_hits_the_popular_and_the_short_come_first"],
        FindsShortTextsAnywhere: ["test_a_short_text_finds_names_that_begin_with_it"],
        WantsEverything: ["test_only_movies_that_are_wanted_are_found"],
        ForgetsTheFilterOfGenres: ["test_only_movies_that_are_wanted_are_found"],
        EndsTooEarly: ["test_pages_by_number_and_by_position_walk_the_same_hits"],
        CountsWhatItShows: ["test_pages_by_number_and_by_position_walk_the_same_hits"],
        IsSureOfEachTotal: ["test_no_more_are_shown_than_are_ranked"],
        FindsFewer: ["test_no_more_are_shown_than_are_ranked"],
        TakesAnyPosition: ["test_a_position_that_is_none_of_a_search_is_refused"],
        IgnoresWithdrawal: ["test_withdrawn_movies_are_found_no_more"],
        KeepsTheOldNames: ["test_a_movie_is_found_by_what_it_is_called_now"],
        ShowsUncommittedChanges: ["test_readers_find_what_is_committed"],
        ShowsNoGenres: ["test_a_hit_is_the_card_that_lists_show"],
        SuggestsAllThatMatch: ["test_titles_are_suggested_to_who_is_still_typing"],
        SuggestsTheLeastPopular: [
            "test_titles_are_suggested_to_who_is_still_typing",
            "test_only_the_best_are_suggested",
        ],
        SuggestsMore: ["test_only_the_best_are_suggested"],
        SuggestsOtherTitles: ["test_a_suggestion_tells_which_movie_it_is"],
    }


class TestSameHits(EveryMutantIsFoundOut):
    contract = SameHitsContract
    found_out_by: ClassVar = {
        mutant: [_SAME]
        for mutant in (
            KnowsTitlesOnly,
            ReadsNoDescriptions,
            IsContentWithTheFirstWord,
            WaitsForTheWholeWord,
            ForgivesNothing,
            ThinksNothingOfMistakes,
            ThinksNothingOfCloseness,
            ThinksNothingOfPopularity,
            ThinksNothingOfOtherWords,
            WantsEverything,
            CountsWhatItShows,
            IgnoresWithdrawal,
            SuggestsAllThatMatch,
            SuggestsTheLeastPopular,
        )
    }
