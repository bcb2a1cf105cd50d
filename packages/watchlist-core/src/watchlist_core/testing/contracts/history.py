from collections.abc import Sequence
from datetime import timedelta, timezone
from functools import partial
from typing import Final
from uuid import UUID

import pytest

from watchlist_core.ids import AccountId, WatchId
from watchlist_core.paging import After, ForeignPosition, PageNumber, Position, Total
from watchlist_core.rating import NotWatchedYet, Rating, Stars
from watchlist_core.testing.contracts.given import NOON, a_movie, an_account, new_id, rated
from watchlist_core.testing.contracts.mistake import mistake
from watchlist_core.testing.contracts.overlap import Overlap, at_once
from watchlist_core.testing.contracts.own import (
    a_title,
    history_of,
    listed,
    watched,
    watchlist_of,
    withdrawn,
)
from watchlist_core.testing.contracts.store import PersonalStore
from watchlist_core.testing.contracts.walking import walked
from watchlist_core.watching import (
    EntryStatus,
    RatingNeedsWatch,
    RemoveWatch,
    TitleWatch,
    Watch,
    WatchCard,
    WatchEntry,
    WatchFilter,
    WatchNotFound,
)

__all__ = ["HistoryContract"]

_HOUR: Final = timedelta(hours=1)
_FOREIGN: Final[list[Position]] = [(), (None,), (1, "id"), ("stalker",), (None, None), (1, 2, 3)]


async def _ids(store: PersonalStore, account: AccountId) -> list[WatchId]:
    """Return the viewings of an account, the latest first."""
    page = await store.watch_queries.browse(account, WatchFilter(), PageNumber())
    return [WatchId(UUID(card.id)) for card in page.items]


