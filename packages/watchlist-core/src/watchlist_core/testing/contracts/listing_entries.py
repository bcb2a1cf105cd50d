from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from itertools import product
from typing import Any, Final

import pytest
from attrs import evolve

from watchlist_core.catalogue import MediaType, folded
from watchlist_core.ids import MovieId
from watchlist_core.paging import After, ForeignPosition, PageNumber, Position, Total
from watchlist_core.testing.contracts.given import NOON, a_movie, an_account
from watchlist_core.testing.contracts.own import a_title, listed, watchlist_of
from watchlist_core.testing.contracts.store import PersonalStore
from watchlist_core.testing.contracts.walking import walked
from watchlist_core.watching import (
    LATEST_ADDED,
    EntryCard,
    EntryFilter,
    EntryOrder,
    EntrySort,
    EntryStatus,
    FreeTitle,
)

__all__ = ["EntryListsContract"]

_STATUSES: Final = [*EntryStatus]
# Movies and free titles with ties in every column, and years that nobody knows.
_ROWS: Final[list[tuple[str, int | None, bool]]] = [
    ("Zulu", 1964, True),
    ("alien", 1979, False),
    ("ÁLIEN", 1979, True),
    ("Alien", None, False),
    ("Amélie", 2001, True),
    ("Ödipussi", None, True),
    ("Oz", 1979, False),
    ("Łódź", 1994, False),
    ("\N{CLAPPER BOARD}", 1979, True),
]
_TITLES: Final = ["Amélie", "Stalker", "100% Wolf", "Snake_Eyes", "C:\\Dos", "千と千尋の神隠し"]
_FOUND_BY: Final = {
    "amel": ["Amélie"],
    "ÉLI": ["Amélie"],
    "k": ["Snake_Eyes", "Stalker"],
    "0%": ["100% Wolf"],
    "%": ["100% Wolf"],
    "_": ["Snake_Eyes"],
    "\\": ["C:\\Dos"],
    " 100%   wolf ": ["100% Wolf"],
    "千尋": ["千と千尋の神隠し"],
    "' OR 1=1 --": [],
    "solaris": [],
}
_ORDERS: Final[list[EntryOrder]] = [
    *(EntryOrder([(sort, descending)]) for sort, descending in product(EntrySort, (False, True))),
    EntryOrder([(EntrySort.YEAR, False), (EntrySort.TITLE, True)]),
    EntryOrder([(EntrySort.STATUS, True), (EntrySort.YEAR, True), (EntrySort.TITLE, False)]),
]
_FOREIGN: Final[list[tuple[EntrySort, Position]]] = [
    (EntrySort.TITLE, ()),
    (EntrySort.TITLE, ("stalker",)),
    (EntrySort.TITLE, (None, None)),
    (EntrySort.YEAR, ("stalker", None)),
    (EntrySort.STATUS, (None, None)),
    (EntrySort.ADDED_AT, (None, None)),
]


def _value(card: EntryCard, sort: EntrySort) -> Any:
    return {
        EntrySort.ADDED_AT: (card.added_at - NOON) // timedelta(microseconds=1),
        EntrySort.TITLE: folded(card.title),
        EntrySort.YEAR: card.year,
        EntrySort.STATUS: _STATUSES.index(EntryStatus(card.status)),
    }[sort]


def _in_order(cards: Sequence[EntryCard], order: EntryOrder) -> list[str]:
    """Return the ids of entries in an order: sorting keeps the order of what is equal."""
    cards = sorted(cards, key=lambda card: card.id)
    for sort, descending in reversed(order.fields):
        valued = [(value, card) for card in cards if (value := _value(card, sort)) is not None]
        valued.sort(key=lambda pair: pair[0], reverse=descending)
        cards = [card for _, card in valued] + [c for c in cards if _value(c, sort) is None]
    return [card.id for card in cards]


