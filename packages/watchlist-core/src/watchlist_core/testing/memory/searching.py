from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from attrs import frozen

from watchlist_core.catalogue import (
    FEW,
    SUGGESTIONS,
    Movie,
    MovieCard,
    MovieFilter,
    Rank,
    SearchText,
    Suggestion,
    bare_name,
    folded,
    in_a_row,
    rank,
    ranked_page,
    words_of,
)
from watchlist_core.paging import Page, PageNumber, Window
from watchlist_core.testing.memory.filtering import answers, card_of
from watchlist_core.testing.memory.tables import Tables

__all__ = ["MemoryMovieSearch"]


@frozen
class _Said:
    """What a movie says to those who search."""

    names: str
    """Bare, each a line."""
    words: Mapping[str, None]
    """Of the names, and then of the description, in their order."""


@lru_cache(20_000)
def _said(names: Sequence[str], description: str) -> _Said:
    # Each search looks at all movies: to take them apart again takes longer than all else.
    words = [word for text in (*names, description) for word in words_of(text)]
    return _Said("\n".join(map(bare_name, names)), dict.fromkeys(words))


@frozen
class MemoryMovieSearch:
    _tables: Tables

    async def search(
        self, text: SearchText, wanted: MovieFilter, window: Window
    ) -> Page[MovieCard]:
        hits = {
            movie.id: (self._rank(text, movie), movie)
            for movie in self._shown()
            if self._matches(text, movie) and all(answers(self._tables, movie, wanted))
        }
        if len(hits) < FEW and not text.is_short:
            for movie in self._shown():
                spelled = self._spelled(text, movie)
                if spelled and all(answers(self._tables, movie, wanted)):
                    pairs = zip(text.words, spelled.words, strict=True)
                    forgiven = sum(word != other for word, other in pairs)
                    hits.setdefault(movie.id, (self._rank(spelled, movie, forgiven), movie))
        page = ranked_page(hits.values(), window)
        return Page([card_of(self._tables, movie) for movie in page.items], page.next, page.total)

    async def suggest(self, text: SearchText) -> Sequence[Suggestion]:
        hits = [
            (self._rank(text, movie), movie)
            for movie in self._shown()
            if self._matches(text, movie) and in_a_row(text, _of(movie).names)
        ]
        best = ranked_page(hits, PageNumber(page_size=SUGGESTIONS)).items
        return [Suggestion(str(movie.id), movie.title, movie.year) for movie in best]

    def _shown(self) -> Iterator[Movie]:
        return (movie for movie in self._tables.movies.values() if not movie.is_withdrawn)

    def _matches(self, text: SearchText, movie: Movie) -> bool:
        said = _of(movie)
        if text.is_short:
            return f"\n{text.bare}" in f"\n{said.names}"
        return text.is_in(said.words)

    def _spelled(self, text: SearchText, movie: Movie) -> SearchText | None:
        return text.spelled_as(_of(movie).words)

    def _rank(self, text: SearchText, movie: Movie, forgiven: int = 0) -> Rank:
        return rank(
            text,
            _of(movie).names,
            rating_count=self._tables.scores[movie.id].rating_count,
            year=movie.year,
            title=folded(movie.title),
            id_=str(movie.id),
            forgiven=forgiven,
        )


def _of(movie: Movie) -> _Said:
    return _said(movie.names, movie.description)
