"""A client that hangs up does not tear what it began."""

import asyncio
import logging
from asyncio import CancelledError, Event, create_task
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from attrs import define, field

from watchlist_core.auth import Identity, InvalidToken
from watchlist_core.errors import Conflict
from watchlist_core.work import Busy
from watchlist_http.answers import Answer
from watchlist_http.application import create_application
from watchlist_http.completion import Completion, repeated_while_busy
from watchlist_http.options import Options
from watchlist_http.routing import Routes, Services


@define
class SlowWork:
    """A use case that goes on when it is told to."""

    outcome: Exception | None = None
    began: Event = field(factory=Event)
    may_go_on: Event = field(factory=Event)
    is_done: bool = False

    async def __call__(self) -> None:
        self.began.set()
        await self.may_go_on.wait()
        self.is_done = True
        if self.outcome is not None:
            raise self.outcome


@pytest.fixture
async def application() -> web.Application:
    return web.Application()


async def abandoned(completion: Completion, work: SlowWork) -> None:
    waiting = create_task(completion(work()))
    await work.began.wait()
    waiting.cancel()
    with pytest.raises(CancelledError):
        await waiting


async def test_a_work_that_nobody_waits_for_is_finished(application: web.Application) -> None:
    completion, work = Completion(), SlowWork()
    await abandoned(completion, work)
    assert not work.is_done

    work.may_go_on.set()
    await completion.drain(application)

    assert work.is_done


async def test_draining_waits_for_nothing_if_nothing_runs(application: web.Application) -> None:
    completion = Completion()

    async with asyncio.timeout(1):
        await completion.drain(application)


async def test_draining_is_not_patient_for_ever(application: web.Application) -> None:
    completion, work = Completion(patience=0.01), SlowWork()
    await abandoned(completion, work)

    await completion.drain(application)

    assert not work.is_done
    work.may_go_on.set()
    await completion.drain(application)


@pytest.mark.parametrize(
    ("outcome", "is_logged"), [(None, False), (Conflict(), False), (ZeroDivisionError(), True)]
)
async def test_only_bugs_of_an_abandoned_work_are_logged(
    application: web.Application,
    caplog: pytest.LogCaptureFixture,
    outcome: Exception | None,
    is_logged: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    completion, work = Completion(), SlowWork(outcome)
    await abandoned(completion, work)

    work.may_go_on.set()
    await completion.drain(application)

    assert [one.levelno for one in caplog.records] == [logging.ERROR] * is_logged


async def test_a_work_that_is_itself_cancelled_is_no_bug(
    application: web.Application, caplog: pytest.LogCaptureFixture
) -> None:
    completion, work = Completion(), SlowWork()
    waiting = create_task(completion(cancelled(work)))
    await work.began.wait()

    waiting.cancel()
    with pytest.raises(CancelledError):
        await waiting
    work.may_go_on.set()
    await completion.drain(application)

    assert caplog.records == []


async def cancelled(work: SlowWork) -> None:
    await work()
    raise CancelledError


async def test_a_refusal_other_than_busy_is_not_repeated() -> None:
    attempts = []

    async def work() -> None:
        attempts.append("again")
        raise Conflict

    with pytest.raises(Conflict):
        await repeated_while_busy(work)

    assert len(attempts) == 1


async def test_patience_with_a_busy_store_ends() -> None:
    attempts = []

    async def work() -> None:
        attempts.append("again")
        raise Busy

    with pytest.raises(Busy):
        await repeated_while_busy(work, pauses=(0.0, 0.0, 0.0))

    assert len(attempts) == 4


async def test_a_store_that_was_patient_itself_is_not_asked_again() -> None:
    seconds = iter([0.0, 5.0])
    attempts = []

    async def work() -> None:
        attempts.append("again")
        raise Busy

    with pytest.raises(Busy):
        await repeated_while_busy(work, clock=lambda: next(seconds))

    assert len(attempts) == 1


class Done(Answer, frozen=True):
    """It is done."""


routes = Routes("Slow", under="")


@routes.put("/slow")
async def work_slowly(work: SlowWork) -> Done:
    """Work slowly."""
    await work()
    return Done()


@pytest.fixture
def work() -> SlowWork:
    return SlowWork()


@pytest.fixture
def answered() -> Event:
    """Whether a request is over, as the log says."""
    return Event()


@pytest.fixture
async def client(
    work: SlowWork, answered: Event
) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    """The API in a server that cancels handlers when their client is gone, as those of tests do."""

    async def identify(_: str) -> Identity:
        raise InvalidToken

    application = create_application(
        Services().add(work),
        identify,
        Options(request_log=lambda _: answered.set()),
        capabilities=[routes],
    )
    async with TestClient(TestServer(application)) as client:
        yield client


async def test_hanging_up_leaves_no_half_work(
    client: TestClient[web.Request, web.Application], work: SlowWork, answered: Event
) -> None:
    impatient = create_task(client.put("/slow"))
    await work.began.wait()
    impatient.cancel()
    await answered.wait()
    assert not work.is_done

    work.may_go_on.set()
    await client.close()

    assert work.is_done
