"""In whichever way the movies of a page are found: they are the same, in the same order."""

from collections.abc import Sequence
from itertools import product

import pytest
from attrs import define, field

from watchlist_core.catalogue import (
    MediaType,
    MovieFilter,
    MovieOrder,
    MovieSort,
    WithdrawMovie,
)
from watchlist_core.paging import After, PageNumber
from watchlist_core.rating import Score
from watchlist_core.testing.contracts import Store, a_movie, scored
from watchlist_sql.catalogue import SqlMovieQueries
from watchlist_sql.catalogue.choosing import Way, fewest_rows
from watchlist_sql.catalogue.sources import Found
from watchlist_sql.database import Database
from watchlist_sql.store import SqlStore

WANTED = [
    MovieFilter(genres=["Drama"]),
    MovieFilter(genres=["Drama", "Horror"]),
    MovieFilter(genres=["Drama"], year=1979),
    MovieFilter(genres=["Horror", "Drama"], year=1979, rating_from=2.5),
    MovieFilter(genres=["Drama"], year_from=1979, year_to=1980),
    MovieFilter(year=1979, media_type=MediaType.MOVIE),
    MovieFilter(rating_from=2.5, year_to=1980),
    MovieFilter("alie", genres=["Drama"]),
]
ORDERS = [
    *(MovieOrder([one]) for one in product(MovieSort, (False, True))),
    MovieOrder([(MovieSort.TITLE, True), (MovieSort.YEAR, True), (MovieSort.RATING_COUNT, False)]),
]
PAGE_SIZE = 4


@define
class OneWay:
    """Takes the same way wherever it leads to the list, and notes how often it did."""

    found: Found
    times: int = field(default=0, init=False)

    def __call__(self, ways: Sequence[Way]) -> Way:
        wanted = [way for way in ways if way.found is self.found]
        self.times += len(wanted)
        return wanted[0] if wanted else fewest_rows(ways)


async def fill(store: Store) -> None:
    for number in range(30):
        movie = await a_movie(
            store,
            f"Alien {number * 7 % 12:02}",
            1979 + number % 3 if number % 5 else None,
            genres=["Drama", "Horror", "War"][number % 2 : 1 + number % 4],
        )
        if count := number % 4:
            await scored(store, movie.id, Score(count, 2 * count + number % 9))
        if number % 11 == 0:
            await WithdrawMovie(store.begin)(movie.id)


async def walked(
    queries: SqlMovieQueries, wanted: MovieFilter, order: MovieOrder
) -> tuple[list[str], list[str]]:
    """Return the ids of a whole list, read by number and by position."""
    page = await queries.browse(wanted, order, PageNumber(page_size=PAGE_SIZE))
    by_number = [card.id for card in page.items]
    by_position, number = list(by_number), 1
    while page.next:
        after = await queries.browse(wanted, order, After(page.next, PAGE_SIZE))
        by_position += [card.id for card in after.items]
        number += 1
        page = await queries.browse(wanted, order, PageNumber(number, PAGE_SIZE))
        by_number += [card.id for card in page.items]
    return by_number, by_position


@pytest.mark.parametrize("found", Found)
async def test_pages_do_not_depend_on_the_way_to_them(database: Database, found: Found) -> None:
    await fill(SqlStore(database))
    one_way = OneWay(found)
    on_the_way = SqlMovieQueries(database, OneWay(Found.ON_THE_WAY))
    taken = SqlMovieQueries(database, one_way)

    for wanted, order in product(WANTED, ORDERS):
        expected, _ = await walked(on_the_way, wanted, order)
        shown = await walked(taken, wanted, order)

        assert shown == (expected, expected), (wanted, order)
        assert expected
    assert one_way.times > len(ORDERS)
