"""What admins can rely on when they look after accounts."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias
from uuid import uuid4

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient

from watchlist_core.auth import Role

Client: TypeAlias = TestClient[web.Request, web.Application]
SignIn: TypeAlias = Callable[..., Awaitable[Any]]

USERS = "/api/v1/users"
PASSWORD = "Follow-the-rabbit-42!"  # noqa: S105  of nobody


async def ask(
    client: Client, by: Any, method: str, path: str = "", /, **body: object
) -> ClientResponse:
    json = body if method in {"POST", "PATCH"} else None
    return await client.request(method, f"{USERS}{path}", json=json, headers=by.headers)


async def code(answer: ClientResponse) -> tuple[int, str]:
    return answer.status, (await answer.json(content_type=None))["code"]


async def test_an_admin_adds_somebody_who_can_sign_in_at_once(client: Client, admin: Any) -> None:
    added = await ask(
        client, admin, "POST", email="Neo@EXAMPLE.org", password=PASSWORD, username="neo"
    )
    signed_in = await client.post(
        "/api/v1/auth/login", json={"email": "neo@example.org", "password": PASSWORD}
    )

    told = await added.json()
    assert added.status == 201
    assert added.headers["Location"] == f"{USERS}/{told['id']}"
    shown = await client.get(added.headers["Location"], headers=admin.headers)
    assert await shown.json() == told
    assert shown.headers["Cache-Control"] == "private, no-store"
    assert told == {
        "id": told["id"],
        "email": "Neo@example.org",
        "username": "neo",
        "role": "user",
        "is_active": True,
        "is_activated": True,
        "created_at": "2026-11-20T12:00:00Z",
    }
    assert signed_in.status == 200


@pytest.mark.parametrize(
    ("new", "status", "expected"),
    [
        ({"email": "oracle-1@EXAMPLE.org"}, 409, "address-taken"),
        ({"username": "oracle"}, 409, "username-taken"),
        ({"password": "password"}, 422, "weak-password"),
        ({"role": "root"}, 422, "does-not-fit"),
        ({"is_active": False}, 422, "does-not-fit"),
    ],
)
async def test_an_account_that_cannot_be_is_not_added(
    client: Client, admin: Any, new: dict[str, object], status: int, expected: str
) -> None:
    wanted: dict[str, object] = {"email": "neo@example.org", "password": PASSWORD}

    answer = await ask(client, admin, "POST", **(wanted | new))

    assert await code(answer) == (status, expected)


async def names(answer: ClientResponse) -> set[str]:
    return {item["username"] for item in (await answer.json())["items"]}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"neo", "trinity", "morpheus", "oracle"}),
        ("email=NEO-", {"neo"}),
        ("email=@example.org&username=RI", {"trinity"}),
        ("role=moderator", {"morpheus"}),
        ("active=false", {"neo"}),
        ("active=true&role=user", {"trinity"}),
        ("username=%25", set()),
        ("username=cypher", set()),
    ],
)
async def test_accounts_are_found_by_what_is_known_of_them(
    *,
    client: Client,
    admin: Any,
    user: Any,
    moderator: Any,
    sign_in: SignIn,
    query: str,
    found: set[str],
) -> None:
    neo = await sign_in("neo")
    await ask(client, admin, "PATCH", f"/{neo.account}", is_active=False)
    assert user.account != moderator.account

    answer = await ask(client, admin, "GET", f"?{query}")

    assert await names(answer) == found
    assert (await answer.json())["pagination"]["total_items"] == len(found)


async def test_accounts_are_read_on_by_cursor(client: Client, admin: Any, sign_in: SignIn) -> None:
    for number in range(4):
        await sign_in(f"user-{number}")

    seen: list[str] = []
    query = "?page_size=2"
    while query:
        answer = await ask(client, admin, "GET", query)
        told = await answer.json()
        seen += [item["username"] for item in told["items"]]
        cursor = told["pagination"]["next_cursor"]
        query = f"?page_size=2&cursor={cursor}" if cursor else ""

    assert sorted(seen) == ["oracle", *(f"user-{number}" for number in range(4))]


async def test_only_what_is_said_is_changed(client: Client, admin: Any, user: Any) -> None:
    unchanged = await ask(client, admin, "PATCH", f"/{user.account}")
    promoted = await ask(client, admin, "PATCH", f"/{user.account}", role="moderator")
    renamed = await ask(client, admin, "PATCH", f"/{user.account}", username="neo")
    nameless = await ask(client, admin, "PATCH", f"/{user.account}", username=None)

    told = [
        ((one := await answer.json())["role"], one["username"], one["is_active"])
        for answer in (unchanged, promoted, renamed, nameless)
    ]
    assert told == [
        ("user", "trinity", True),
        ("moderator", "trinity", True),
        ("moderator", "neo", True),
        ("moderator", None, True),
    ]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"role": None}, "/role"),
        ({"role": "root"}, "/role"),
        ({"is_active": None}, "/is_active"),
        ({"is_active": "false"}, "/is_active"),
        ({"username": "No"}, "/username"),
        ({"username": ""}, "/username"),
        ({"email": "neo@example.org"}, "/email"),
        ({"password": PASSWORD}, "/password"),
    ],
)
async def test_what_cannot_be_changed_so_is_refused(
    client: Client, admin: Any, user: Any, change: dict[str, object], pointer: str
) -> None:
    answer = await ask(client, admin, "PATCH", f"/{user.account}", **change)

    assert answer.status == 422
    errors = (await answer.json(content_type=None))["errors"]
    assert [error["pointer"] for error in errors] == [pointer]


async def test_a_username_is_not_taken_from_another(client: Client, admin: Any, user: Any) -> None:
    answer = await ask(client, admin, "PATCH", f"/{user.account}", username="oracle")

    assert await code(answer) == (409, "username-taken")


@pytest.mark.parametrize(
    ("method", "body"),
    [("PATCH", {"role": "user"}), ("PATCH", {"is_active": False}), ("DELETE", {})],
)
async def test_somebody_stays_an_active_admin(
    client: Client, admin: Any, method: str, body: dict[str, object]
) -> None:
    answer = await ask(client, admin, method, f"/{admin.account}", **body)

    assert await code(answer) == (409, "last-admin")
    assert (await ask(client, admin, "GET")).status == 200


async def test_of_two_admins_who_demote_each_other_one_stays(
    client: Client, admin: Any, sign_in: SignIn
) -> None:
    other = await sign_in("seraph", Role.ADMIN)

    answers = await asyncio.gather(
        ask(client, admin, "PATCH", f"/{other.account}", role="user"),
        ask(client, other, "PATCH", f"/{admin.account}", role="user"),
    )

    one, other_one = sorted(answer.status for answer in answers)
    assert one == 200
    assert other_one in {403, 409}


async def test_who_is_switched_off_is_signed_out_at_once(
    client: Client, admin: Any, user: Any
) -> None:
    assert (await client.get("/api/v1/auth/me", headers=user.headers)).status == 200

    await ask(client, admin, "PATCH", f"/{user.account}", is_active=False)

    assert (await client.get("/api/v1/auth/me", headers=user.headers)).status == 401
    sign_in = {"email": user.email, "password": user.password}
    refused = await client.post("/api/v1/auth/login", json=sign_in)
    assert await code(refused) == (401, "wrong-credentials")


async def test_who_is_removed_is_gone(client: Client, admin: Any, user: Any) -> None:
    removed = await ask(client, admin, "DELETE", f"/{user.account}")
    shown = await ask(client, admin, "GET", f"/{user.account}")
    again = await ask(client, admin, "DELETE", f"/{user.account}")

    assert removed.status == 204
    for answer in (shown, again):
        assert await code(answer) == (404, "account-not-found")
    assert (await client.get("/api/v1/auth/me", headers=user.headers)).status == 401


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
async def test_nobody_who_is_not_there_is_found(client: Client, admin: Any, method: str) -> None:
    unknown = await ask(client, admin, method, f"/{uuid4()}")
    no_id = await ask(client, admin, method, "/me")

    assert await code(unknown) == (404, "account-not-found")
    assert await code(no_id) == (404, "no-such-resource")
