from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import pytest
from attrs import evolve, fields_dict, frozen
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

__all__ = [
    "Comparison",
    "DrawnMovie",
    "Question",
    "SameListsContract",
    "as_many_as_needed",
    "comparisons",
    "filled",
    "plain",
]

_GENRES: Final = ("Drama", "Comédie", "Sci-Fi")
_UNKNOWN: Final = GenreId(new_id())

# Few letters, so that titles share parts; among them such as FTS5, LIKE and SQL read otherwise,
# and such as sort differently by code point, by UTF-16 and by any language.
_letters: Final = st.sampled_from([*"abAéß \"'%_\\*-я🎬0", "\N{HALFWIDTH WHITE CIRCLE}"])


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
    """What a list is asked for: conditions that one of the movies meets, or just does not.

    Any others would mostly be met by none, and all empty lists are alike.
    """

    about: int
    conditions: Collection[str]
    start: int
    """Of the part of the title."""
    length: int
    """So many letters of it are asked for at most."""
    writing: int
    """How the movie's genre is written: in one of four ways."""
    another_genre: str | None
    """One that is wanted too, whether the movie has it or not."""
    misses: bool
    """Asks for a little more than the movie has, or gives it a little room."""
    order: MovieOrder
    page_size: int

    def wanted(self, movies: Sequence[DrawnMovie], genres: Mapping[str, Genre]) -> MovieFilter:
        one = movies[self.about % len(movies)]
        title, year, score = one.movie.title, one.movie.year or 1979, one.score
        start = self.start % len(title)
        reached = score.halves * 50 // score.rating_count if score.rating_count else 100
        possible: Mapping[str, Any] = {
            "title": title[start : start + self.length].swapcase(),
            "genres": self._genres([genre.name for genre in one.movie.genres], genres),
            "year": year,
            "year_from": year - self.misses,
            "year_to": year + self.misses,
            "rating_from": min(reached + self.misses, 500) / 100,
            "media_type": one.movie.media_type,
        }
        return MovieFilter(**{condition: possible[condition] for condition in self.conditions})

    def _genres(self, names: Sequence[str], genres: Mapping[str, Genre]) -> list[GenreId | str]:
        name = names[0] if names else "Western"
        id_ = genres[name].id if names else _UNKNOWN
        written = (name, name.upper(), f" {folded(name)}", id_)[self.writing]
        return [written, self.another_genre] if self.another_genre else [written]


@frozen
class Comparison:
    movies: Sequence[DrawnMovie]
    questions: Sequence[Question]


def _movie(
    *,
    title: str,
    year: int | None,
    media_type: MediaType,
    genres: Sequence[str],
    rating_count: int,
    thousandths: int,
    microseconds: int,
    is_withdrawn: bool,
) -> DrawnMovie:
    movie = Movie(
        id=MovieId(new_id()),
        title=title,
        year=year,
        runtime=None,
        media_type=media_type,
        description="",
        genres=tuple(Genre(_UNKNOWN, name) for name in genres),
        external_ids=frozenset(),
        created_at=NOON + timedelta(microseconds=microseconds),
    )
    score = Score(rating_count, 2 * rating_count + 8 * rating_count * thousandths // 1000)
    return DrawnMovie(movie, score, is_withdrawn)


# Of one piece each: to put strategies together anew for each example takes longer than all else.
_movies: Final = st.builds(
    _movie,
    title=st.text(_letters, min_size=1, max_size=8).filter(str.strip),
    year=st.sampled_from([None, 1979, 1980, 2001]),
    media_type=st.sampled_from(MediaType),
    genres=st.lists(st.sampled_from(_GENRES), unique=True),
    rating_count=st.sampled_from([0, 1, 2, 3, 3_000, 900_000]),
    thousandths=st.integers(0, 1000),
    microseconds=st.integers(0, 2),
    is_withdrawn=st.sampled_from([False, False, False, True]),
)
_questions: Final = st.builds(
    Question,
    about=st.integers(0, 11),
    conditions=st.sets(st.sampled_from([*fields_dict(MovieFilter)]), max_size=3),
    start=st.integers(0, 7),
    length=st.integers(1, 5),
    writing=st.sampled_from(range(4)),
    another_genre=st.sampled_from([None, None, *_GENRES, "Western"]),
    misses=st.booleans(),
    order=st.lists(
        st.tuples(st.sampled_from(MovieSort), st.booleans()),
        min_size=1,
        max_size=3,
        unique_by=lambda field: field[0],
    ).map(MovieOrder),
    page_size=st.integers(1, 5),
)
comparisons: Final = st.builds(
    Comparison,
    movies=st.lists(_movies, min_size=4, max_size=12),
    questions=st.lists(_questions, min_size=4, max_size=12),
)


async def filled(store: Store, drawn: Sequence[DrawnMovie], genres: Iterable[Genre]) -> None:
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


async def _genres(store: Store) -> Mapping[str, Genre]:
    """Return the genres as the store has them, so that another can have the same."""
    async with store.begin() as work:
        genres = await work.genres.add([Genre(GenreId(new_id()), name) for name in _GENRES])
        await work.commit()
    return genres


def plain(page: Page[MovieCard]) -> object:
    """Return *page* so that sequences of different kinds compare equal."""
    cards = [evolve(card, genres=list(card.genres)) for card in page.items]
    return cards, page.next, page.total


as_many_as_needed: Final = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,  # what an example leaves is withdrawn by the next
        HealthCheck.differing_executors,  # each store has a class of its own
        HealthCheck.too_slow,
    ],
)


@pytest.mark.asyncio
class SameListsContract:
    """Whatever is asked for: each list is the one that the store in memory shows."""

    @as_many_as_needed
    @given(comparison=comparisons)
    async def test_each_list_is_that_of_the_store_in_memory(
        self, store: Store, comparison: Comparison
    ) -> None:
        memory = MemoryStore()
        genres = await _genres(store)
        for one in (store, memory):
            await filled(one, comparison.movies, genres.values())

        for question in comparison.questions:
            wanted = question.wanted(comparison.movies, genres)
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
        assert plain(shown) == plain(expected)
        if not expected.next:
            return None
        by_position = After(expected.next, window.page_size)
        if isinstance(window, After):
            return by_position
        await self._assert_same(store, memory, wanted, order, by_position)
        return evolve(window, page=window.page + 1)
