from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from itertools import product
from typing import Any, Final

import pytest

from watchlist_core.catalogue import folded
from watchlist_core.ids import AccountId
from watchlist_core.paging import After, ForeignPosition, PageNumber, Position, Total
from watchlist_core.rating import (
    ListOwnRatings,
    OwnRating,
    RatingFilter,
    RatingOrder,
    RatingSort,
    Stars,
)
from watchlist_core.testing.contracts.given import NOON, a_movie, an_account, rated
from watchlist_core.testing.contracts.own import watched, withdrawn
from watchlist_core.testing.contracts.store import PersonalStore
from watchlist_core.testing.contracts.walking import walked

__all__ = ["OwnRatingsContract"]

# Ties in every column, and a year that nobody knows.
_ROWS: Final[list[tuple[str, int | None, int]]] = [
    ("Zulu", 1964, 7),
    ("alien", 1979, 9),
    ("ÁLIEN", 1979, 9),
    ("Alien", None, 2),
    ("Amélie", 2001, 10),
    ("100% Wolf", 2001, 7),
]
_FOUND_BY: Final = {
    "ALI": ["Alien", "alien", "ÁLIEN"],
    "éli": ["Amélie"],
    "%": ["100% Wolf"],
    "0%  wolf ": ["100% Wolf"],
    "_": [],
    "stalker": [],
}
_ORDERS: Final[list[RatingOrder]] = [
    *(RatingOrder([(sort, descending)]) for sort, descending in product(RatingSort, (False, True))),
    RatingOrder([(RatingSort.STARS, True), (RatingSort.YEAR, False), (RatingSort.TITLE, True)]),
]
_FOREIGN: Final[list[tuple[RatingSort, Position]]] = [
    (RatingSort.RATED_AT, ()),
    (RatingSort.RATED_AT, (None, None)),
    (RatingSort.STARS, ("stalker", None)),
    (RatingSort.TITLE, ("stalker",)),
    (RatingSort.YEAR, ("stalker", None)),
]


def _value(rating: OwnRating, sort: RatingSort) -> Any:
    return {
        RatingSort.RATED_AT: (rating.rated_at - NOON) // timedelta(microseconds=1),
        RatingSort.STARS: rating.halves,
        RatingSort.TITLE: folded(rating.title),
        RatingSort.YEAR: rating.year,
    }[sort]


def _in_order(ratings: Sequence[OwnRating], order: RatingOrder) -> list[OwnRating]:
    """Return ratings in an order: sorting keeps the order of what is equal."""
    ratings = sorted(ratings, key=lambda rating: rating.movie)
    for sort, descending in reversed(order.fields):
        valued = [(value, one) for one in ratings if (value := _value(one, sort)) is not None]
        valued.sort(key=lambda pair: pair[0], reverse=descending)
        ratings = [one for _, one in valued] + [r for r in ratings if _value(r, sort) is None]
    return [*ratings]


async def _rater(store: PersonalStore) -> AccountId:
    """Return somebody who has rated all the movies, as somebody else has done as well."""
    rater, other = (await an_account(store)).id, (await an_account(store)).id
    for number, (title, year, halves) in enumerate(_ROWS):
        movie = (await a_movie(store, title, year)).id
        for account in (rater, other):
            await watched(store, account, movie)
            at = NOON + timedelta(microseconds=number // 2)
            await rated(store, account, movie, Stars(halves), at=at)
    return rater


@pytest.mark.asyncio
class OwnRatingsContract:
    """Own ratings are found and sorted, and have one order whichever way they are walked."""

    async def test_pages_by_number_and_by_position_walk_the_same_own_ratings(
        self, store: PersonalStore
    ) -> None:
        rater = await _rater(store)
        all_of_them = await ListOwnRatings(store.own_rating_queries)(rater)

        for order, page_size in product(_ORDERS, (1, 4, 6)):
            browse = partial(store.own_rating_queries.browse, rater, RatingFilter(), order)
            ratings = await walked(browse, len(_ROWS), page_size)

            assert list(ratings) == _in_order(all_of_them.items, order), (order, page_size)

    async def test_own_ratings_are_found_by_any_part_of_the_title_folded(
        self, store: PersonalStore
    ) -> None:
        rater = await _rater(store)
        titles = sorted(title for title, _, _ in _ROWS)
        found_by = _FOUND_BY | {None: titles, "": titles, " ": titles}

        found = {part: await self._titles(store, rater, part) for part in found_by}

        assert found == found_by

    async def _titles(
        self, store: PersonalStore, account: AccountId, part: str | None
    ) -> list[str]:
        page = await ListOwnRatings(store.own_rating_queries)(account, RatingFilter(part))
        assert page.total == Total(len(page.items))
        return sorted(rating.title for rating in page.items)

    async def test_own_ratings_of_withdrawn_movies_stay(self, store: PersonalStore) -> None:
        account, movie = (await an_account(store)).id, (await a_movie(store)).id
        await watched(store, account, movie)
        await rated(store, account, movie, Stars.of(4))

        await withdrawn(store, movie)

        page = await ListOwnRatings(store.own_rating_queries)(account)
        assert [(one.title, one.is_withdrawn) for one in page.items] == [("Stalker", True)]

    async def test_past_the_last_page_of_own_ratings_there_is_nothing(
        self, store: PersonalStore
    ) -> None:
        rater, stranger = await _rater(store), (await an_account(store)).id

        past = await ListOwnRatings(store.own_rating_queries)(rater, window=PageNumber(2))
        empty = await ListOwnRatings(store.own_rating_queries)(stranger)

        assert (list(past.items), past.next, past.total) == ([], None, Total(len(_ROWS)))
        assert (list(empty.items), empty.next, empty.total) == ([], None, Total(0))

    async def test_a_position_of_other_ratings_is_refused(self, store: PersonalStore) -> None:
        rater = await _rater(store)

        for sort, position in _FOREIGN:
            with pytest.raises(ForeignPosition):
                await store.own_rating_queries.browse(
                    rater, RatingFilter(), RatingOrder([(sort, False)]), After(position)
                )
