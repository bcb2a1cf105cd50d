"""What admins can rely on when they look who did what."""

import json
from typing import Any, TypeAlias

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient
from attrs import fields_dict

from tests.servers.promises import Promises
from watchlist_http.api import CAPABILITIES
from watchlist_http.openapi import document

Client: TypeAlias = TestClient[web.Request, web.Application]

AUDIT = "/api/v1/admin/audit"
EXPORT = f"{AUDIT}/export"


async def audited(client: Client, by: Any, **query: str) -> list[dict[str, Any]]:
    answer = await client.get(AUDIT, params=query, headers=by.headers)
    assert answer.status == 200
    items: list[dict[str, Any]] = (await answer.json())["items"]
    return items


async def revise(client: Client, admin: Any, whom: Any, **changes: object) -> ClientResponse:
    answer = await client.patch(
        f"/api/v1/users/{whom.account}", json=changes, headers=admin.headers
    )
    assert answer.status == 200
    return answer


async def test_who_did_what_from_where_is_kept(start: Any, admin: Any, user: Any) -> None:
    client: Client = await start(trusted_proxies=["127.0.0.1"])
    headers = {"X-Forwarded-For": "198.51.100.1, 203.0.113.7", "X-Request-ID": "mine"}

    await client.patch(
        f"/api/v1/users/{user.account}", json={"role": "admin"}, headers=admin.headers | headers
    )

    entry = (await audited(client, admin))[0]
    assert entry.pop("at")
    assert entry == {
        "actor": str(admin.account),
        "origin": "203.0.113.7",
        "request_id": "mine",
        "action": "account-revised",
        "subject_kind": "account",
        "subject": str(user.account),
        "details": {"account": str(user.account), "role": "admin", "is_active": True},
    }


def test_what_only_reads_opens_no_work_that_would_have_to_be_audited() -> None:
    reads = [one for routes in CAPABILITIES for one in routes.operations if one.method == "GET"]

    asked = {(one.id, wanted) for one in reads for _, wanted in one.services}
    opening = {(name, wanted) for name, wanted in asked if "begin" in fields_dict(wanted)}

    assert len(asked) >= len(reads) > 0
    assert opening == set()


async def test_a_guest_who_signs_in_or_fails_to_is_audited_without_a_secret(
    client: Client, admin: Any, user: Any
) -> None:
    for password in ("Wr0ng-and-secret!", user.password):
        await client.post("/api/v1/auth/login", json={"email": user.email, "password": password})

    right, wrong = await audited(client, admin)
    assert (wrong["action"], wrong["actor"], wrong["origin"], wrong["subject"]) == (
        "sign-in-refused",
        None,
        "127.0.0.1",
        str(user.account),
    )
    assert (right["action"], right["actor"], right["details"]["account"]) == (
        "signed-in",
        None,
        str(user.account),
    )
    told = json.dumps([right, wrong])
    assert "Wr0ng" not in told
    assert user.email not in told


async def test_what_a_viewer_does_is_audited_too(
    client: Client, moderator: Any, admin: Any
) -> None:
    await client.post("/api/v1/movies", json={"title": "Stalker"}, headers=moderator.headers)

    entry = (await audited(client, admin))[0]
    assert (entry["actor"], entry["subject_kind"]) == (str(moderator.account), "movie")


async def test_what_is_wanted_is_found(
    client: Client, admin: Any, user: Any, moderator: Any
) -> None:
    first = await revise(client, admin, user, role="moderator")
    await revise(client, admin, moderator, role="user")
    await client.post("/api/v1/auth/logout-all", headers=user.headers)

    async def found(**query: str) -> list[str]:
        return [entry["action"] for entry in await audited(client, admin, **query)]

    everything = ["signed-out-everywhere", "account-revised", "account-revised"]
    assert await found() == await found(sort="-at") == everything
    assert await found(sort="at") == everything[::-1]
    assert await found(actor=str(admin.account)) == everything[1:]
    assert await found(action="signed-out-everywhere") == everything[:1]
    assert await found(subject=str(moderator.account)) == ["account-revised"]
    assert await found(request_id=first.headers["X-Request-ID"]) == ["account-revised"]
    assert await found(since="2000-01-01T00:00:00Z", until="9999-01-01T00:00:00Z") == everything
    assert await found(until="2000-01-01T00:00:00Z") == []
    assert await found(since="9999-01-01T00:00:00Z") == []


@pytest.mark.parametrize(
    "query",
    [
        "actor=me",
        "since=yesterday",
        "since=2026-01-01T00:00:00",
        "who=me",
        "page_size=101",
        "sort=actor",
        "sort=",
        "sort=at,-at",
    ],
)
async def test_what_cannot_be_wanted_is_refused(client: Client, admin: Any, query: str) -> None:
    for path in (AUDIT, EXPORT):
        answer = await client.get(f"{path}?{query}", headers=admin.headers)

        assert answer.status == 422


async def test_the_oldest_are_read_on_by_a_cursor_of_their_own(
    client: Client, admin: Any, user: Any
) -> None:
    for number in range(3):
        await revise(client, admin, user, username=f"trinity-{number}")

    first = await client.get(AUDIT, params={"sort": "at", "page_size": 2}, headers=admin.headers)
    cursor = (await first.json())["pagination"]["next_cursor"]
    rest = await audited(client, admin, sort="at", page_size="2", cursor=cursor)
    other = await client.get(AUDIT, params={"cursor": cursor}, headers=admin.headers)

    everything = await audited(client, admin)
    assert [*(await first.json())["items"], *rest] == everything[::-1]
    assert (other.status, (await other.json(content_type=None))["code"]) == (
        422,
        "foreign-position",
    )


async def test_all_that_is_wanted_is_exported_line_by_line(
    client: Client, admin: Any, user: Any
) -> None:
    for number in range(130):
        await revise(client, admin, user, username=f"trinity-{number}")
    await client.post("/api/v1/auth/logout-all", headers=user.headers)

    answer = await client.get(
        EXPORT,
        params={"subject": str(user.account), "action": "account-revised"},
        headers=admin.headers,
    )

    assert (answer.status, answer.content_type) == (200, "application/jsonl")
    assert answer.headers["Cache-Control"] == "private, no-store"
    lines = (await answer.read()).splitlines()
    assert len(lines) == 130
    promises, operation = Promises(document()), document()["paths"][EXPORT]["get"]
    for line in lines:
        assert promises.broken_by(operation, 200, answer.headers, line) == []
    listed = await audited(client, admin, action="account-revised", page_size="100")
    assert [json.loads(line) for line in lines[:100]] == listed


async def test_an_export_of_nothing_is_empty(client: Client, admin: Any) -> None:
    answer = await client.get(f"{EXPORT}?action=nothing", headers=admin.headers)
    asked = await client.head(EXPORT, headers=admin.headers)

    assert (answer.status, await answer.read()) == (200, b"")
    assert (asked.status, asked.content_type) == (200, "application/jsonl")
