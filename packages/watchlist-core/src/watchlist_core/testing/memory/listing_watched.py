"""What somebody has on his watchlist and in his history, as he sees it."""

from functools import partial
from typing import Final

from attrs import frozen

from watchlist_core.catalogue import MediaType, folded
from watchlist_core.ids import AccountId, EntryId, MovieId
from watchlist_core.paging import Page, Window
from watchlist_core.testing.memory.listing import Column, Listing, sortable
from watchlist_core.testing.memory.tables import Tables
from watchlist_core.testing.memory.watching import known_entry
from watchlist_core.watching import (
    Entry,
    EntryCard,
    EntryFilter,
    EntryOrder,
    EntrySort,
    EntryStatus,
    FreeTitle,
    Viewing,
    Watch,
    WatchCard,
    WatchFilter,
)

__all__ = ["MemoryEntryQueries", "MemoryWatchQueries"]

_STATUSES: Final = [status.value for status in EntryStatus]


@frozen
class MemoryEntryQueries:
    _tables: Tables

    async def browse(
        self, account: AccountId, wanted: EntryFilter, order: EntryOrder, window: Window
    ) -> Page[EntryCard]:
        own = (entry for entry in self._tables.entries.values() if self._is_own(entry, account))
        cards = (card for card in map(self._card, own) if _is_wanted(card, wanted))
        return self._listing(order).page(cards, window)

    async def show(self, account: AccountId, entry: EntryId) -> EntryCard:
        return self._card(known_entry(self._tables, account, entry))

    def _is_own(self, entry: Entry, account: AccountId) -> bool:
        return entry.account == account

    def _card(self, entry: Entry) -> EntryCard:
        shown = _Shown.of(self._tables, entry.about)
        return EntryCard(
            id=str(entry.id),
            movie=shown.movie,
            title=shown.title,
            media_type=shown.media_type.value,
            year=shown.year,
            status=entry.status.value,
            note=entry.note,
            added_at=entry.added_at,
            is_withdrawn=shown.is_withdrawn,
        )

    def _listing(self, order: EntryOrder) -> Listing[EntryCard]:
        columns = [_column(sort, descending=descending) for sort, descending in order.fields]
        return Listing([*columns, Column[EntryCard](lambda card: card.id, str)])


def _column(sort: EntrySort, *, descending: bool) -> Column[EntryCard]:
    column = partial(Column[EntryCard], descending=descending)
    match sort:
        case EntrySort.ADDED_AT:
            return column(lambda card: sortable(card.added_at), str)
        case EntrySort.TITLE:
            return column(lambda card: folded(card.title), str)
        case EntrySort.YEAR:
            return column(lambda card: card.year, int | None)
        case EntrySort.STATUS:
            return column(lambda card: _STATUSES.index(card.status), int)


def _is_wanted(card: EntryCard, wanted: EntryFilter) -> bool:
    return (
        wanted.status in {None, card.status}
        and wanted.media_type in {None, card.media_type}
        and folded(wanted.title or "") in folded(card.title)
    )


_LATEST_FIRST: Final = Listing[WatchCard](
    [
        Column(
            lambda card: sortable(card.watched_at) if card.watched_at else None,
            str | None,
            descending=True,
        ),
        Column(lambda card: card.id, str, descending=True),
    ]
)


@frozen
class MemoryWatchQueries:
    _tables: Tables

    async def browse(
        self, account: AccountId, wanted: WatchFilter, window: Window
    ) -> Page[WatchCard]:
        watches: list[Viewing] = [
            *self._tables.watches.values(),
            *self._tables.title_watches.values(),
        ]
        own = (watch for watch in watches if self._is_own(watch, account))
        return _LATEST_FIRST.page(
            map(self._card, (w for w in own if _is_within(w, wanted))), window
        )

    def _is_own(self, watch: Viewing, account: AccountId) -> bool:
        return watch.account == account

    def _card(self, watch: Viewing) -> WatchCard:
        if isinstance(watch, Watch):
            shown, entry = _Shown.of(self._tables, watch.movie), None
        else:
            shown, entry = _Shown.of(self._tables, watch.title), watch.entry
        return WatchCard(
            id=str(watch.id),
            movie=shown.movie,
            entry=str(entry) if entry else None,
            title=shown.title,
            media_type=shown.media_type.value,
            year=shown.year,
            watched_at=watch.watched_at,
            is_inferred=isinstance(watch, Watch) and watch.is_inferred,
            is_withdrawn=shown.is_withdrawn,
        )


def _is_within(watch: Viewing, wanted: WatchFilter) -> bool:
    if watch.watched_at is None:
        return not wanted.is_dated
    return (wanted.since is None or watch.watched_at >= wanted.since) and (
        wanted.until is None or watch.watched_at < wanted.until
    )


@frozen
class _Shown:
    """What lists show of a movie, or of a free title."""

    movie: str | None
    title: str
    media_type: MediaType
    year: int | None
    is_withdrawn: bool = False

    @classmethod
    def of(cls, tables: Tables, about: MovieId | FreeTitle) -> "_Shown":
        if isinstance(about, FreeTitle):
            return cls(None, about.title, about.media_type, about.year)
        movie = tables.movies[about]
        return cls(str(about), movie.title, movie.media_type, movie.year, movie.is_withdrawn)
