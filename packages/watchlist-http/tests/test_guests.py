"""Where guests are not let in, nobody sees anything but health and the way to sign in."""

from typing import Any, TypeAlias

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

Client: TypeAlias = TestClient[web.Request, web.Application]

PAGES = ("/", "/docs", "/redoc", "/openapi.json", "/problems", "/problems/not-signed-in")


@pytest.fixture
async def closed(start: Any) -> Client:
    closed: Client = await start(guests=False)
    return closed


@pytest.mark.parametrize("path", [*PAGES, "/api/v1/movies", "/nowhere", "/api/v1/auth/nowhere"])
async def test_a_guest_sees_nothing(closed: Client, path: str) -> None:
    answer = await closed.get(path, allow_redirects=False)

    assert answer.status == 401
    assert (await answer.json(content_type=None))["code"] == "not-signed-in"


@pytest.mark.parametrize("path", [*PAGES, "/api/v1/movies"])
async def test_who_is_signed_in_sees_what_there_is(closed: Client, user: Any, path: str) -> None:
    answer = await closed.get(path, headers=user.headers)

    assert answer.status == 200


async def test_what_members_alone_may_see_is_kept_by_no_proxy(closed: Client, user: Any) -> None:
    answer = await closed.get("/api/v1/movies", headers=user.headers)
    again = await closed.get(
        "/api/v1/movies", headers=user.headers | {"If-None-Match": answer.headers["ETag"]}
    )

    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert again.status == 304


@pytest.mark.parametrize("path", ["/health", "/health/live"])
async def test_health_is_for_everybody(closed: Client, path: str) -> None:
    assert (await closed.get(path)).status == 200


async def test_guests_can_sign_in(closed: Client, user: Any) -> None:
    credentials = {"email": user.email, "password": user.password}

    program = await closed.post("/api/v1/auth/login", json=credentials)
    page = await closed.post("/api/v1/auth/session", json=credentials)
    cookie = page.headers["Set-Cookie"].partition(";")[0]
    docs = await closed.get("/docs", headers={"Cookie": cookie})

    assert (program.status, page.status, docs.status) == (200, 201, 200)


async def test_a_preflight_is_answered(start: Any) -> None:
    closed = await start(guests=False, cors_origins=("https://other.example",))
    headers = {"Origin": "https://other.example", "Access-Control-Request-Method": "GET"}

    answer = await closed.options("/api/v1/movies", headers=headers)

    assert answer.status == 204
