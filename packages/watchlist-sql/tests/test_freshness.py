"""What was read of the catalogue is known to stand, or not to, without asking each time."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast
from uuid import UUID

import pytest_asyncio
from attrs import define

from tests.servers.databases import Databases, SqliteFiles
from watchlist_core.auth import AddAccount, EmailAddress, RemoveAccount, Role
from watchlist_core.catalogue import AddGenre, AddMovie, NewMovie
from watchlist_core.ids import MovieId, Uuid7
from watchlist_core.rating import RateMovie, Stars
from watchlist_core.watching import WatchMovie
from watchlist_core.work import StoreUnavailable, now
from watchlist_sql.catalogue import SqlFreshness
from watchlist_sql.database import Database
from watchlist_sql.store import SqlStore


@define
class Time:
    seconds: float = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest_asyncio.fixture
async def stores(databases: Databases) -> AsyncIterator[tuple[SqlStore, SqlStore]]:
    """Two doors to one database, each as a process has one."""
    async with databases.migrated() as url, opened(url) as here, opened(url) as there:
        yield here, there


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[SqlStore]:
    store = await SqlStore.open(url)
    try:
        yield store
    finally:
        await store.close()


async def test_it_is_the_same_while_nothing_changes(stores: tuple[SqlStore, SqlStore]) -> None:
    here, _ = stores
    freshness = SqlFreshness(here.database, believed=0)

    first, second = await freshness.stamp(), await freshness.stamp()

    assert first is not None
    assert first == second


async def test_what_others_commit_is_told_once_it_is_believed_no_more(
    stores: tuple[SqlStore, SqlStore],
) -> None:
    here, there = stores
    time = Time()
    freshness = SqlFreshness(here.database, believed=0.5, clock=time)
    before = await freshness.stamp()

    await AddGenre(there.begin, Uuid7())("Western")
    time.seconds += 0.49
    believed = await freshness.stamp()
    time.seconds += 0.01
    after = await freshness.stamp()

    assert before is not None
    assert after is not None
    assert believed == before
    assert after.catalogue == before.catalogue + 1
    assert after.counters == before.counters


async def test_half_a_second_is_the_longest_that_anything_is_believed(
    stores: tuple[SqlStore, SqlStore],
) -> None:
    here, _ = stores

    assert here.freshness.believed <= 0.5


async def test_what_this_process_commits_is_told_at_once(
    stores: tuple[SqlStore, SqlStore],
) -> None:
    here, _ = stores
    before = await here.freshness.stamp()

    await AddGenre(here.begin, Uuid7())("Western")
    after = await here.freshness.stamp()

    assert before is not None
    assert after is not None
    assert after.catalogue == before.catalogue + 1


async def test_a_rating_of_this_process_is_told_though_it_raises_no_version(
    stores: tuple[SqlStore, SqlStore],
) -> None:
    here, there = stores
    add_account = AddAccount(here.begin, now, Uuid7())
    account = await add_account(None, Role.USER, EmailAddress("trinity@example.org"), "hash")
    movie = await AddMovie(here.begin, now, Uuid7())(NewMovie("Stalker", 1979))
    await WatchMovie(here.begin, now, Uuid7())(account.id, movie.id, None)
    before, elsewhere = await here.freshness.stamp(), await there.freshness.stamp()

    await RateMovie(here.begin, now)(account.id, movie.id, Stars.of(4.5))
    after = await here.freshness.stamp()

    assert before is not None
    assert after is not None
    assert after.catalogue == before.catalogue
    assert here.freshness.rated_since(before.counters) == {str(movie.id)}
    assert here.freshness.rated_since(after.counters) == set()
    assert await there.freshness.stamp() == elsewhere


async def test_whoever_is_removed_may_have_rated_any_movie(
    stores: tuple[SqlStore, SqlStore],
) -> None:
    here, _ = stores
    add_account = AddAccount(here.begin, now, Uuid7())
    account = await add_account(None, Role.USER, EmailAddress("trinity@example.org"), "hash")
    before = await here.freshness.stamp()

    await RemoveAccount(here.begin, lambda: None)(account.id)

    assert before is not None
    assert await here.freshness.stamp() != before
    assert here.freshness.rated_since(before.counters) is None


async def test_what_was_rated_is_remembered_of_so_many_changes_as_come_within_a_second(
    stores: tuple[SqlStore, SqlStore],
) -> None:
    here, _ = stores
    movies = [MovieId(UUID(int=number)) for number in range(101)]

    for movie in movies:
        here.freshness.changed([movie])

    assert here.freshness.rated_since(98) == {*map(str, movies[98:])}
    assert here.freshness.rated_since(1) == {*map(str, movies[1:])}
    assert here.freshness.rated_since(0) is None


async def test_what_changes_no_catalogue_leaves_it_as_it_is(
    stores: tuple[SqlStore, SqlStore],
) -> None:
    here, _ = stores
    before = await here.freshness.stamp()

    add_account = AddAccount(here.begin, now, Uuid7())
    await add_account(None, Role.USER, EmailAddress("trinity@example.org"), "hash")

    assert await here.freshness.stamp() == before


@define
class Slow:
    """A database that answers when it is told to."""

    answers: "list[asyncio.Future[int]]"
    dialect: str = "postgresql"

    def data_version(self) -> None:
        return None

    async def fetch(self, _: Any) -> Sequence[tuple[int]]:
        answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.answers.append(answer)
        return [(await answer,)]


async def test_all_who_ask_at_once_ask_together_and_who_leaves_takes_nobody_with_him() -> None:
    slow = Slow([])
    freshness = SqlFreshness(cast("Database", slow), clock=Time())
    asking = [asyncio.create_task(freshness.stamp()) for _ in range(3)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)

    asking[0].cancel()
    await asyncio.sleep(0)
    slow.answers[0].set_result(7)
    told = await asyncio.gather(*asking, return_exceptions=True)

    assert len(slow.answers) == 1
    assert isinstance(told[0], asyncio.CancelledError)
    assert [one.catalogue for one in told[1:] if isinstance(one, tuple)] == [7, 7]


async def test_an_answer_that_is_long_in_coming_is_not_waited_for_by_who_comes_later() -> None:
    slow, time = Slow([]), Time()
    freshness = SqlFreshness(cast("Database", slow), clock=time)
    first = asyncio.create_task(freshness.stamp())
    await asyncio.sleep(0)
    await asyncio.sleep(0)

    time.seconds += 0.5
    second = asyncio.create_task(freshness.stamp())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    slow.answers[1].set_result(8)
    slow.answers[0].set_result(7)

    assert [one.catalogue for one in await asyncio.gather(first, second) if one] == [7, 8]


async def test_what_changes_while_it_is_asked_is_told_to_the_next() -> None:
    slow = Slow([])
    freshness = SqlFreshness(cast("Database", slow), clock=Time())
    first = asyncio.create_task(freshness.stamp())
    await asyncio.sleep(0)
    await asyncio.sleep(0)

    freshness.changed()
    slow.answers[0].set_result(7)
    before = await first
    second = asyncio.create_task(freshness.stamp())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    slow.answers[1].set_result(8)

    assert before is not None
    assert await second == (8, before.counters + 1)


async def test_where_the_database_does_not_answer_nothing_is_told() -> None:
    slow, time = Slow([]), Time()
    freshness = SqlFreshness(cast("Database", slow), clock=time)
    for answer in (7, None, 7):
        asking = asyncio.create_task(freshness.stamp())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        if answer is None:
            slow.answers[-1].set_exception(StoreUnavailable())
            assert await asking is None
        else:
            slow.answers[-1].set_result(answer)
            assert await asking == (7, 0)
        time.seconds += 0.5


async def test_a_file_that_cannot_be_read_tells_nothing(sqlite: SqliteFiles) -> None:
    async with sqlite.migrated() as url:
        async with opened(url) as store:
            freshness = SqlFreshness(store.database, believed=0)
            assert await freshness.stamp() is not None

        assert await freshness.stamp() is None
