from collections.abc import Sequence
from typing import Final

import pytest
from attrs import evolve, frozen
from hypothesis import given
from hypothesis import strategies as st

from watchlist_core.catalogue import (
    MediaType,
    Movie,
    MovieFilter,
    SearchText,
    folded,
)
from watchlist_core.ids import MovieId
from watchlist_core.paging import After, PageNumber, Window
from watchlist_core.rating import Score
from watchlist_core.testing.contracts.given import NOON, new_id
from watchlist_core.testing.contracts.same_lists import (
    DrawnMovie,
    as_many_as_needed,
    filled,
    plain,
)
from watchlist_core.testing.contracts.store import Store
from watchlist_core.testing.memory import MemoryStore

__all__ = ["SameHitsContract", "Search", "Searches", "searches"]

# Few, so that movies share them, and some that are one mistake away from others, or are written
# otherwise; among them such as FTS5 and PostgreSQL read otherwise.
_words: Final = st.sampled_from(
    [
        *("the", "la", "a", "of", "and", "OR", "not", "near", "&", "2", "2001", "E.T.", "🎬"),
        *("Alien", "aliens", "alein", "Alines", "matrix", "matrice", "mat", "M", "x", "x-men"),
        *("Été", "ete", "L'été", "été's", "it's", "七", "七人", "カ", "ガ", "ไทย", "я", "москва"),
        *("москвы", "alien*", '"quoted"', "col:umn", "back\\slash", "per%cent", "(", "%", "''"),
    ]
)
_texts: Final = st.lists(_words, min_size=1, max_size=4).map(" ".join)
_names: Final = _texts.filter(lambda text: bool(folded(text)))


@frozen
class Search:
    """A text made of what one of the movies says, or of anything."""

    about: int
    other: str
    """What is searched for where nothing else is."""
    is_other: bool
    is_turned: bool
    """Whether the words stand in the opposite order."""
    length: int
    """So much of the last word was typed."""
    mistaken: int
    """This letter is missing, or one too many where it is negative."""
    year: int | None
    page_size: int

    def text(self, movies: Sequence[DrawnMovie]) -> str:
        movie = movies[self.about % len(movies)].movie
        said = [*movie.names, movie.description, f"{movie.title} {movie.description}"]
        text = self.other if self.is_other else said[self.length % len(said)] or self.other
        words = text.split()[:: -1 if self.is_turned else 1]
        words[-1] = words[-1][: self.length + 1]
        text = " ".join(words)
        at = self.mistaken % len(text)
        return f"{text[:at]}{'n' * (self.mistaken < 0)}{text[at + (0 < self.mistaken < 9) :]}"


@frozen
class Searches:
    movies: Sequence[DrawnMovie]
    searches: Sequence[Search]


def _movie(
    *,
    title: str,
    names: Sequence[str],
    has_original: bool,
    description: str,
    year: int | None,
    rating_count: int,
    is_withdrawn: bool,
) -> DrawnMovie:
    movie = Movie(
        id=MovieId(new_id()),
        title=title,
        original_title=names[0] if names and has_original else None,
        alternative_titles=tuple(names[has_original:]),
        year=year,
        runtime=None,
        media_type=MediaType.MOVIE,
        description=description,
        genres=(),
        external_ids=frozenset(),
        created_at=NOON,
    )
    return DrawnMovie(movie, Score(rating_count, 8 * rating_count), is_withdrawn)


# Of one piece each, as in the lists.
_movies: Final = st.builds(
    _movie,
    title=_names,
    names=st.lists(_names, max_size=2),
    has_original=st.booleans(),
    description=st.one_of(st.just(""), _texts),
    year=st.sampled_from([None, 1979, 1980]),
    rating_count=st.sampled_from([0, 0, 1, 2, 3, 900]),
    is_withdrawn=st.sampled_from([False, False, False, True]),
)
_searches: Final = st.builds(
    Search,
    about=st.integers(0, 29),
    other=_texts,
    is_other=st.booleans(),
    is_turned=st.booleans(),
    length=st.integers(0, 9),
    mistaken=st.integers(-9, 40),
    year=st.sampled_from([None, None, None, 1979]),
    page_size=st.integers(1, 6),
)
searches: Final = st.builds(
    Searches,
    movies=st.lists(_movies, min_size=4, max_size=30),
    searches=st.lists(_searches, min_size=4, max_size=12),
)


@pytest.mark.asyncio
class SameHitsContract:
    """Whatever is searched for: the hits and the suggestions are those of the store in memory."""

    @as_many_as_needed
    @given(drawn=searches)
    async def test_each_search_finds_what_the_store_in_memory_finds(
        self, store: Store, drawn: Searches
    ) -> None:
        memory = MemoryStore()
        for one in (store, memory):
            await filled(one, drawn.movies, [])

        for search in drawn.searches:
            text = SearchText.of(search.text(drawn.movies))
            if text is not None:
                wanted = MovieFilter(year=search.year)
                await self._assert_same_hits(store, memory, text, wanted, search.page_size)
                expected = await memory.movie_search.suggest(text)
                assert list(await store.movie_search.suggest(text)) == list(expected)

    async def _assert_same_hits(
        self, store: Store, memory: Store, text: SearchText, wanted: MovieFilter, page_size: int
    ) -> None:
        windows: list[Window] = [PageNumber(page_size=page_size)]
        for window in windows:
            expected = await memory.movie_search.search(text, wanted, window)
            found = await store.movie_search.search(text, wanted, window)
            assert plain(found) == plain(expected)
            if expected.next and isinstance(window, PageNumber):
                windows += After(expected.next, page_size), evolve(window, page=window.page + 1)
