"""A periodic job is run by one process at a time, and by another when that one dies."""

from asyncio import gather
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from watchlist_sql.columns import instant_in
from watchlist_sql.database import Database, open_database
from watchlist_sql.jobs import Jobs, Turn
from watchlist_sql.tables import jobs as kept

LEASE = timedelta(seconds=60)
MOMENT = timedelta(minutes=1)
NO_TIME = timedelta()


@pytest.fixture
def jobs(database: Database) -> Jobs:
    return Jobs(database)


@pytest.fixture
async def other(migrated_url: str) -> AsyncIterator[Jobs]:
    """The jobs as another process has them."""
    database = await open_database(migrated_url)
    yield Jobs(database)
    await database.close()


async def an_hour_passes(database: Database) -> None:
    async with database.writing() as connection:
        for column in (kept.c.due_at, kept.c.lease_until):
            earlier = {column: instant_in(-3600)}
            await connection.execute(
                update(kept)
                .where(column > instant_in(-3600), column < instant_in(3600))
                .values(earlier)
            )
        await connection.commit()


async def taken(jobs: Jobs, lease: timedelta = LEASE) -> Turn:
    turn = await jobs.take("prune", lease=lease)
    assert turn
    return turn


async def test_a_job_never_heard_of_is_due_at_once(jobs: Jobs) -> None:
    assert await jobs.take("prune", lease=LEASE) == Turn("prune", 1)


async def test_of_many_who_want_a_job_at_once_one_gets_it(jobs: Jobs, other: Jobs) -> None:
    turns = await gather(*(who.take("prune", lease=LEASE) for who in (jobs, other) * 5))

    assert len([turn for turn in turns if turn]) == 1


async def test_jobs_are_taken_apart(jobs: Jobs) -> None:
    await taken(jobs)

    assert await jobs.take("recount", lease=LEASE)


async def test_a_job_that_is_run_is_refused_without_waiting(database: Database, jobs: Jobs) -> None:
    await taken(jobs)

    async with database.writing():  # whoever wrote now would have to wait
        assert await jobs.take("prune", lease=LEASE) is None


async def test_a_finished_job_is_due_when_its_holder_said(
    database: Database, jobs: Jobs, other: Jobs
) -> None:
    assert await jobs.finish(await taken(jobs), again_in=MOMENT)
    assert await other.take("prune", lease=LEASE) is None

    await an_hour_passes(database)

    assert await other.take("prune", lease=LEASE) == Turn("prune", 2)


async def test_the_job_of_a_process_that_died_is_taken_when_its_lease_is_over(
    database: Database, jobs: Jobs, other: Jobs
) -> None:
    await taken(jobs, MOMENT)
    assert await other.take("prune", lease=LEASE) is None

    await an_hour_passes(database)

    assert await other.take("prune", lease=LEASE) == Turn("prune", 2)


async def test_who_was_too_slow_has_lost_the_job(jobs: Jobs, other: Jobs) -> None:
    slow = await taken(jobs, NO_TIME)
    quick = await taken(other)

    assert not await jobs.finish(slow, again_in=NO_TIME)

    assert await other.finish(quick, again_in=NO_TIME)


async def test_a_job_is_finished_once(jobs: Jobs) -> None:
    turn = await taken(jobs)

    assert await jobs.finish(turn, again_in=LEASE)
    assert not await jobs.finish(turn, again_in=NO_TIME)

    assert await jobs.take("prune", lease=LEASE) is None
