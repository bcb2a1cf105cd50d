from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import pytest
from attrs import evolve, frozen
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watchlist_core.catalogue import (
    Genre,
    MediaType,
    Movie,
    MovieCard,
    MovieFilter,
    MovieOrder,
    MovieSort,
    folded,
)
from watchlist_core.ids import GenreId, MovieId
from watchlist_core.paging import After, Page, PageNumber, Window
from watchlist_core.rating import Rating, Score, Stars
from watchlist_core.testing.contracts.given import NOON, new_id, unsaved_account
from watchlist_core.testing.contracts.store import Store
from watchlist_core.testing.memory import MemoryStore

__all__ = ["Comparison", "DrawnMovie", "Question", "SameListsContract", "comparisons"]

_GENRES: Final = ("Drama", "Comédie", "Sci-Fi")
_UNKNOWN: Final = GenreId(new_id())

# Few letters, so that titles share parts; among them such as FTS5, LIKE and SQL read otherwise,
# and such as sort differently by code point, by UTF-16 and by any language.
_letters: Final = st.sampled_from([*"abAéß \"'%_\\*-я🎬0", "\N{HALFWIDTH WHITE CIRCLE}"])
_years: Final = st.sampled_from([1979, 1980, 2001])
_rating_counts: Final = st.one_of(st.integers(0, 3), st.sampled_from([3_000, 900_000]))


@frozen
class DrawnMovie:
    movie: Movie
    """Its genres are not those of any store yet."""
    score: Score
    is_withdrawn: bool

    def with_genres(self, genres: Mapping[str, Genre]) -> Movie:
        return evolve(self.movie, genres=tuple(genres[one.name] for one in self.movie.genres))


@frozen
class Question:
    """What a list can be asked for."""

    wanted: MovieFilter
    genre_number: int | None
    """Of a genre that is wanted by its id, which is not known yet."""
    order: MovieOrder
    page_size: int

    def with_ids(self, genres: Sequence[Genre]) -> MovieFilter:
        if self.genre_number is None:
            return self.wanted
        return evolve(self.wanted, genres=(*self.wanted.genres, genres[self.genre_number].id))


@frozen
class Comparison:
    movies: Sequence[DrawnMovie]
    questions: Sequence[Question]


@st.composite
def _movies(draw: st.DrawFn) -> DrawnMovie:
    count = draw(_rating_counts)
    genres = draw(st.lists(st.sampled_from(_GENRES), unique=True))
    movie = Movie(
        id=MovieId(new_id()),
        title=draw(st.text(_letters, min_size=1, max_size=8).filter(str.strip)),
        year=draw(st.none() | _years),
        runtime=None,
        media_type=draw(st.sampled_from(MediaType)),
        description="",
        genres=tuple(Genre(_UNKNOWN, name) for name in genres),
        external_ids=frozenset(),
        created_at=NOON + timedelta(microseconds=draw(st.integers(0, 2))),
    )
    score = Score(count, draw(st.integers(2 * count, 10 * count)))
    return DrawnMovie(movie, score, is_withdrawn=draw(st.integers(0, 5)) == 0)


@st.composite
def _filters(draw: st.DrawFn, movies: Sequence[DrawnMovie]) -> MovieFilter:
    """Draw conditions that one of the movies meets, or just does not.

    Any others would mostly be met by none, and all empty lists are alike.
    """
    one = draw(st.sampled_from(movies))
    title, year, score = one.movie.title, one.movie.year or 1979, one.score
    start = draw(st.integers(0, len(title) - 1))
    names = [genre.name for genre in one.movie.genres] or ["Western"]
    written: list[GenreId | str] = [*names, *map(str.upper, names), f" {folded(names[0])}"]
    reached = score.halves * 50 // score.rating_count if score.rating_count else 100
    conditions: Mapping[str, st.SearchStrategy[Any]] = {
        "title": st.sampled_from([title[start : start + 2].swapcase(), "ab", "%", " "]),
        "genres": st.lists(st.sampled_from([*written, *_GENRES, _UNKNOWN]), min_size=1, max_size=2),
        "year": st.just(year),
        "year_from": st.sampled_from([year, year - 1]),
        "year_to": st.sampled_from([year, year + 1]),
        "rating_from": st.integers(reached, reached + 1).map(lambda number: min(number, 500) / 100),
        "media_type": st.just(one.movie.media_type),
    }
    members = draw(st.sets(st.sampled_from([*conditions]), max_size=3))
    return MovieFilter(**{member: draw(conditions[member]) for member in sorted(members)})