@pytest.mark.asyncio
class EntryListsContract:
    """Watchlists are filtered and sorted, and have one order whichever way they are walked."""

    async def test_pages_by_number_and_by_position_walk_the_same_watchlist(
        self, store: PersonalStore
    ) -> None:
        account, other = (await an_account(store)).id, (await an_account(store)).id
        for number, (title, year, is_free) in enumerate(_ROWS):
            about: MovieId | FreeTitle = a_title(title, year)
            if not is_free:
                about = (await a_movie(store, title, year)).id
                await listed(store, other, about)
            status, at = _STATUSES[number % 5], NOON + timedelta(microseconds=number // 2)
            await listed(store, account, about, status, at=at)
        all_of_them = await store.entry_queries.browse(
            account, EntryFilter(), LATEST_ADDED, PageNumber()
        )

        for order, page_size in product(_ORDERS, (1, 4, 9)):
            browse = partial(store.entry_queries.browse, account, EntryFilter(), order)
            cards = await walked(browse, len(_ROWS), page_size)

            ids = [card.id for card in cards]
            assert ids == _in_order(all_of_them.items, order), (order, page_size)

    async def test_entries_are_found_by_all_that_is_asked_for(self, store: PersonalStore) -> None:
        account = (await an_account(store)).id
        await listed(store, account, (await a_movie(store, "Stalker")).id, EntryStatus.DROPPED)
        await listed(store, account, a_title("The Kingdom"), EntryStatus.DROPPED)
        await listed(store, account, a_title("Heimat"))
        film = evolve(a_title("Solaris"), media_type=MediaType.MOVIE)
        await listed(store, account, film, EntryStatus.ON_HOLD)
        series, dropped = MediaType.SERIES, EntryStatus.DROPPED
        found_by = {
            EntryFilter(): ["Heimat", "Solaris", "Stalker", "The Kingdom"],
            EntryFilter(status=dropped): ["Stalker", "The Kingdom"],
            EntryFilter(status=EntryStatus.ON_HOLD): ["Solaris"],
            EntryFilter(status=EntryStatus.WATCHED): [],
            EntryFilter(media_type=series): ["Heimat", "The Kingdom"],
            EntryFilter(media_type=MediaType.MOVIE): ["Solaris", "Stalker"],
            EntryFilter(title="S"): ["Solaris", "Stalker"],
            EntryFilter(title="s", status=dropped): ["Stalker"],
            EntryFilter(dropped, series, "k"): ["The Kingdom"],
            EntryFilter(dropped, series, "st"): [],
        }

        found = {
            wanted: sorted(title for title, _ in await watchlist_of(store, account, wanted))
            for wanted in found_by
        }

        assert found == found_by

    async def test_entries_are_found_by_any_part_of_their_titles_folded(
        self, store: PersonalStore
    ) -> None:
        account = (await an_account(store)).id
        for number, title in enumerate(_TITLES):
            is_free = number % 2
            about = a_title(title) if is_free else (await a_movie(store, title)).id
            await listed(store, account, about)

        wanted = {part: EntryFilter(title=part) for part in (*_FOUND_BY, "", "  ")}
        found = {
            part: sorted(title for title, _ in await watchlist_of(store, account, one))
            for part, one in wanted.items()
        }

        assert found == _FOUND_BY | {"": sorted(_TITLES), "  ": sorted(_TITLES)}

    async def test_past_the_last_page_of_a_watchlist_there_is_nothing(
        self, store: PersonalStore
    ) -> None:
        account, other = (await an_account(store)).id, (await an_account(store)).id
        await listed(store, account, a_title())

        browse = store.entry_queries.browse
        past = await browse(account, EntryFilter(), LATEST_ADDED, PageNumber(2))
        empty = await browse(other, EntryFilter(), LATEST_ADDED, PageNumber())

        assert (list(past.items), past.next, past.total) == ([], None, Total(1))
        assert (list(empty.items), empty.next, empty.total) == ([], None, Total(0))

    async def test_a_position_of_another_watchlist_is_refused(self, store: PersonalStore) -> None:
        account = (await an_account(store)).id
        await listed(store, account, a_title())

        for sort, position in _FOREIGN:
            with pytest.raises(ForeignPosition):
                await store.entry_queries.browse(
                    account, EntryFilter(), EntryOrder([(sort, False)]), After(position)
                )
