"""What the web page can rely on when somebody signs in there."""

from typing import Any, TypeAlias

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient

Client: TypeAlias = TestClient[web.Request, web.Application]

AUTH = "/api/v1/auth"
ON_THE_PAGE = {"X-Watchlist-Page": "1", "Sec-Fetch-Site": "same-origin"}


async def code(answer: ClientResponse) -> tuple[int, str]:
    return answer.status, (await answer.json(content_type=None))["code"]


async def on_the_page(client: Client, user: Any) -> str:
    """Sign in on the page, and return what the browser sends from now on."""
    answer = await client.post(
        f"{AUTH}/session", json={"email": user.email, "password": user.password}
    )
    assert answer.status == 201
    (cookie,) = answer.headers.getall("Set-Cookie")
    client.session.cookie_jar.clear()
    return cookie.partition(";")[0]


async def test_the_page_signs_in_by_a_cookie(client: Client, user: Any) -> None:
    answer = await client.post(
        f"{AUTH}/session", json={"email": user.email, "password": user.password}
    )

    assert (answer.status, await answer.json()) == (201, {"expires_at": "2026-11-27T12:00:00Z"})
    (cookie,) = answer.headers.getall("Set-Cookie")
    name, *told = cookie.split("; ")
    assert name.startswith("__Host-watchlist=")
    assert set(told) == {
        *("HttpOnly", "Secure", "SameSite=Lax", "Path=/"),
        "expires=Fri, 27 Nov 2026 12:00:00 GMT",
    }


async def test_the_page_acts_by_its_cookie_until_it_signs_out(client: Client, user: Any) -> None:
    cookie = {"Cookie": await on_the_page(client, user)}

    me = await client.get(f"{AUTH}/me", headers=cookie)
    foreign = await client.delete(f"{AUTH}/session", headers=cookie)
    answer = await client.delete(f"{AUTH}/session", headers=cookie | ON_THE_PAGE)
    gone = await client.get(f"{AUTH}/me", headers=cookie)

    assert (await me.json())["username"] == "trinity"
    assert await code(foreign) == (403, "not-from-the-page")
    assert answer.status == 204
    assert "Max-Age=0" in answer.headers["Set-Cookie"]
    assert await code(gone) == (401, "invalid-token")
    assert (await client.get(f"{AUTH}/me", headers=user.headers)).status == 200


@pytest.mark.parametrize("cookie", ["x", "", "a b", "a" * 300, "\xe4"])
async def test_a_cookie_that_is_not_ours_signs_nobody_in(client: Client, cookie: str) -> None:
    headers = {"Cookie": f"__Host-watchlist={cookie}"}

    answer = await client.get(f"{AUTH}/me", headers=headers)

    assert await code(answer) == (401, "invalid-token")


async def test_a_token_of_a_program_is_no_cookie(client: Client, user: Any) -> None:
    headers = {"Cookie": f"__Host-watchlist={user.refresh_token}"}

    answer = await client.get(f"{AUTH}/me", headers=headers)

    assert await code(answer) == (401, "invalid-token")


async def test_with_a_token_the_cookie_is_not_looked_at(
    client: Client, user: Any, moderator: Any
) -> None:
    cookie = {"Cookie": await on_the_page(client, user)}

    by_token = await client.get(f"{AUTH}/me", headers=cookie | moderator.headers)
    by_basic = await client.get(f"{AUTH}/me", headers=cookie | {"Authorization": "Basic eDp5"})
    changing = await client.post(f"{AUTH}/logout-all", headers=cookie | moderator.headers)

    assert (await by_token.json())["role"] == "moderator"
    assert await code(by_basic) == (401, "not-signed-in")
    assert changing.status == 204


async def test_a_session_of_the_page_ends_with_its_account(
    client: Client, user: Any, admin: Any
) -> None:
    cookie = {"Cookie": await on_the_page(client, user)}
    assert (await client.get(f"{AUTH}/me", headers=cookie)).status == 200

    await client.patch(
        f"/api/v1/users/{user.account}", json={"is_active": False}, headers=admin.headers
    )

    assert (await client.get(f"{AUTH}/me", headers=cookie)).status == 401


async def test_no_foreign_page_may_use_the_cookie(start: Any, user: Any) -> None:
    client: Client = await start(cors_origins=("https://other.example",))
    cookie = {"Cookie": await on_the_page(client, user), "Origin": "https://other.example"}

    read = await client.get(f"{AUTH}/me", headers=cookie)
    asked = await client.options(
        f"{AUTH}/session", headers=cookie | {"Access-Control-Request-Method": "DELETE"}
    )
    changed = await client.delete(f"{AUTH}/session", headers=cookie | {"X-Watchlist-Page": "1"})

    for answer in (read, asked, changed):
        assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "X-Watchlist-Page" not in asked.headers["Access-Control-Allow-Headers"]
    assert await code(changed) == (403, "not-from-the-page")