async def _hours(store: PersonalStore, account: AccountId, wanted: WatchFilter) -> Sequence[object]:
    """Return the hours after noon of what an account has watched, in their order."""
    page = await store.watch_queries.browse(account, wanted, PageNumber())
    assert page.total == Total(len(page.items))
    return [(at - NOON) // _HOUR if (at := card.watched_at) else None for card in page.items]


@pytest.mark.asyncio
class HistoryContract:
    """The history has each viewing, and what it has was not in vain for a rating."""

    async def test_a_viewing_is_shown_with_what_was_watched(self, store: PersonalStore) -> None:
        account, movie = (await an_account(store)).id, await a_movie(store, "Stalker", 1979)
        watch = Watch(WatchId(new_id()), account, movie.id, None, is_inferred=True)
        async with store.begin() as work:
            await work.watch_log.add(watch)
            await work.commit()
        entry = await listed(store, account, a_title())
        viewing = await WatchEntry(store.begin, lambda: NOON, new_id)(account, entry.id, NOON)

        page = await store.watch_queries.browse(account, WatchFilter(), PageNumber())
        async with store.begin() as work:
            held = [await work.watch_log.hold(account, one.id) for one in (watch, viewing)]

        first = str(viewing.id), None, str(entry.id), "Dekalog", "series", 1989, NOON
        second = str(watch.id), str(movie.id), None, "Stalker", "movie", 1979, None
        assert list(page.items) == [
            WatchCard(*first, is_inferred=False, is_withdrawn=False),
            WatchCard(*second, is_inferred=True, is_withdrawn=False),
        ]
        assert held == [watch, viewing]
        assert isinstance(viewing, TitleWatch)

    async def test_the_latest_come_first_and_those_of_unknown_date_last(
        self, store: PersonalStore
    ) -> None:
        account, other = (await an_account(store)).id, (await an_account(store)).id
        movie, entry = (await a_movie(store)).id, (await listed(store, account, a_title())).id
        hours = [None, 2, 0, 2, None, 1, 3, 2]
        async with store.begin() as work:
            held = await work.entries.hold(account, entry)
            for number, hour in enumerate(hours):
                at = None if hour is None else NOON + hour * _HOUR
                watch = WatchId(new_id())
                if number % 2:
                    await work.watch_log.add_listed(held.viewing(watch, at))
                else:
                    await work.watch_log.add(Watch(watch, account, movie, at))
            await work.commit()
        await watched(store, other, movie, NOON + 9 * _HOUR)

        browse = partial(store.watch_queries.browse, account, WatchFilter())
        walks = [
            [_told(card) for card in await walked(browse, len(hours), page_size)]
            for page_size in (1, 3, 8)
        ]

        assert walks == [walks[0]] * 3
        assert [hour for hour, _ in walks[0]] == [3, 2, 2, 2, 1, 0, None, None]
        tied = [watch for hour, watch in walks[0] if hour == 2]
        unknown = [watch for hour, watch in walks[0] if hour is None]
        assert tied == sorted(tied, reverse=True)
        assert unknown == sorted(unknown, reverse=True)

    async def test_viewings_are_found_by_when_they_were(self, store: PersonalStore) -> None:
        account, movie = (await an_account(store)).id, (await a_movie(store)).id
        for hour in (0, 1, 2):
            await watched(store, account, movie, NOON + hour * _HOUR)
        await listed(store, account, a_title(), EntryStatus.WATCHED)
        one, two = NOON + _HOUR, NOON + 2 * _HOUR
        elsewhere = one.astimezone(timezone(timedelta(hours=9)))
        found_by = {
            WatchFilter(): [2, 1, 0, None],
            WatchFilter(since=one): [2, 1],
            WatchFilter(since=elsewhere): [2, 1],
            WatchFilter(until=one): [0],
            WatchFilter(until=one + timedelta(microseconds=1)): [1, 0],
            WatchFilter(one, two): [1],
            WatchFilter(two, one): [],
        }

        found = {wanted: await _hours(store, account, wanted) for wanted in found_by}

        assert found == found_by

    async def test_past_the_last_page_of_a_history_there_is_nothing(
        self, store: PersonalStore
    ) -> None:
        account, movie = (await an_account(store)).id, (await a_movie(store)).id
        await watched(store, account, movie)

        browse = store.watch_queries.browse
        past = await browse(account, WatchFilter(), PageNumber(2))
        empty = await browse(AccountId(new_id()), WatchFilter(), PageNumber())

        assert (list(past.items), past.next, past.total) == ([], None, Total(1))
        assert (list(empty.items), empty.next, empty.total) == ([], None, Total(0))

    async def test_a_position_of_another_history_is_refused(self, store: PersonalStore) -> None:
        account, movie = (await an_account(store)).id, (await a_movie(store)).id
        await watched(store, account, movie)

        for position in _FOREIGN:
            with pytest.raises(ForeignPosition):
                await store.watch_queries.browse(account, WatchFilter(), After(position))

    async def test_a_removed_viewing_is_gone_and_the_entry_stays(
        self, store: PersonalStore
    ) -> None:
        account, movie = (await an_account(store)).id, (await a_movie(store)).id
        for about in (movie, a_title()):
            await listed(store, account, about, EntryStatus.WATCHED)
        await watched(store, account, movie, NOON)
        dated, *unknown = await _ids(store, account)

        await RemoveWatch(store.begin)(account, dated)
        left = await history_of(store, account)
        for watch in unknown:
            await RemoveWatch(store.begin)(account, watch)

        assert sorted(title for title, _ in left) == ["Dekalog", "Stalker"]
        assert await history_of(store, account) == []
        assert sorted(await watchlist_of(store, account)) == [
            ("Dekalog", "watched"),
            ("Stalker", "watched"),
        ]
        assert list(await store.events()).count("watch-removed") == 3
        with pytest.raises(NotWatchedYet):
            await rated(store, account, movie, Stars.of(4))

    async def test_the_last_viewing_of_a_rated_movie_stays(self, store: PersonalStore) -> None:
        account, other = (await an_account(store)).id, (await an_account(store)).id
        stalker, solaris = (await a_movie(store)).id, (await a_movie(store, "Solaris")).id
        for who in (account, other):
            for movie, watched_at in ((stalker, NOON), (stalker, None), (solaris, None)):
                await watched(store, who, movie, watched_at)
        await rated(store, account, stalker, Stars.of(4))
        remove, kept = RemoveWatch(store.begin), list[RatingNeedsWatch]()

        for who in (account, other):
            for watch in await _ids(store, who):
                try:
                    await remove(who, watch)
                except RatingNeedsWatch as refused:
                    kept.append(refused)

        assert [refused.movie for refused in kept] == [stalker]
        assert await history_of(store, account) == [("Stalker", None)]
        assert await history_of(store, other) == []

    async def test_a_rated_movie_stays_watched_when_it_is_withdrawn(
        self, store: PersonalStore
    ) -> None:
        account, movie = (await an_account(store)).id, (await a_movie(store)).id
        for watched_at in (NOON, None):
            await watched(store, account, movie, watched_at)
        await rated(store, account, movie, Stars.of(4))
        await withdrawn(store, movie)
        dated, unknown = await _ids(store, account)

        await RemoveWatch(store.begin)(account, dated)
        with pytest.raises(RatingNeedsWatch):
            await RemoveWatch(store.begin)(account, unknown)

        page = await store.watch_queries.browse(account, WatchFilter(), PageNumber())
        assert [(card.title, card.is_withdrawn) for card in page.items] == [("Stalker", True)]

    async def test_anothers_viewing_is_not_found(self, store: PersonalStore) -> None:
        account, other = (await an_account(store)).id, (await an_account(store)).id
        movie = (await a_movie(store)).id
        await watched(store, account, movie, NOON)
        await listed(store, account, a_title(), EntryStatus.WATCHED)
        own = await _ids(store, account)

        for who, watch in ((other, own[0]), (other, own[1]), (account, WatchId(new_id()))):
            with pytest.raises(WatchNotFound) as refused:
                await RemoveWatch(store.begin)(who, watch)
            assert refused.value.watch == watch

        assert await _ids(store, account) == own
        assert await _ids(store, other) == []

    async def test_no_listed_viewing_takes_the_place_of_another(self, store: PersonalStore) -> None:
        account, movie = (await an_account(store)).id, (await a_movie(store)).id
        entry = await listed(store, account, a_title())
        watch = WatchId(new_id())
        async with store.begin() as work:
            await work.watch_log.add(Watch(watch, account, movie, NOON))
            await work.commit()

        with mistake():
            async with store.begin() as work:
                await work.entries.hold(account, entry.id)
                await work.watch_log.add_listed(entry.viewing(watch, None))
                await work.commit()

        assert await history_of(store, account) == [("Stalker", NOON)]

    async def test_of_two_who_remove_the_last_viewings_at_once_one_is_refused(
        self, store: PersonalStore
    ) -> None:
        account, movie = (await an_account(store)).id, (await a_movie(store)).id
        for watched_at in (NOON, None):
            await watched(store, account, movie, watched_at)
        await rated(store, account, movie, Stars.of(4))
        overlap = Overlap(works=2)

        async def remove(watch: WatchId) -> None:
            async with store.begin() as work:
                viewing = await work.watch_log.hold(account, watch)
                assert isinstance(viewing, Watch)
                is_needed = await work.watch_log.is_needed(viewing)
                await overlap()
                if is_needed:
                    raise RatingNeedsWatch(movie)
                await work.watch_log.remove(watch)
                await work.commit()

        _, refused = await at_once(*[remove(watch) for watch in await _ids(store, account)])

        assert [type(error) for error in refused] == [RatingNeedsWatch]
        assert len(await history_of(store, account)) == 1

    async def test_who_rates_while_the_last_viewing_goes_has_watched_or_not_rated(
        self, store: PersonalStore
    ) -> None:
        account, movie = (await an_account(store)).id, (await a_movie(store)).id
        await watched(store, account, movie, NOON)
        (watch,) = await _ids(store, account)
        overlap = Overlap(works=2)

        async def remove() -> None:
            async with store.begin() as work:
                viewing = await work.watch_log.hold(account, watch)
                assert isinstance(viewing, Watch)
                is_needed = await work.watch_log.is_needed(viewing)
                await overlap()
                if is_needed:
                    raise RatingNeedsWatch(movie)
                await work.watch_log.remove(watch)
                await work.commit()

        async def rate() -> None:
            async with store.begin() as work:
                score = await work.ratings.hold_score(movie)
                has_watched = await work.watch_log.has_watched(account, movie)
                await overlap()
                if not has_watched:
                    raise NotWatchedYet(movie)
                rating = Rating(account, movie, Stars.of(4), NOON)
                await work.ratings.save(rating, score.counting(rating.stars))
                await work.commit()

        _, refused = await at_once(remove(), rate())

        assert len(refused) == 1
        rating_count = (await store.movie_queries.show(movie)).score.rating_count
        assert rating_count == len(await history_of(store, account))
        assert rating_count == (1 if isinstance(refused[0], RatingNeedsWatch) else 0)


def _told(card: WatchCard) -> tuple[int | None, str]:
    at = card.watched_at
    return (None if at is None else (at - NOON) // _HOUR), card.id
