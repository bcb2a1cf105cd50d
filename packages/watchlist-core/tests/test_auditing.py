from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta, timezone
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

import pytest
from attrs import frozen

from watchlist_core.auditing import (
    Actor,
    AuditSearch,
    ForgetAudit,
    ListAudit,
    Subject,
    acting,
    details_of,
    present_actor,
    subject_of,
)
from watchlist_core.auth import NotAllowed, Role, SignedIn, SignInRefused
from watchlist_core.catalogue import MoviesImported
from watchlist_core.ids import AccountId, MovieId, SessionId
from watchlist_core.paging import PageNumber
from watchlist_core.rating import MovieRated
from watchlist_core.testing import MemoryStore
from watchlist_core.testing.contracts import NOON, new_id
from watchlist_core.testing.memory import MemoryUnitOfWork
from watchlist_core.work import Clock

ACCOUNT, MOVIE, SESSION = AccountId(new_id()), MovieId(new_id()), SessionId(new_id())


@frozen
class SomethingHappened:
    name: ClassVar[str] = "something-happened"
    version: ClassVar[int] = 1

    what: object


@pytest.mark.parametrize(
    ("what", "told"),
    [
        (None, None),
        (True, True),
        (7, 7),
        (0.5, 0.5),
        (Role.ADMIN, "admin"),
        (UUID(int=7), "00000000-0000-0000-0000-000000000007"),
        (NOON, "2026-11-20T12:00:00.123456+00:00"),
        (NOON.astimezone(timezone(timedelta(hours=2))), "2026-11-20T12:00:00.123456+00:00"),
    ],
)
def test_a_member_of_an_event_is_told_as_json_has_it(what: object, told: object) -> None:
    details = details_of(SomethingHappened(what))

    assert details == {"what": told}
    assert type(details["what"]) is type(told)


@pytest.mark.parametrize("what", [b"secret", Decimal(1), [1], {}], ids=repr)
def test_what_nobody_said_how_to_tell_is_a_mistake(what: object) -> None:
    with pytest.raises(TypeError, match="what is a"):
        details_of(SomethingHappened(what))


def test_an_event_is_about_the_thing_that_changed() -> None:
    assert subject_of(MovieRated(ACCOUNT, MOVIE, 9)) == Subject("movie", MOVIE)
    assert subject_of(SignedIn(ACCOUNT, SESSION)) == Subject("account", ACCOUNT)
    assert subject_of(SignInRefused(None)) is None
    assert subject_of(MoviesImported(2)) is None


def test_nobody_acts_once_it_is_done_however_it_ends() -> None:
    outer, inner = Actor(origin="outer"), Actor(origin="inner")

    with acting(outer):
        with pytest.raises(NotAllowed), acting(inner):
            raise NotAllowed
        after = present_actor()

    assert (after, present_actor()) == (outer, None)


@pytest.mark.parametrize("text", ["two\0words", "half of \ud83d"], ids=ascii)
def test_nobody_acts_from_where_no_store_could_keep(text: str) -> None:
    with pytest.raises(ValueError, match="origin"):
        Actor(origin=text)
    with pytest.raises(ValueError, match="request_id"):
        Actor(request_id=text)


def test_a_search_wants_instants() -> None:
    naive = NOON.replace(tzinfo=None)

    with pytest.raises(ValueError, match="since must have its offset"):
        AuditSearch(since=naive)
    with pytest.raises(ValueError, match="until must have its offset"):
        AuditSearch(until=naive)


def _ticking() -> Clock:
    """Return a clock that is a day later each time it is asked, from noon on."""
    days = iter(range(1_000))
    return lambda: NOON + timedelta(days=next(days))


async def _acted(store: MemoryStore, times: int) -> None:
    with acting(Actor(ACCOUNT)):
        for number in range(times):
            async with store.begin() as work:
                work.record(MoviesImported(number))
                await work.commit()


async def test_an_entry_tells_the_instant_of_its_commit_by_the_clock_of_the_store() -> None:
    store = MemoryStore(clock=_ticking())
    await _acted(store, 3)

    page = await ListAudit(store.audit_queries)(AuditSearch(), PageNumber())

    assert [entry.at for entry in page.items] == [NOON + timedelta(days=day) for day in (2, 1, 0)]


@pytest.mark.parametrize("most", [1, 2, 3, 7, 1_000])
async def test_what_is_old_is_forgotten_a_few_at_a_time(most: int) -> None:
    store = MemoryStore(clock=_ticking())
    await _acted(store, 10)
    forget = ForgetAudit(store.begin, lambda: NOON + timedelta(days=10), most)

    forgotten = await forget(older_than=timedelta(days=4))

    page = await ListAudit(store.audit_queries)(AuditSearch(), PageNumber())
    assert forgotten == 6
    assert [entry.details["added"] for entry in page.items] == [9, 8, 7, 6]
    assert await forget(older_than=timedelta(days=4)) == 0


async def test_as_many_as_may_be_are_forgotten_in_a_work() -> None:
    store, works = MemoryStore(clock=lambda: NOON), 0
    await _acted(store, 5)

    @asynccontextmanager
    async def begin() -> AsyncIterator[MemoryUnitOfWork]:
        nonlocal works
        works += 1
        async with store.begin() as work:
            yield work

    await ForgetAudit(begin, lambda: NOON + timedelta(days=1), 2)(older_than=timedelta())

    assert works == 3


def test_works_forget_something() -> None:
    with pytest.raises(ValueError, match="most"):
        ForgetAudit(MemoryStore().begin, lambda: NOON, 0)
