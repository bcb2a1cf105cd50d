"""Periodic jobs are done by one process of all, and again after they failed."""

import asyncio
from datetime import timedelta

import pytest
from attrs import define
from structlog.testing import capture_logs

from watchlist_http.server.jobs import Job, JobRunner
from watchlist_sql.database import Database, open_database
from watchlist_sql.jobs import Jobs

GOING_ON = asyncio.Event()
NOW = timedelta(0)
HOUR = timedelta(hours=1)


@define
class Done:
    """Work that counts how often it was begun, and ends as a test wants it to."""

    times: int = 0
    trouble: Exception | None = None

    async def __call__(self) -> None:
        self.times += 1
        if self.trouble:
            raise self.trouble


@pytest.fixture
def done() -> Done:
    return Done()


def a_runner(database: Database, *jobs: Job) -> JobRunner:
    return JobRunner(Jobs(database), jobs)


async def test_a_job_is_done_when_it_is_due_and_not_before_it_is_due_again(
    database: Database, done: Done
) -> None:
    runner = a_runner(database, Job("tidy", HOUR, done))

    more = [await runner(GOING_ON), await runner(GOING_ON)]

    assert done.times == 1
    assert more == [False, False]


async def test_a_job_is_done_again_when_it_is_due_again(database: Database, done: Done) -> None:
    runner = a_runner(database, Job("tidy", NOW, done))

    await runner(GOING_ON)
    await runner(GOING_ON)

    assert done.times == 2


async def test_nobody_begins_a_job_that_another_is_doing(
    migrated_url: str, database: Database, done: Done
) -> None:
    other = await open_database(migrated_url)
    theirs = a_runner(other, Job("tidy", HOUR, done))

    async def meanwhile() -> None:
        await theirs(GOING_ON)

    await a_runner(database, Job("tidy", HOUR, meanwhile))(GOING_ON)
    await other.close()

    assert done.times == 0


async def test_a_job_whose_holder_has_died_is_begun_again_when_its_lease_is_over(
    database: Database, done: Done
) -> None:
    await Jobs(database).take("tidy", lease=NOW)

    await a_runner(database, Job("tidy", HOUR, done))(GOING_ON)

    assert done.times == 1


async def test_a_job_that_fails_is_logged_and_stops_no_other(
    database: Database, done: Done
) -> None:
    failing = Job("fail", HOUR, Done(trouble=KeyError("bug")))
    runner = a_runner(database, failing, Job("tidy", HOUR, done))

    with capture_logs() as lines:
        await runner(GOING_ON)

    assert done.times == 1
    assert [(line["event"], line["job"]) for line in lines] == [("job failed", "fail")]


async def test_a_job_that_failed_is_tried_again_sooner(database: Database) -> None:
    failing = Done(trouble=KeyError("bug"))
    soon = a_runner(database, Job("fail", HOUR, failing, after_failure=NOW))

    await soon(GOING_ON)
    failing.trouble = None
    await soon(GOING_ON)
    await soon(GOING_ON)

    assert failing.times == 2


async def test_a_job_that_failed_waits_before_it_is_tried_again(database: Database) -> None:
    failing = Done(trouble=KeyError("bug"))
    runner = a_runner(database, Job("fail", NOW, failing))

    await runner(GOING_ON)
    await runner(GOING_ON)

    assert failing.times == 1


async def test_a_job_that_takes_too_long_is_stopped(database: Database) -> None:
    async def hang() -> None:
        await asyncio.Event().wait()

    runner = a_runner(database, Job("hang", HOUR, hang, lease=timedelta(seconds=0.1)))

    with capture_logs() as lines:
        await runner(GOING_ON)

    assert [line["event"] for line in lines] == ["job failed"]


async def test_told_to_stop_it_begins_no_other_job(database: Database, done: Done) -> None:
    stopping = asyncio.Event()

    async def stop() -> None:
        stopping.set()

    await a_runner(database, Job("first", HOUR, stop), Job("tidy", HOUR, done))(stopping)

    assert done.times == 0
