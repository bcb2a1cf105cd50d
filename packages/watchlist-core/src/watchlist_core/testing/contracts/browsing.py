from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction
from itertools import product
from typing import Final

import pytest
from attrs import evolve, frozen

from watchlist_core.catalogue import (
    Movie,
    MovieCard,
    MovieFilter,
    MovieOrder,
    MovieSort,
    folded,
)
from watchlist_core.paging import After, ForeignPosition, PageNumber, Position, Total
from watchlist_core.rating import Score, Stars
from watchlist_core.testing.contracts.filtering import FilteringContract
from watchlist_core.testing.contracts.given import (
    NOON,
    a_movie,
    a_viewer,
    rated,
    scored,
    unsaved_movie,
    viewers,
)
from watchlist_core.testing.contracts.same_lists import SameListsContract
from watchlist_core.testing.contracts.store import Store

__all__ = ["BrowsingContract"]

# Ties in every column, years that nobody knows, ratings in half-stars of which averages come that
# are equal, and different ones that are rounded alike, and titles whose order differs by code
# point, by letter and by UTF-16.
_ROWS: Final[list[tuple[str, int | None, list[int]]]] = [
    ("Zulu", 1964, []),
    ("alien", 1979, [9, 8]),
    ("ÁLIEN", 1979, []),
    ("Alien", None, [10]),
    ("Amélie", 2001, []),
    ("Ödipussi", None, []),
    ("Oz", 1979, [8]),
    ("Łódź", 1994, []),
    ("9", 2009, [7, 10]),
    ("\N{REPLACEMENT CHARACTER}", None, []),
    ("\N{CLAPPER BOARD}", 1979, [8] * 3),
    ("[REC]", 2007, [2, 10]),
]
# Averages that are rounded alike, of which the last two are the same.
_CLOSE: Final = [
    ("first", Score(300_000, 2_000_001)),
    ("second", Score(600_000, 4_000_001)),
    ("third", Score(900_000, 6_000_001)),
    ("last", Score(3, 20)),
    ("last", Score(300_000, 2_000_000)),
]

_TITLES: Final = [
    "Amélie",
    "Stalker",
    "100% Wolf",
    "Snake_Eyes",
    "It's a Wonderful Life",
    'He Said "No"',
    "C:\\Dos",
    "千と千尋の神隠し",
]
_FOUND_BY: Final = {
    "amel": ["Amélie"],
    "ÉLI": ["Amélie"],
    "k": ["Snake_Eyes", "Stalker"],
    "al": ["Stalker"],
    "0%": ["100% Wolf"],
    "%": ["100% Wolf"],
    "_": ["Snake_Eyes"],
    "t's": ["It's a Wonderful Life"],
    '"no"': ['He Said "No"'],
    "\\": ["C:\\Dos"],
    "  a   wonderful ": ["It's a Wonderful Life"],
    "千尋": ["千と千尋の神隠し"],
    "stalk*": [],
    "stalker OR amelie": [],
    "' OR 1=1 --": [],
    "solaris": [],
}

_ONE_FIELD: Final = [
    MovieOrder([(sort, descending)]) for sort, descending in product(MovieSort, (False, True))
]
_SEVERAL_FIELDS: Final = [
    MovieOrder([(MovieSort.YEAR, first), (second, third)])
    for first, second, third in product(
        (False, True), (MovieSort.TITLE, MovieSort.RATING_COUNT), (False, True)
    )
] + [
    MovieOrder([(MovieSort.RATING_COUNT, True), (MovieSort.YEAR, True), (MovieSort.TITLE, False)]),
    MovieOrder(
        [(MovieSort.RATING_COUNT, False), (MovieSort.YEAR, False), (MovieSort.CREATED_AT, True)]
    ),
]
# One item, pages that end with the list, and pages that do not.
_PAGE_SIZES: Final = [1, 4, 5]
_FOREIGN: Final[list[tuple[MovieSort, Position]]] = [
    (MovieSort.TITLE, ()),
    (MovieSort.TITLE, ("stalker",)),
    (MovieSort.TITLE, ("stalker", "stalker", "stalker")),
    (MovieSort.TITLE, (None, None)),
    (MovieSort.TITLE, (1979, None)),
    (MovieSort.YEAR, ("stalker", None)),
    (MovieSort.AVERAGE_RATING, ("stalker", None)),
    (MovieSort.AVERAGE_RATING, ("9/0", None)),
    (MovieSort.AVERAGE_RATING, (4, None)),
    (MovieSort.RATING_COUNT, (None, None)),
    (MovieSort.CREATED_AT, (None, None)),
]


