from collections.abc import Mapping
from typing import Final

from attrs import evolve, frozen

from watchlist_core.ids import AccountId, EntryId, MovieId, WatchId
from watchlist_core.testing.memory.auth import known_account
from watchlist_core.testing.memory.catalogue import known_movie
from watchlist_core.testing.memory.tables import Tables, refuse_taken
from watchlist_core.watching import (
    Entry,
    EntryNotFound,
    EntryStatus,
    FreeTitle,
    MovieAlreadyListed,
    TitleWatch,
    Viewing,
    Watch,
    WatchNotFound,
)

__all__ = ["MemoryEntries", "MemoryWatchLog", "known_entry"]

_WATCHED: Final = EntryStatus.WATCHED


@frozen
class MemoryEntries:
    _tables: Tables

    async def add(self, entry: Entry) -> None:
        known_account(self._tables, entry.account)
        if not isinstance(entry.about, FreeTitle):
            listed = _entry_of(self._tables, entry.account, entry.about)
            if listed:
                raise MovieAlreadyListed(listed.id)
            known_movie(self._tables, entry.about)
        refuse_taken(self._tables.entries, [entry.id])
        self._tables.entries[entry.id] = entry

    async def hold(self, account: AccountId, entry: EntryId) -> Entry:
        return known_entry(self._tables, account, entry)

    async def save(self, entry: Entry) -> None:
        self._tables.entries[entry.id] = entry
        if isinstance(entry.about, FreeTitle):
            for watch in _watches_of(self._tables, entry.id).values():
                self._tables.title_watches[watch.id] = evolve(watch, title=entry.about)

    async def remove(self, entry: EntryId) -> None:
        for watch in _watches_of(self._tables, entry).values():
            self._tables.title_watches[watch.id] = evolve(watch, entry=None)
        del self._tables.entries[entry]


@frozen
class MemoryWatchLog:
    _tables: Tables

    async def add(self, watch: Watch) -> None:
        known_account(self._tables, watch.account)
        known_movie(self._tables, watch.movie)
        refuse_taken(self._tables.watches, [watch.id])
        self._tables.watches[watch.id] = watch
        self._make_watched(_entry_of(self._tables, watch.account, watch.movie))

    async def add_listed(self, viewing: Viewing) -> None:
        refuse_taken([*self._tables.watches, *self._tables.title_watches], [viewing.id])
        if isinstance(viewing, Watch):
            self._tables.watches[viewing.id] = viewing
            self._make_watched(_entry_of(self._tables, viewing.account, viewing.movie))
        else:
            self._tables.title_watches[viewing.id] = viewing
            self._make_watched(self._tables.entries[viewing.entry] if viewing.entry else None)

    async def has_watched(self, account: AccountId, movie: MovieId) -> bool:
        return any(
            (watch.account, watch.movie) == (account, movie)
            for watch in self._tables.watches.values()
        )

    async def hold(self, account: AccountId, watch: WatchId) -> Viewing:
        viewing = self._tables.watches.get(watch) or self._tables.title_watches.get(watch)
        if viewing is None or viewing.account != account:
            raise WatchNotFound(watch)
        return viewing

    async def is_needed(self, watch: Watch) -> bool:
        return (watch.account, watch.movie) in self._tables.ratings and not any(
            (other.account, other.movie) == (watch.account, watch.movie) and other.id != watch.id
            for other in self._tables.watches.values()
        )

    async def remove(self, watch: WatchId) -> None:
        for table in (self._tables.watches, self._tables.title_watches):
            table.pop(watch, None)

    def _make_watched(self, entry: Entry | None) -> None:
        if entry:
            self._tables.entries[entry.id] = evolve(entry, status=_WATCHED)


def known_entry(tables: Tables, account: AccountId, entry: EntryId) -> Entry:
    """Return the account's entry.

    Raises:
        EntryNotFound: There is none, or it is another's.
    """
    kept = tables.entries.get(entry)
    if kept is None or kept.account != account:
        raise EntryNotFound(entry)
    return kept


def _entry_of(tables: Tables, account: AccountId, movie: MovieId) -> Entry | None:
    entries = tables.entries.values()
    return next((one for one in entries if (one.account, one.about) == (account, movie)), None)


def _watches_of(tables: Tables, entry: EntryId) -> Mapping[WatchId, TitleWatch]:
    watches = tables.title_watches.values()
    return {watch.id: watch for watch in watches if watch.entry == entry}
