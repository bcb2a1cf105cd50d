from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import pytest
from attrs import evolve

from watchlist_core.auditing import Actor, AuditEntry, AuditSearch, acting
from watchlist_core.auth import SignedIn
from watchlist_core.catalogue import MovieAdded, MoviesImported
from watchlist_core.ids import AccountId, MovieId, SessionId
from watchlist_core.paging import After, ForeignPosition, PageNumber, Position, Total
from watchlist_core.testing.contracts.given import new_id
from watchlist_core.testing.contracts.store import Store
from watchlist_core.work import Event

__all__ = ["ANNA", "BERT", "AuditSearchContract", "acted", "audit_of", "committed"]

ANNA: Final = Actor(AccountId(new_id()), "203.0.113.7", "request-1")
BERT: Final = Actor(AccountId(new_id()), "2001:db8::7", "request-2")
_MICROSECOND: Final = timedelta(microseconds=1)
_ACCOUNT: Final = AccountId(new_id())
_SESSION: Final = SessionId(new_id())
_MOVIE: Final = MovieId(new_id())

_SEARCHES: Final = [
    (AuditSearch(), ["b3", "b2", "a1"]),
    (AuditSearch(oldest_first=True), ["a1", "b2", "b3"]),
    (AuditSearch(action="movie-added", oldest_first=True), ["a1", "b2"]),
    (AuditSearch(actor=ANNA.account), ["a1"]),
    (AuditSearch(actor=_ACCOUNT), []),
    (AuditSearch(action="movie-added"), ["b2", "a1"]),
    (AuditSearch(action="movie"), []),
    (AuditSearch(subject=_MOVIE), ["a1"]),
    (AuditSearch(subject=_ACCOUNT), ["b3"]),
    (AuditSearch(subject=_SESSION), []),
    (AuditSearch(request_id="request-2"), ["b3", "b2"]),
    (AuditSearch(request_id="request"), []),
    (AuditSearch(actor=BERT.account, action="movie-added"), ["b2"]),
    (AuditSearch(actor=ANNA.account, request_id="request-2"), []),
]
"""And which of three entries they find: what Anna did first, then Bert, twice."""


async def acted(store: Store, actor: Actor, *events: Event) -> None:
    """Let *actor* do it; of what he does it to, nothing has to be there (any more)."""
    with acting(actor):
        await committed(store, *events)


async def committed(store: Store, *events: Event) -> None:
    async with store.begin() as work:
        for event in events:
            work.record(event)
        await work.commit()


async def audit_of(store: Store, search: AuditSearch | None = None) -> list[AuditEntry]:
    page = await store.audit_queries.search(search or AuditSearch(), PageNumber(page_size=100))
    return list(page.items)


