"""Events are delivered at least once, by whoever claims them, in no promised order."""

from asyncio import gather
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from uuid import UUID

import pytest
from cattrs.errors import BaseValidationError
from sqlalchemy import insert, select, update

from tests.servers.databases import Databases
from watchlist_core.auth import AccountAdded, Role
from watchlist_core.catalogue import MovieAdded, MoviesImported
from watchlist_core.ids import AccountId, MovieId, Uuid7, WatchId
from watchlist_core.rating import MovieRated
from watchlist_core.watching import MovieWatched
from watchlist_core.work import Event
from watchlist_sql.columns import instant_in
from watchlist_sql.database import Database, open_database
from watchlist_sql.outbox import Claimed, Counted, Outbox, Share, event_of, row_of
from watchlist_sql.tables import outbox as kept
from watchlist_sql.unit_of_work import unit_of_work

new_id = Uuid7()
LEASE = timedelta(seconds=60)
NO_TIME = timedelta()


@pytest.fixture
def outbox(database: Database) -> Outbox:
    return Outbox(database)


@pytest.fixture
async def other(migrated_url: str) -> AsyncIterator[Outbox]:
    """The outbox as another process has it."""
    database = await open_database(migrated_url)
    yield Outbox(database)
    await database.close()


async def record(database: Database, *events: Event) -> None:
    async with unit_of_work(database)() as work:
        for event in events:
            work.record(event)
        await work.commit()


async def record_some(database: Database, number: int) -> None:
    await record(database, *(MoviesImported(n) for n in range(number)))


async def an_hour_passes(database: Database) -> None:
    async with database.writing() as connection:
        an_hour_ago = instant_in(-3600)
        await connection.execute(
            update(kept).where(kept.c.due_at < instant_in(3600)).values(due_at=an_hour_ago)
        )
        await connection.commit()


def keys(claimed: Sequence[Claimed]) -> set[int]:
    return {one.key for one in claimed}


@pytest.mark.parametrize(
    "event",
    [
        AccountAdded(AccountId(new_id()), Role.USER),
        MovieAdded(MovieId(new_id())),
        MoviesImported(500),
        MovieRated(AccountId(new_id()), MovieId(new_id()), 9),
        MovieWatched(WatchId(new_id()), AccountId(new_id()), MovieId(new_id())),
    ],
    ids=lambda event: event.name,
)
async def test_an_event_is_delivered_as_it_was_recorded(
    database: Database, outbox: Outbox, event: Event
) -> None:
    await record(database, event)

    (claimed,) = await outbox.claim(10, LEASE)

    assert (claimed.name, claimed.version) == (event.name, event.version)
    assert event_of(claimed, type(event)) == event


async def test_an_event_that_is_claimed_as_another_is_refused() -> None:
    claimed = Claimed(1, 1, "movie-added", 1, {"film": str(UUID(int=0))})

    with pytest.raises(BaseValidationError):
        event_of(claimed, MovieAdded)


async def test_nothing_is_claimed_and_nothing_written_where_nothing_waits(
    database: Database, outbox: Outbox
) -> None:
    async with database.writing():  # whoever wrote now would have to wait
        assert await outbox.claim(10, LEASE) == ()


async def test_to_tell_of_no_events_nothing_is_written(database: Database, outbox: Outbox) -> None:
    async with database.writing():
        await outbox.delivered(())
        await outbox.released(())


async def test_at_most_so_many_are_claimed_the_longest_waiting_first(
    database: Database, outbox: Outbox
) -> None:
    for number in range(3):
        await record(database, MoviesImported(number))

    first, second = await outbox.claim(2, LEASE), await outbox.claim(2, LEASE)

    numbers = [sorted(one.payload["added"] for one in batch) for batch in (first, second)]
    assert numbers == [[0, 1], [2]]


async def test_at_most_so_many_are_claimed_whatever_the_planner_believes(
    postgresql: Databases,
) -> None:
    """Believing that there is one event, PostgreSQL would look for the next ones at each event."""
    async with postgresql.migrated() as url:
        database = await open_database(url)
        await record_some(database, 1)
        async with database.writing() as connection:
            await connection.exec_driver_sql("ANALYZE outbox")
            await connection.commit()
        await record_some(database, 30)

        claimed = await Outbox(database).claim(2, LEASE)

        assert len(claimed) == 2
        await database.close()


async def test_two_who_claim_at_once_never_get_the_same_event(
    database: Database, outbox: Outbox, other: Outbox
) -> None:
    await record_some(database, 40)

    batches = await gather(*(who.claim(5, LEASE) for who in (outbox, other) * 4))

    claimed = [one.key for batch in batches for one in batch]
    assert (len(claimed), len(set(claimed))) == (40, 40)


async def test_what_is_delivered_is_never_claimed_again(database: Database, outbox: Outbox) -> None:
    await record_some(database, 3)
    claimed = await outbox.claim(2, NO_TIME)

    await outbox.delivered(claimed)

    again = await outbox.claim(10, LEASE)
    assert not keys(again) & keys(claimed)
    assert await outbox.count() == Counted(waiting=1, parked=0)


