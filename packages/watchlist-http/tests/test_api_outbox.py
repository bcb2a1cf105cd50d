"""What admins see of events that are not delivered, and how they set them going again."""

from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from watchlist_http.deliveries import UndeliveredEvent

Client: TypeAlias = TestClient[web.Request, web.Application]

OUTBOX: Final = "/api/v1/admin/outbox"
NOON: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)


def parked(event: int) -> UndeliveredEvent:
    reason = "SMTPConnectError: refused"
    return UndeliveredEvent(event, "password-changed", NOON, 20, None, NOON, reason)


def waiting(event: int) -> UndeliveredEvent:
    return UndeliveredEvent(event, "account-registered", NOON, 0, NOON, None, None)


@pytest.fixture(autouse=True)
def _events(undelivered: Any) -> None:
    undelivered.events += [parked(7), waiting(6), parked(5)]


async def listed(client: Client, admin: Any, **query: str) -> list[dict[str, Any]]:
    answer = await client.get(OUTBOX, params=query, headers=admin.headers)
    assert answer.status == 200
    items: list[dict[str, Any]] = (await answer.json())["items"]
    return items


async def test_what_is_parked_is_listed_with_its_reason(client: Client, admin: Any) -> None:
    items = await listed(client, admin)

    assert [item["id"] for item in items] == [7, 5]
    assert items[0] == {
        "id": 7,
        "name": "password-changed",
        "recorded_at": "2026-11-20T12:00:00Z",
        "attempts": 20,
        "due_at": None,
        "parked_at": "2026-11-20T12:00:00Z",
        "reason": "SMTPConnectError: refused",
    }


async def test_what_waits_is_listed_on_demand(client: Client, admin: Any) -> None:
    items = await listed(client, admin, state="waiting")

    assert [(item["id"], item["due_at"]) for item in items] == [(6, "2026-11-20T12:00:00Z")]


async def test_there_are_pages(client: Client, admin: Any) -> None:
    first = await client.get(OUTBOX, params={"page_size": "1"}, headers=admin.headers)
    told = (await first.json())["pagination"]

    rest = await listed(client, admin, page_size="1", cursor=told["next_cursor"])

    assert (told["total_items"], told["total_pages"]) == (2, 2)
    assert [item["id"] for item in rest] == [5]


async def test_what_is_parked_can_be_tried_anew_once(client: Client, admin: Any) -> None:
    answers = [
        await client.post(f"{OUTBOX}/{event}/retry", headers=admin.headers)
        for event in (7, 7, 6, 99)
    ]

    assert [answer.status for answer in answers] == [202, 404, 404, 404]
    problem = await answers[1].json(content_type=None)
    assert (problem["code"], problem["event"]) == ("event-not-parked", 7)
    assert [item["id"] for item in await listed(client, admin)] == [5]


@pytest.mark.parametrize("event", ["0", "-1", "x", "1.5", "99999999999999999999"])
async def test_what_cannot_be_a_number_is_nothing(client: Client, admin: Any, event: str) -> None:
    answer = await client.post(f"{OUTBOX}/{event}/retry", headers=admin.headers)

    assert answer.status == 404
    assert (await answer.json(content_type=None))["code"] == "no-such-resource"


async def test_an_unknown_state_is_refused(client: Client, admin: Any) -> None:
    answer = await client.get(OUTBOX, params={"state": "lost"}, headers=admin.headers)

    assert answer.status == 422


async def test_only_admins_see_it(client: Client, moderator: Any) -> None:
    seen = await client.get(OUTBOX, headers=moderator.headers)
    tried = await client.post(f"{OUTBOX}/7/retry", headers=moderator.headers)

    assert (seen.status, tried.status) == (403, 403)
    assert (await client.get(OUTBOX)).status == 401