_orders: Final = st.lists(
    st.tuples(st.sampled_from(MovieSort), st.booleans()),
    min_size=1,
    max_size=3,
    unique_by=lambda field: field[0],
).map(MovieOrder)


@st.composite
def _questions(draw: st.DrawFn, movies: Sequence[DrawnMovie]) -> Question:
    wanted = draw(_filters(movies))
    number = draw(st.integers(0, len(_GENRES) - 1)) if draw(st.integers(0, 3)) == 0 else None
    return Question(wanted, number, draw(_orders), page_size=draw(st.integers(1, 5)))


@st.composite
def _comparisons(draw: st.DrawFn) -> Comparison:
    movies = draw(st.lists(_movies(), min_size=3, max_size=12))
    return Comparison(movies, draw(st.lists(_questions(movies), min_size=2, max_size=5)))


comparisons: Final = _comparisons()


async def _filled(store: Store, drawn: Sequence[DrawnMovie], genres: Iterable[Genre]) -> None:
    """Put movies into the store, and withdraw those that are there already."""
    before = await store.movie_queries.browse(MovieFilter(), MovieOrder(), PageNumber(1, 100))
    viewer = unsaved_account()
    async with store.begin() as work:
        for card in before.items:
            movie = await work.movies.hold(MovieId(UUID(card.id)))
            await work.movies.save(movie.withdrawn())
        await work.accounts.add(viewer)
        by_name = await work.genres.add([*genres])
        await work.movies.add([one.with_genres(by_name) for one in drawn])
        for one in drawn:
            if one.score.rating_count:
                await work.ratings.hold_score(one.movie.id)
                rating = Rating(viewer.id, one.movie.id, Stars(8), NOON)
                await work.ratings.save(rating, one.score)
            if one.is_withdrawn:
                movie = await work.movies.hold(one.movie.id)
                await work.movies.save(movie.withdrawn())
        await work.commit()


async def _genres(store: Store) -> Sequence[Genre]:
    """Return the genres as the store has them, so that another can have the same."""
    async with store.begin() as work:
        genres = await work.genres.add([Genre(GenreId(new_id()), name) for name in _GENRES])
        await work.commit()
    return [genres[name] for name in _GENRES]


def _plain(page: Page[MovieCard]) -> object:
    """Return *page* so that sequences of different kinds compare equal."""
    cards = [evolve(card, genres=list(card.genres)) for card in page.items]
    return cards, page.next, page.total


@pytest.mark.asyncio
class SameListsContract:
    """Whatever is asked for: each list is the one that the store in memory shows."""

    @settings(
        max_examples=50,
        deadline=None,
        suppress_health_check=[
            HealthCheck.function_scoped_fixture,  # what an example leaves is withdrawn by the next
            HealthCheck.differing_executors,  # each store has a class of its own
            HealthCheck.too_slow,
        ],
    )
    @given(comparison=comparisons)
    async def test_each_list_is_that_of_the_store_in_memory(
        self, store: Store, comparison: Comparison
    ) -> None:
        memory = MemoryStore()
        genres = await _genres(store)
        for one in (store, memory):
            await _filled(one, comparison.movies, genres)

        for question in comparison.questions:
            wanted = question.with_ids(genres)
            window: Window | None = PageNumber(page_size=question.page_size)
            while window is not None:
                window = await self._assert_same(store, memory, wanted, question.order, window)

    async def _assert_same(
        self,
        store: Store,
        memory: Store,
        wanted: MovieFilter,
        order: MovieOrder,
        window: Window,
    ) -> Window | None:
        """Compare a page by number, or by position, and tell which one is to be compared next."""
        expected = await memory.movie_queries.browse(wanted, order, window)
        shown = await store.movie_queries.browse(wanted, order, window)
        assert _plain(shown) == _plain(expected)
        if not expected.next:
            return None
        by_position = After(expected.next, window.page_size)
        if isinstance(window, After):
            return by_position
        await self._assert_same(store, memory, wanted, order, by_position)
        return evolve(window, page=window.page + 1)
