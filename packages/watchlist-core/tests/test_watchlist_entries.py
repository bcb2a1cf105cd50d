"""What can stand on a watchlist, and what becomes of it."""

from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from watchlist_core.catalogue import LATEST_YEAR, OLDEST_YEAR, TITLE_LENGTH, MediaType
from watchlist_core.ids import AccountId, EntryId, MovieId, WatchId
from watchlist_core.testing import MemoryStore
from watchlist_core.testing.contracts import (
    NOON,
    a_title,
    an_account,
    history_of,
    listed,
    new_id,
    watchlist_of,
)
from watchlist_core.watching import (
    CLOCK_TOLERANCE,
    NOTE_LENGTH,
    Entry,
    EntryChanges,
    EntryFilter,
    EntryOrder,
    EntrySort,
    EntryStatus,
    FreeTitle,
    ReviseEntry,
    TitleWatch,
    Watch,
    WatchedInFuture,
    WatchEntry,
    WatchFilter,
)


def _entry(about: MovieId | FreeTitle, **members: Any) -> Entry:
    entry = Entry(EntryId(new_id()), AccountId(new_id()), about, EntryStatus.PLANNED, NOON)
    return evolve(entry, **members)


def test_a_free_title_has_what_a_title_of_the_catalogue_may_have() -> None:
    longest = FreeTitle("x" * TITLE_LENGTH, MediaType.MOVIE, OLDEST_YEAR)

    assert longest.year == OLDEST_YEAR
    assert FreeTitle("  Dekalog ", MediaType.SERIES, LATEST_YEAR).title == "Dekalog"
    assert FreeTitle("Dekalog", MediaType.SERIES).year is None


@pytest.mark.parametrize(
    ("members", "named"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * (TITLE_LENGTH + 1)}, "title"),
        ({"title": "Deka\0log"}, "title"),
        ({"year": OLDEST_YEAR - 1}, "year"),
        ({"year": LATEST_YEAR + 1}, "year"),
        ({"year": True}, "year"),
        ({"media_type": "series"}, "media_type"),
    ],
)
def test_what_no_title_can_be_is_refused(members: dict[str, Any], named: str) -> None:
    with pytest.raises((TypeError, ValueError), match=named):
        evolve(a_title(), **members)
    with pytest.raises((TypeError, ValueError), match=named):
        EntryChanges(**members)


@pytest.mark.parametrize(
    ("members", "named"),
    [
        ({"note": "x" * (NOTE_LENGTH + 1)}, "note"),
        ({"note": "\ud800"}, "note"),
        ({"note": None}, "note"),
        ({"status": "planned"}, "status"),
    ],
)
def test_what_no_entry_can_be_is_refused(members: dict[str, Any], named: str) -> None:
    with pytest.raises((TypeError, ValueError), match=named):
        _entry(a_title(), **members)
    with pytest.raises((TypeError, ValueError), match=named):
        EntryChanges(**members)


def test_an_entry_is_about_a_movie_or_a_title() -> None:
    assert _entry(a_title(), note="x" * NOTE_LENGTH).note

    with pytest.raises(TypeError, match="about"):
        _entry("Dekalog")  # type: ignore[arg-type]  # neither of them


def test_what_is_not_given_stays() -> None:
    entry = _entry(a_title(), note="with Kelvin")

    renamed = entry.revised(EntryChanges(title=" Heimat "))
    cleared = entry.revised(EntryChanges(year=None, note=""))

    assert entry.revised(EntryChanges()) == entry
    assert renamed == evolve(entry, about=evolve(a_title(), title="Heimat"))
    assert cleared == evolve(entry, about=evolve(a_title(), year=None), note="")


def test_a_movie_keeps_the_title_that_the_catalogue_gives_it() -> None:
    entry, changes = _entry(MovieId(new_id())), EntryChanges(title="Heimat")

    with pytest.raises(ValueError, match="catalogue"):
        entry.revised(changes)

    assert changes.renames
    assert not EntryChanges(note="too long").renames


def test_a_viewing_is_of_what_the_entry_is_about() -> None:
    movie, title, watch = _entry(MovieId(new_id())), _entry(a_title()), WatchId(new_id())

    viewings = movie.viewing(watch, NOON), title.viewing(watch, None)

    assert isinstance(movie.about, type(new_id()))
    assert viewings == (
        Watch(watch, movie.account, movie.about, NOON),
        TitleWatch(watch, title.account, title.id, a_title(), None),
    )


async def test_a_title_cannot_have_been_watched_in_the_future() -> None:
    store = MemoryStore()
    account = (await an_account(store)).id
    entry = (await listed(store, account, a_title())).id
    watch_entry = WatchEntry(store.begin, lambda: NOON, new_id)

    with pytest.raises(WatchedInFuture):
        await watch_entry(account, entry, NOON + CLOCK_TOLERANCE + timedelta(microseconds=1))
    with pytest.raises(ValueError, match="watched_at"):
        await watch_entry(account, entry, NOON.replace(tzinfo=None))
    await watch_entry(account, entry, NOON + CLOCK_TOLERANCE)

    assert await history_of(store, account) == [("Dekalog", NOON + CLOCK_TOLERANCE)]


async def test_a_note_adds_no_viewing_to_what_is_watched() -> None:
    store = MemoryStore()
    account = (await an_account(store)).id
    entry = (await listed(store, account, a_title(), EntryStatus.WATCHED)).id
    revise = ReviseEntry(store.begin, lambda: NOON, new_id)

    await revise(account, entry, EntryChanges(status=EntryStatus.WATCHED, note="again!"))

    assert await watchlist_of(store, account) == [("Dekalog", "watched")]
    assert await history_of(store, account) == [("Dekalog", None)]


@pytest.mark.parametrize("wanted", [{"status": "planned"}, {"media_type": "film"}, {"title": 7}])
def test_what_no_entry_is_cannot_be_asked_for(wanted: dict[str, Any]) -> None:
    (named,) = wanted
    with pytest.raises(TypeError, match=named):
        EntryFilter(**wanted)


@pytest.mark.parametrize("day", ["since", "until"])
def test_a_history_is_asked_for_by_instants(day: str) -> None:
    assert WatchFilter(**{day: NOON}).is_dated
    assert not WatchFilter().is_dated
    with pytest.raises(ValueError, match=day):
        WatchFilter(**{day: NOON.replace(tzinfo=None)})


@pytest.mark.parametrize(
    "fields", [[], [(sort, False) for sort in EntrySort], [(EntrySort.YEAR, False)] * 2]
)
def test_an_order_has_one_to_three_fields_each_once(fields: list[tuple[EntrySort, bool]]) -> None:
    with pytest.raises(ValueError, match="fields"):
        EntryOrder(fields)