@frozen
class _Row:
    movie: Movie
    halves: Sequence[int]

    def value(self, sort: MovieSort) -> str | Fraction | int | None:
        return {
            MovieSort.TITLE: folded(self.movie.title),
            MovieSort.YEAR: self.movie.year,
            MovieSort.AVERAGE_RATING: (
                Fraction(sum(self.halves), len(self.halves)) if self.halves else None
            ),
            MovieSort.RATING_COUNT: len(self.halves),
            MovieSort.CREATED_AT: (self.movie.created_at - NOON) // timedelta(microseconds=1),
        }[sort]


async def _catalogue(store: Store) -> list[_Row]:
    """Fill the store and return what is in it, by id."""
    rows = [
        _Row(
            evolve(
                unsaved_movie(title),
                year=year,
                created_at=NOON + timedelta(microseconds=number // 2),
            ),
            halves,
        )
        for number, (title, year, halves) in enumerate(_ROWS)
    ]
    async with store.begin() as work:
        await work.movies.add([row.movie for row in rows])
        await work.commit()
    for row in rows:
        crowd = await viewers(store, row.movie.id, len(row.halves))
        for viewer, halves in zip(crowd, row.halves, strict=True):
            await rated(store, viewer, row.movie.id, Stars(halves))
    return sorted(rows, key=lambda row: row.movie.id)


def _in_order(rows: Sequence[_Row], order: MovieOrder) -> list[str]:
    """Return the ids of rows that are sorted by id: sorting keeps the order of what is equal."""
    for sort, descending in reversed(order.fields):
        valued = [(value, row) for row in rows if (value := row.value(sort)) is not None]
        valued.sort(key=lambda pair: pair[0], reverse=descending)
        rows = [row for _, row in valued] + [row for row in rows if row.value(sort) is None]
    return [str(row.movie.id) for row in rows]


async def _titles(store: Store, title: str | None) -> list[str]:
    page = await store.movie_queries.browse(MovieFilter(title), MovieOrder(), PageNumber())
    assert page.total == Total(len(page.items))
    return [card.title for card in page.items]


@pytest.mark.asyncio
class BrowsingContract(FilteringContract, SameListsContract):
    """Lists have one order, whichever way they are walked."""

    @pytest.mark.parametrize(
        "orders", [_ONE_FIELD, _SEVERAL_FIELDS], ids=["one field", "several fields"]
    )
    async def test_pages_by_number_and_by_position_walk_the_same_list(
        self, store: Store, orders: Sequence[MovieOrder]
    ) -> None:
        rows = await _catalogue(store)

        for order, page_size in product(orders, _PAGE_SIZES):
            by_number = await self._walk_by_number(store, order, page_size)
            by_position = await self._walk_by_position(store, order, page_size)

            assert by_number == _in_order(rows, order), (order, page_size)
            assert by_position == by_number, (order, page_size)

    async def _walk_by_number(self, store: Store, order: MovieOrder, page_size: int) -> list[str]:
        ids: list[str] = []
        for number in range(1, len(_ROWS) // page_size + 2):
            window = PageNumber(number, page_size)
            page = await store.movie_queries.browse(MovieFilter(), order, window)
            ids += [card.id for card in page.items]
            assert page.total == Total(len(_ROWS))
            assert (page.next is None) == (len(ids) == len(_ROWS))
        return ids

    async def _walk_by_position(self, store: Store, order: MovieOrder, page_size: int) -> list[str]:
        window = PageNumber(page_size=page_size)
        page = await store.movie_queries.browse(MovieFilter(), order, window)
        ids = [card.id for card in page.items]
        while page.next is not None:
            after = After(page.next, page_size)
            page = await store.movie_queries.browse(MovieFilter(), order, after)
            ids += [card.id for card in page.items]
            assert page.total is None
            assert (page.next is None) == (len(ids) >= len(_ROWS))
        return ids

    async def test_averages_are_told_apart_however_close_they_are(self, store: Store) -> None:
        for title, score in _CLOSE[::-1]:
            await scored(store, (await a_movie(store, title)).id, score)
        order = MovieOrder([(MovieSort.AVERAGE_RATING, True)])

        shown = await store.movie_queries.browse(MovieFilter(), order, PageNumber())
        after = [await store.movie_queries.browse(MovieFilter(), order, PageNumber(page_size=4))]
        while (position := after[-1].next) is not None:
            window = After(position, page_size=1)
            after.append(await store.movie_queries.browse(MovieFilter(), order, window))

        assert [card.title for card in shown.items] == [title for title, _ in _CLOSE]
        assert [card.title for page in after for card in page.items] == [
            title for title, _ in _CLOSE
        ]

    async def test_a_card_tells_what_a_list_shows(self, store: Store) -> None:
        movie = await a_movie(store, "Amélie", 2001, genres=["Romance", "Comedy"])
        viewer = await a_viewer(store, movie.id)
        await rated(store, viewer, movie.id, Stars.of(4.5))

        page = await store.movie_queries.browse(MovieFilter(), MovieOrder(), PageNumber())

        (card,) = page.items
        assert evolve(card, genres=list(card.genres)) == MovieCard(
            id=str(movie.id),
            title="Amélie",
            year=2001,
            media_type="movie",
            genres=["Romance", "Comedy"],
            score=Score(1, 9),
        )

    async def test_an_empty_catalogue_is_an_empty_page(self, store: Store) -> None:
        page = await store.movie_queries.browse(MovieFilter(), MovieOrder(), PageNumber())

        assert (list(page.items), page.next, page.total) == ([], None, Total(0))

    async def test_past_the_last_page_there_is_nothing(self, store: Store) -> None:
        await a_movie(store)

        page = await store.movie_queries.browse(MovieFilter(), MovieOrder(), PageNumber(500))

        assert (list(page.items), page.next, page.total) == ([], None, Total(1))

    async def test_a_movie_added_meanwhile_neither_repeats_nor_hides_another(
        self, store: Store
    ) -> None:
        for title in ("B", "D", "F"):
            await a_movie(store, title)
        window = PageNumber(page_size=2)
        first = await store.movie_queries.browse(MovieFilter(), MovieOrder(), window)

        await a_movie(store, "A")
        await a_movie(store, "E")
        rest = await store.movie_queries.browse(
            MovieFilter(), MovieOrder(), After(first.next or ())
        )

        assert [card.title for card in first.items] == ["B", "D"]
        assert [card.title for card in rest.items] == ["E", "F"]

    async def test_readers_list_what_is_committed(self, store: Store) -> None:
        movie = unsaved_movie("Stalker")

        async with store.begin() as work:
            await work.movies.add([movie])
            before = await _titles(store, None)
            await work.commit()

        assert (before, await _titles(store, None)) == ([], ["Stalker"])

    async def test_a_title_is_found_by_any_part_of_it_folded(self, store: Store) -> None:
        for title in _TITLES:
            await a_movie(store, title)

        found = {part: await _titles(store, part) for part in _FOUND_BY}

        assert found == _FOUND_BY

    async def test_a_blank_title_is_no_filter(self, store: Store) -> None:
        for title in _TITLES:
            await a_movie(store, title)

        found = [sorted(await _titles(store, blank)) for blank in (None, "", "  ")]

        assert found == [sorted(_TITLES)] * 3

    async def test_a_filtered_list_is_walked_like_any_other(self, store: Store) -> None:
        for title in ("Alien", "Brazil", "Aliens", "Solaris", "Alien 3"):
            await a_movie(store, title)
        wanted, titles = MovieFilter("ALIEN"), []

        page = await store.movie_queries.browse(wanted, MovieOrder(), PageNumber(page_size=1))
        total = page.total
        titles += [card.title for card in page.items]
        while page.next is not None:
            after = After(page.next, page_size=1)
            page = await store.movie_queries.browse(wanted, MovieOrder(), after)
            titles += [card.title for card in page.items]

        assert (titles, total) == (["Alien", "Alien 3", "Aliens"], Total(3))

    async def test_a_position_of_another_list_is_refused(self, store: Store) -> None:
        await a_movie(store)

        for sort, position in _FOREIGN:
            with pytest.raises(ForeignPosition):
                await store.movie_queries.browse(
                    MovieFilter(), MovieOrder([(sort, False)]), After(position)
                )
