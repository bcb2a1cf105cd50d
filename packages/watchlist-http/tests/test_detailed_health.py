"""How each thing is that the server works with, for admins."""

import asyncio
from typing import Any, cast

import pytest
from attrs import frozen

from watchlist_core.auth import Identity, NotSignedIn
from watchlist_core.errors import WatchlistError
from watchlist_core.work import StoreUnavailable
from watchlist_http.components import Component, ComponentDown, Components
from watchlist_http.unidentified import identified_in_time


async def answers() -> None:
    pass


async def fails() -> None:
    raise ConnectionError("nobody is there")


async def hangs() -> None:
    await asyncio.Event().wait()


async def has_a_backlog() -> tuple[int, int]:
    return 3, 1


@pytest.fixture
async def told(start: Any, admin: Any) -> Any:
    async def told(*components: Component) -> tuple[int, dict[str, Any]]:
        client = await start(components=components)
        answer = await client.get("/health/detailed", headers=admin.headers)
        return answer.status, await answer.json(content_type=None)

    return told


async def test_each_component_has_its_state_and_its_latency(told: Any) -> None:
    status, report = await told(
        Component("database", answers), Component("mail-queue", has_a_backlog)
    )

    assert (status, report["status"]) == (200, "ready")
    database, mails = report["components"]
    assert 0 <= database.pop("latency_ms") < 2_000
    assert database == {
        "name": "database",
        "state": "up",
        "is_needed": True,
        "waiting": None,
        "parked": None,
    }
    assert (mails["name"], mails["waiting"], mails["parked"]) == ("mail-queue", 3, 1)


async def test_without_what_it_needs_the_server_is_unavailable_and_tells_of_all(told: Any) -> None:
    status, problem = await told(Component("database", fails), Component("mail-queue", answers))

    assert (status, problem["code"]) == (503, "component-down")
    assert [one["state"] for one in problem["components"]] == ["down", "up"]


async def test_without_what_it_can_do_without_the_server_is_degraded(told: Any) -> None:
    status, report = await told(
        Component("database", answers), Component("mail-queue", fails, is_needed=False)
    )

    assert (status, report["status"]) == (200, "degraded")
    assert [one["state"] for one in report["components"]] == ["up", "down"]


async def test_nobody_waits_for_what_does_not_answer() -> None:
    ask = Components([Component("cache", hangs, is_needed=False)], patience=0.01)

    (report,) = await ask()

    assert report.state == "down"


async def test_only_admins_are_told(start: Any, moderator: Any) -> None:
    client = await start(components=[Component("database", answers)])

    assert (await client.get("/health/detailed")).status == 401
    refused = await client.get("/health/detailed", headers=moderator.headers)
    assert refused.status == 403


@frozen
class Known:
    """What is known of why nobody can be identified."""

    why: WatchlistError | None

    async def unidentified(self) -> WatchlistError | None:
        return self.why


async def refuses() -> Identity:
    raise NotSignedIn


async def breaks() -> Identity:
    raise ZeroDivisionError


async def never_ends() -> Identity:
    await asyncio.Event().wait()
    raise AssertionError


@pytest.mark.parametrize(
    ("identify", "why", "expected"),
    [
        (never_ends, ComponentDown(), ComponentDown),
        (never_ends, None, StoreUnavailable),
        (breaks, ComponentDown(), ComponentDown),
        (breaks, None, ZeroDivisionError),
        (refuses, ComponentDown(), NotSignedIn),
    ],
)
async def test_who_cannot_be_identified_is_told_why_where_that_is_known(
    identify: Any, why: WatchlistError | None, expected: type[Exception]
) -> None:
    nothing = cast("Any", None)
    in_time = identified_in_time(lambda *_: identify(), Known(why), patience=0.01)

    with pytest.raises(expected):
        await in_time(nothing, nothing)