async def test_what_its_claimer_left_behind_when_it_died_is_claimed_by_another(
    database: Database, outbox: Outbox, other: Outbox
) -> None:
    await record_some(database, 1)
    (dying,) = await outbox.claim(10, timedelta(minutes=1))
    assert not await other.claim(10, LEASE)

    await an_hour_passes(database)

    (living,) = await other.claim(10, LEASE)
    assert (living.key, living.attempts) == (dying.key, 2)


async def test_who_delivered_too_late_is_believed(database: Database, outbox: Outbox) -> None:
    await record_some(database, 1)
    late = await outbox.claim(10, NO_TIME)
    await outbox.claim(10, LEASE)

    await outbox.delivered(late)

    assert await outbox.count() == Counted(waiting=0, parked=0)


async def test_who_failed_too_late_changes_nothing(database: Database, outbox: Outbox) -> None:
    await record_some(database, 1)
    (late,) = await outbox.claim(10, NO_TIME)
    (living,) = await outbox.claim(10, LEASE)

    await outbox.failed(late, "mail server gone", NO_TIME)
    await outbox.parked(late, "mail server gone")
    await outbox.released([late])

    assert not await outbox.claim(10, LEASE)
    await outbox.delivered([living])
    assert await outbox.count() == Counted(waiting=0, parked=0)


async def test_what_failed_waits_for_its_pause_and_counts_its_attempts(
    database: Database, outbox: Outbox
) -> None:
    await record_some(database, 1)
    (claimed,) = await outbox.claim(10, LEASE)

    await outbox.failed(claimed, "mail server gone", timedelta(minutes=1))

    assert not await outbox.claim(10, LEASE)
    await an_hour_passes(database)
    (again,) = await outbox.claim(10, LEASE)
    assert (claimed.attempts, again.attempts) == (1, 2)
    assert await database.fetch(select(kept.c.reason)) == [("mail server gone",)]


async def test_what_was_not_tried_is_given_back_as_if_never_claimed(
    database: Database, outbox: Outbox
) -> None:
    await record_some(database, 2)
    claimed = await outbox.claim(10, LEASE)

    await outbox.released(claimed)

    again = await outbox.claim(10, LEASE)
    assert keys(again) == keys(claimed)
    assert {one.attempts for one in again} == {1}


async def test_who_has_a_share_claims_only_what_is_in_it(database: Database) -> None:
    imported, rated = Share.of(MoviesImported), Share.of(MovieRated, MovieWatched)
    rest = Share.without(MoviesImported, MovieRated)
    await record_some(database, 2)
    await record(
        database,
        MovieRated(AccountId(new_id()), MovieId(new_id()), 9),
        AccountAdded(AccountId(new_id()), Role.USER),
    )

    claimed = [
        {one.name for one in await Outbox(database, share).claim(10, LEASE)}
        for share in (rated, rest, imported, Share())
    ]

    assert claimed == [{"movie-rated"}, {"account-added"}, {"movies-imported"}, set()]


async def test_where_nothing_of_a_share_waits_nothing_is_written(database: Database) -> None:
    await record_some(database, 1)

    async with database.writing():
        assert await Outbox(database, Share.without(MoviesImported)).claim(10, LEASE) == ()
        assert await Outbox(database, Share.of(MovieAdded)).claim(10, LEASE) == ()


async def test_only_what_was_delivered_long_ago_is_forgotten(
    database: Database, outbox: Outbox
) -> None:
    await record_some(database, 3)
    old, new, _ = await outbox.claim(10, LEASE)
    await outbox.delivered([old, new])
    async with database.writing() as connection:
        long_ago = instant_in(-3600)
        await connection.execute(
            update(kept).where(kept.c.key == old.key).values(delivered_at=long_ago)
        )
        await connection.commit()

    forgotten = await outbox.prune(older_than=timedelta(minutes=30))

    left = await database.fetch(select(kept.c.key).order_by(kept.c.key))
    assert (forgotten, len(left)) == (1, 2)
    assert (old.key,) not in left


async def test_a_key_that_was_forgotten_never_comes_back(
    database: Database, outbox: Outbox
) -> None:
    await record_some(database, 1)
    claimed = await outbox.claim(1, NO_TIME)
    await outbox.delivered(claimed)
    await outbox.prune(older_than=timedelta(seconds=-1))

    await record_some(database, 1)

    assert keys(await outbox.claim(1, LEASE)) > set() != keys(claimed)
    await outbox.delivered(claimed)
    assert (await outbox.count()).waiting == 1


async def test_an_event_of_a_slower_work_is_not_missed(postgresql: Databases) -> None:
    """Keys are given before the commit: a later one may be seen before an earlier one."""
    async with postgresql.migrated() as url:
        database = await open_database(url)
        outbox = Outbox(database)
        async with database.writing() as slow:
            await slow.execute(insert(kept).values(row_of(MoviesImported(1))))
            await record(database, MoviesImported(2))
            (first,) = await outbox.claim(10, LEASE)
            await slow.commit()

        (second,) = await outbox.claim(10, LEASE)

        assert (first.payload, second.payload) == ({"added": 2}, {"added": 1})
        assert second.key < first.key
        await database.close()