@pytest.mark.asyncio
class AuditSearchContract:
    """Of what people did, everything is found, in order, until it is forgotten."""

    @pytest.mark.parametrize(("search", "found"), _SEARCHES, ids=range(len(_SEARCHES)))
    async def test_the_entries_are_found_that_all_is_true_of(
        self, store: Store, search: AuditSearch, found: Sequence[str]
    ) -> None:
        await acted(store, ANNA, MovieAdded(_MOVIE))
        await acted(store, BERT, MovieAdded(MovieId(new_id())))
        await acted(store, BERT, SignedIn(_ACCOUNT, _SESSION))
        a1, b2, b3 = reversed(await audit_of(store))

        page = await store.audit_queries.search(search, PageNumber())

        names = {"a1": a1, "b2": b2, "b3": b3}
        assert list(page.items) == [names[name] for name in found]
        assert (page.next, page.total) == (None, Total(len(found)))

    async def test_a_time_has_its_first_instant_and_not_its_last(self, store: Store) -> None:
        for number in range(5):
            await acted(store, ANNA, MoviesImported(number))
        entries = await audit_of(store)
        times = [
            (since, until)
            for since in (None, *(entry.at for entry in entries))
            for until in (None, *(entry.at for entry in entries), entries[0].at + _MICROSECOND)
        ]

        found = [
            await audit_of(store, AuditSearch(since=since, until=until)) for since, until in times
        ]

        assert found == [
            [
                entry
                for entry in entries
                if (since is None or entry.at >= since) and (until is None or entry.at < until)
            ]
            for since, until in times
        ]

    async def test_pages_by_number_and_by_position_walk_the_same_list(self, store: Store) -> None:
        for number in range(0, 8, 2):
            # Of one instant, as far as the clock of the store tells.
            await acted(store, ANNA, MoviesImported(number), MoviesImported(number + 1))
            await acted(store, BERT, MoviesImported(number))

        async def walks(search: AuditSearch) -> list[list[int]]:
            return [
                await walk(store, search, page_size)
                for page_size in (1, 2, 3, 4, 7, 8)
                for walk in (_walk_by_number, _walk_by_position)
            ]

        latest_first = await walks(_OF_ANNA)
        oldest_first = await walks(evolve(_OF_ANNA, oldest_first=True))

        assert latest_first == [[7, 6, 5, 4, 3, 2, 1, 0]] * 12
        assert oldest_first == [[0, 1, 2, 3, 4, 5, 6, 7]] * 12

    async def test_what_is_done_meanwhile_moves_no_page_after_a_position(
        self, store: Store
    ) -> None:
        for number in range(4):
            await acted(store, ANNA, MoviesImported(number))
        first = await store.audit_queries.search(AuditSearch(), PageNumber(page_size=2))
        assert first.next is not None

        await acted(store, ANNA, MoviesImported(4))

        rest = await store.audit_queries.search(AuditSearch(), After(first.next, page_size=2))
        assert [entry.details["added"] for entry in rest.items] == [1, 0]

    async def test_past_the_last_page_there_is_nothing(self, store: Store) -> None:
        await acted(store, ANNA, MovieAdded(_MOVIE))

        page = await store.audit_queries.search(AuditSearch(), PageNumber(2))

        assert (list(page.items), page.next, page.total) == ([], None, Total(1))

    async def test_a_position_of_another_list_is_refused(self, store: Store) -> None:
        await acted(store, ANNA, MovieAdded(_MOVIE))
        foreign: list[Position] = [(), (None, None), ("stalker", "solaris"), (1, 2, 3), ("",)]

        for position in foreign:
            with pytest.raises(ForeignPosition):
                await store.audit_queries.search(AuditSearch(), After(position))

    async def test_old_entries_are_forgotten_and_the_others_stay(self, store: Store) -> None:
        for number in range(5):
            await acted(store, ANNA, MoviesImported(number))
        entries = await audit_of(store)
        before = entries[2].at
        young = [entry for entry in entries if entry.at >= before]

        async with store.begin() as work:
            forgotten = await work.audit_log.forget(before, most=10)
            await work.commit()

        assert (forgotten, await audit_of(store)) == (len(entries) - len(young), young)
        assert len(await store.events()) == 5

    async def test_no_more_are_forgotten_at_a_time_than_asked_for(self, store: Store) -> None:
        await acted(store, ANNA, *(MoviesImported(number) for number in range(5)))
        before = (await audit_of(store))[0].at + _MICROSECOND
        told = []

        for _ in range(4):
            async with store.begin() as work:
                forgotten = await work.audit_log.forget(before, most=2)
                await work.commit()
            told.append((forgotten, len(await audit_of(store))))

        assert told == [(2, 3), (2, 1), (1, 0), (0, 0)]

    async def test_forgetting_without_commit_forgets_nothing(self, store: Store) -> None:
        await acted(store, ANNA, MovieAdded(_MOVIE))
        before = (await audit_of(store))[0].at + _MICROSECOND

        async with store.begin() as work:
            assert await work.audit_log.forget(before, most=10) == 1

        assert len(await audit_of(store)) == 1


def _added(entries: Sequence[AuditEntry]) -> list[int]:
    return [entry.details["added"] for entry in entries]


_OF_ANNA: Final = AuditSearch(actor=ANNA.account)


async def _walk_by_number(store: Store, search: AuditSearch, page_size: int) -> list[int]:
    numbers: list[int] = []
    for number in range(1, 100):
        page = await store.audit_queries.search(search, PageNumber(number, page_size))
        assert page.total == Total(8)
        numbers += _added(page.items)
        if page.next is None:
            break
    return numbers


async def _walk_by_position(store: Store, search: AuditSearch, page_size: int) -> list[int]:
    page = await store.audit_queries.search(search, PageNumber(1, page_size))
    numbers = _added(page.items)
    while page.next is not None:
        assert len(page.items) == page_size
        assert len(numbers) <= 8
        page = await store.audit_queries.search(search, After(page.next, page_size))
        assert page.total is None
        numbers += _added(page.items)
    return numbers
