from datetime import timedelta
from typing import Final

import pytest
from attrs import evolve

from watchlist_core.auth import AccountNotFound
from watchlist_core.catalogue import MediaType, MovieNotFound
from watchlist_core.ids import AccountId, EntryId, MovieId, WatchId
from watchlist_core.testing.contracts.given import NOON, a_movie, an_account, new_id
from watchlist_core.testing.contracts.listing_entries import EntryListsContract
from watchlist_core.testing.contracts.mistake import mistake
from watchlist_core.testing.contracts.overlap import Overlap, at_once
from watchlist_core.testing.contracts.own import (
    a_title,
    account_removed,
    become,
    history_of,
    listed,
    watched,
    watchlist_of,
    withdrawn,
)
from watchlist_core.testing.contracts.store import PersonalStore
from watchlist_core.watching import (
    Entry,
    EntryCard,
    EntryChanges,
    EntryNotFound,
    EntryStatus,
    MovieAlreadyListed,
    NoFreeTitle,
    RemoveEntry,
    ReviseEntry,
    WatchEntry,
)

__all__ = ["WatchlistContract"]

_PLANNED: Final = EntryStatus.PLANNED
_WATCHED: Final = EntryStatus.WATCHED
_DAY: Final = timedelta(days=1)


@pytest.mark.asyncio
class WatchlistContract(EntryListsContract):
    """A watchlist has what its owner wants to see, and his history goes on without it."""

    async def test_an_entry_is_shown_as_it_was_added(self, store: PersonalStore) -> None:
        account = (await an_account(store)).id
        movie = await a_movie(store, "Stalker", 1979)

        entries = [
            await listed(store, account, movie.id, note="with Kelvin"),
            await listed(store, account, a_title(), EntryStatus.WATCHING, at=NOON + _DAY),
        ]

        shown = [await store.entry_queries.show(account, entry.id) for entry in entries]
        first, second = (str(entry.id) for entry in entries)
        assert shown == [
            EntryCard(
                *(first, str(movie.id), "Stalker", "movie", 1979),
                *("planned", "with Kelvin", NOON, False),
            ),
            EntryCard(
                *(second, None, "Dekalog", "series", 1989),
                *("watching", "", NOON + _DAY, False),
            ),
        ]
        assert await history_of(store, account) == []
        assert list(await store.events()).count("entry-added") == 2

    async def test_a_movie_is_on_a_watchlist_once(self, store: PersonalStore) -> None:
        account, other = (await an_account(store)).id, (await an_account(store)).id
        movie = (await a_movie(store)).id
        entry = await listed(store, account, movie)

        with pytest.raises(MovieAlreadyListed) as refused:
            await listed(store, account, movie, _WATCHED)
        await withdrawn(store, movie)
        with pytest.raises(MovieAlreadyListed):
            await listed(store, account, movie)

        assert refused.value.entry == entry.id
        assert await watchlist_of(store, account) == [("Stalker", "planned")]
        assert await history_of(store, account) == []
        assert await watchlist_of(store, other) == []

    async def test_others_and_other_titles_may_be_listed(self, store: PersonalStore) -> None:
        account, other = (await an_account(store)).id, (await an_account(store)).id
        movie = (await a_movie(store)).id

        for about in (movie, a_title(), a_title()):
            await listed(store, account, about)
        await listed(store, other, movie)

        assert len(await watchlist_of(store, account)) == 3
        assert await watchlist_of(store, other) == [("Stalker", "planned")]

    async def test_of_two_who_list_a_movie_at_once_one_does(self, store: PersonalStore) -> None:
        account, movie = (await an_account(store)).id, (await a_movie(store)).id
        overlap = Overlap(works=2)

        async def add() -> EntryId:
            entry = Entry(EntryId(new_id()), account, movie, _PLANNED, NOON)
            async with store.begin() as work:
                await work.entries.add(entry)
                await overlap()
                await work.commit()
            return entry.id

        done, refused = await at_once(add(), add())

        assert [(type(error), error.args) for error in refused] == [
            (MovieAlreadyListed, tuple(done))
        ]
        assert await watchlist_of(store, account) == [("Stalker", "planned")]

    async def test_what_is_not_there_cannot_be_listed(self, store: PersonalStore) -> None:
        account, movie = (await an_account(store)).id, (await a_movie(store)).id
        nothing, nobody = MovieId(new_id()), AccountId(new_id())

        with pytest.raises(MovieNotFound) as no_movie:
            await listed(store, account, nothing)
        for about in (movie, a_title()):
            with pytest.raises(AccountNotFound) as no_account:
                await listed(store, nobody, about)
            assert no_account.value.account == nobody
        await withdrawn(store, movie)
        with pytest.raises(MovieNotFound):
            await listed(store, account, movie)

        assert no_movie.value.movie == nothing
        assert await watchlist_of(store, account) == []
        assert "entry-added" not in await store.events()

    async def test_no_entry_takes_the_place_of_another(self, store: PersonalStore) -> None:
        account = (await an_account(store)).id
        entry = await listed(store, account, a_title())

        with mistake():
            async with store.begin() as work:
                await work.entries.add(evolve(entry, about=a_title("Heimat")))
                await work.commit()

        assert await watchlist_of(store, account) == [("Dekalog", "planned")]

    async def test_a_revised_entry_is_what_it_became(self, store: PersonalStore) -> None:
        account, movie = (await an_account(store)).id, (await a_movie(store)).id
        entry, other = await listed(store, account, movie), await listed(store, account, a_title())
        revise = ReviseEntry(store.begin, lambda: NOON, new_id)
        changes = EntryChanges(status=EntryStatus.ON_HOLD, note="too long")

        revised = await revise(account, entry.id, changes)
        again = await revise(account, entry.id, changes)

        assert revised == again == evolve(entry, status=EntryStatus.ON_HOLD, note="too long")
        async with store.begin() as work:
            assert await work.entries.hold(account, entry.id) == revised
            assert await work.entries.hold(account, other.id) == other
        assert list(await store.events()).count("entry-revised") == 1

    async def test_a_free_title_is_called_as_its_owner_calls_it_now(
        self, store: PersonalStore
    ) -> None:
        account, movie = (await an_account(store)).id, (await a_movie(store)).id
        entries = [await listed(store, account, one) for one in (movie, a_title(), a_title())]
        for entry in entries:
            await WatchEntry(store.begin, lambda: NOON, new_id)(account, entry.id, None)
        revise = ReviseEntry(store.begin, lambda: NOON, new_id)

        changes = EntryChanges(title="A Short Film", media_type=MediaType.MOVIE, year=None)
        await revise(account, entries[1].id, changes)
        with pytest.raises(NoFreeTitle) as refused:
            await revise(account, entries[0].id, EntryChanges(year=1979))

        card = await store.entry_queries.show(account, entries[1].id)
        assert (card.title, card.media_type, card.year) == ("A Short Film", "movie", None)
        assert sorted(await history_of(store, account)) == [
            ("A Short Film", None),
            ("Dekalog", None),
            ("Stalker", None),
        ]
        assert refused.value.entry == entries[0].id

    async def test_what_becomes_watched_was_watched_just_now(self, store: PersonalStore) -> None:
        account, movie = (await an_account(store)).id, (await a_movie(store)).id
        later = NOON + _DAY
        for about, title in ((movie, "Stalker"), (a_title(), "Dekalog")):
            entry = (await listed(store, account, about)).id

            for _ in range(2):
                await become(store, account, entry, _WATCHED)
            once = await history_of(store, account)
            await become(store, account, entry, _PLANNED)
            await become(store, account, entry, _WATCHED, at=later)

            assert [seen for seen in once if seen[0] == title] == [(title, NOON)]
        seen = await history_of(store, account)
        assert sorted(seen) == sorted(
            (title, at) for title in ("Stalker", "Dekalog") for at in (NOON, later)
        )
        events = list(await store.events())
        assert (events.count("movie-watched"), events.count("title-watched")) == (2, 2)

    async def test_what_is_listed_as_watched_was_watched_some_time(
        self, store: PersonalStore
    ) -> None:
        account = (await an_account(store)).id
        stalker, solaris = (await a_movie(store)).id, (await a_movie(store, "Solaris")).id
        await watched(store, account, solaris, NOON)

        for about in (stalker, solaris, a_title()):
            await listed(store, account, about, _WATCHED)

        seen = await history_of(store, account)
        assert seen[0] == ("Solaris", NOON)
        assert sorted(seen[1:]) == [("Dekalog", None), ("Stalker", None)]
        assert list(await store.events()).count("movie-watched") == 2

    async def test_of_two_who_set_it_watched_at_once_one_adds_a_viewing(
        self, store: PersonalStore
    ) -> None:
        account, movie = (await an_account(store)).id, (await a_movie(store)).id
        entry = (await listed(store, account, movie)).id
        overlap = Overlap(works=2)

        async def set_watched() -> None:
            async with store.begin() as work:
                held = await work.entries.hold(account, entry)
                await overlap()
                if held.status is not _WATCHED:
                    await work.entries.save(evolve(held, status=_WATCHED))
                    await work.watch_log.add_listed(held.viewing(WatchId(new_id()), NOON))
                await work.commit()

        _, failed = await at_once(set_watched(), set_watched())

        assert failed == []
        assert await history_of(store, account) == [("Stalker", NOON)]

    @pytest.mark.parametrize("status", [*EntryStatus])
    async def test_a_viewing_makes_its_entry_watched_and_no_other(
        self, store: PersonalStore, status: EntryStatus
    ) -> None:
        account, other = (await an_account(store)).id, (await an_account(store)).id
        stalker, solaris = (await a_movie(store)).id, (await a_movie(store, "Solaris")).id
        await listed(store, account, stalker)
        await become(store, account, (await listed(store, account, a_title())).id, status)
        await listed(store, account, solaris)
        await listed(store, other, stalker)

        await watched(store, account, stalker)

        assert sorted(await watchlist_of(store, account)) == [
            ("Dekalog", status.value),
            ("Solaris", "planned"),
            ("Stalker", "watched"),
        ]
        assert await watchlist_of(store, other) == [("Stalker", "planned")]

    async def test_what_is_listed_can_be_watched_by_its_entry(self, store: PersonalStore) -> None:
        account, movie = (await an_account(store)).id, (await a_movie(store)).id
        watch_entry = WatchEntry(store.begin, lambda: NOON, new_id)
        abouts = (movie, a_title("Dekalog"), a_title("Heimat"))
        entries = [(await listed(store, account, about)).id for about in abouts]

        for entry in entries[:2]:
            await watch_entry(account, entry, NOON)
            await watch_entry(account, entry, None)

        assert sorted(await watchlist_of(store, account)) == [
            ("Dekalog", "watched"),
            ("Heimat", "planned"),
            ("Stalker", "watched"),
        ]
        seen = await history_of(store, account)
        assert sorted(title for title, at in seen if at == NOON) == ["Dekalog", "Stalker"]
        assert sorted(title for title, at in seen if at is None) == ["Dekalog", "Stalker"]

    async def test_a_removed_entry_is_gone_and_its_history_stays(
        self, store: PersonalStore
    ) -> None:
        account, movie = (await an_account(store)).id, (await a_movie(store)).id
        entries = [await listed(store, account, one, _WATCHED) for one in (movie, a_title())]
        kept = await listed(store, account, a_title("Heimat"))

        for entry in entries:
            await RemoveEntry(store.begin)(account, entry.id)

        assert await watchlist_of(store, account) == [("Heimat", "planned")]
        assert sorted(await history_of(store, account)) == [("Dekalog", None), ("Stalker", None)]
        with pytest.raises(EntryNotFound):
            await store.entry_queries.show(account, entries[0].id)
        assert list(await store.events()).count("entry-removed") == 2
        again = await listed(store, account, movie, _WATCHED)
        assert again.id not in {kept.id, entries[0].id}
        assert len(await history_of(store, account)) == 2

    async def test_what_is_anothers_is_not_found(self, store: PersonalStore) -> None:
        account, other = (await an_account(store)).id, (await an_account(store)).id
        entry = (await listed(store, account, a_title())).id
        unknown = EntryId(new_id())

        for who, which in ((other, entry), (account, unknown), (AccountId(new_id()), entry)):
            with pytest.raises(EntryNotFound) as not_shown:
                await store.entry_queries.show(who, which)
            with pytest.raises(EntryNotFound):
                await become(store, who, which, _WATCHED)
            with pytest.raises(EntryNotFound):
                await WatchEntry(store.begin, lambda: NOON, new_id)(who, which, None)
            with pytest.raises(EntryNotFound) as not_removed:
                await RemoveEntry(store.begin)(who, which)
            assert not_shown.value.entry == not_removed.value.entry == which

        assert await watchlist_of(store, account) == [("Dekalog", "planned")]
        assert await watchlist_of(store, other) == []
        assert await history_of(store, account) == await history_of(store, other) == []

    async def test_a_withdrawn_movie_stays_on_watchlists_and_can_be_watched(
        self, store: PersonalStore
    ) -> None:
        account, movie = (await an_account(store)).id, (await a_movie(store)).id
        entry = (await listed(store, account, movie)).id

        await withdrawn(store, movie)
        await become(store, account, entry, _WATCHED)
        await WatchEntry(store.begin, lambda: NOON, new_id)(account, entry, None)

        card = await store.entry_queries.show(account, entry)
        assert (card.title, card.status, card.is_withdrawn) == ("Stalker", "watched", True)
        assert await watchlist_of(store, account) == [("Stalker", "watched")]
        assert await history_of(store, account) == [("Stalker", NOON), ("Stalker", None)]

    async def test_a_removed_account_leaves_nothing_of_its_own(self, store: PersonalStore) -> None:
        gone, other = (await an_account(store)).id, (await an_account(store)).id
        movie = (await a_movie(store)).id
        for account in (gone, other):
            for about in (movie, a_title()):
                await listed(store, account, about, _WATCHED)

        await account_removed(store, gone)

        assert [*await watchlist_of(store, gone), *await history_of(store, gone)] == []
        assert len(await watchlist_of(store, other)) == len(await history_of(store, other)) == 2

    async def test_readers_see_a_watchlist_that_is_committed(self, store: PersonalStore) -> None:
        account = (await an_account(store)).id
        entry = Entry(EntryId(new_id()), account, a_title(), _PLANNED, NOON)

        async with store.begin() as work:
            await work.entries.add(entry)
            await work.watch_log.add_listed(entry.viewing(WatchId(new_id()), NOON))
            assert (await work.entries.hold(account, entry.id)).status is _WATCHED
            before = await watchlist_of(store, account), await history_of(store, account)
            await work.commit()

        assert before == ([], [])
        assert await watchlist_of(store, account) == [("Dekalog", "watched")]
        assert await history_of(store, account) == [("Dekalog", NOON)]
