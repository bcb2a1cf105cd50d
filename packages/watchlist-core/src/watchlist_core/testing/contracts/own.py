"""What somebody has of his own before a test begins, and what he sees of it."""

from collections.abc import Sequence
from datetime import datetime

from watchlist_core.auth import RemoveAccount
from watchlist_core.catalogue import MediaType, WithdrawMovie
from watchlist_core.ids import AccountId, EntryId, MovieId
from watchlist_core.paging import PageNumber, Total
from watchlist_core.testing.contracts.given import NOON, new_id
from watchlist_core.testing.contracts.store import PersonalStore, Store
from watchlist_core.watching import (
    AddToWatchlist,
    Entry,
    EntryChanges,
    EntryFilter,
    EntryOrder,
    EntryStatus,
    FreeTitle,
    ListWatches,
    ListWatchlist,
    ReviseEntry,
    WatchMovie,
)

__all__ = [
    "a_title",
    "account_removed",
    "become",
    "history_of",
    "listed",
    "watched",
    "watchlist_of",
    "withdrawn",
]


def a_title(title: str = "Dekalog", year: int | None = 1989) -> FreeTitle:
    return FreeTitle(title, MediaType.SERIES, year)


async def listed(
    store: PersonalStore,
    account: AccountId,
    about: MovieId | FreeTitle,
    status: EntryStatus = EntryStatus.PLANNED,
    *,
    at: datetime = NOON,
    note: str = "",
) -> Entry:
    """Put something on somebody's watchlist."""
    add = AddToWatchlist(store.begin, lambda: at, new_id)
    return await add(account, about, status, note)


async def become(
    store: PersonalStore,
    account: AccountId,
    entry: EntryId,
    status: EntryStatus,
    *,
    at: datetime = NOON,
) -> Entry:
    """Give an entry another status."""
    revise = ReviseEntry(store.begin, lambda: at, new_id)
    return await revise(account, entry, EntryChanges(status=status))


async def watched(
    store: Store, account: AccountId, movie: MovieId, watched_at: datetime | None = None
) -> None:
    await WatchMovie(store.begin, lambda: watched_at or NOON, new_id)(account, movie, watched_at)


async def watchlist_of(
    store: PersonalStore,
    account: AccountId,
    wanted: EntryFilter | None = None,
    order: EntryOrder | None = None,
) -> Sequence[tuple[str, str]]:
    """Return the titles on somebody's watchlist with their statuses, of which the total tells."""
    page = await ListWatchlist(store.entry_queries)(account, wanted, order)
    assert page.total == Total(len(page.items))
    return [(card.title, card.status) for card in page.items]


async def history_of(
    store: PersonalStore, account: AccountId
) -> Sequence[tuple[str, datetime | None]]:
    """Return the titles that somebody has watched with the instants, of which the total tells."""
    page = await ListWatches(store.watch_queries)(account, window=PageNumber(page_size=100))
    assert page.total == Total(len(page.items))
    return [(card.title, card.watched_at) for card in page.items]


async def withdrawn(store: Store, movie: MovieId) -> None:
    await WithdrawMovie(store.begin)(movie)


async def account_removed(store: Store, account: AccountId) -> None:
    def rights_changed() -> None:
        """Nothing is believed of access tokens here."""

    await RemoveAccount(store.begin, rights_changed)(account)
