import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from watchlist_http.edge import Edge
from watchlist_http.security_headers import security_headers


def test_hsts_is_promised_where_the_world_speaks_https() -> None:
    headers = dict(security_headers("https://movies.example"))

    assert headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize("public_url", [None, "http://localhost:8080"])
def test_hsts_is_not_promised_elsewhere(public_url: str | None) -> None:
    headers = dict(security_headers(public_url))

    assert "Strict-Transport-Security" not in headers


@pytest.mark.parametrize(("path", "status"), [("/", 200), ("/nothing", 404)])
async def test_every_answer_tells_a_browser_what_not_to_do(path: str, status: int) -> None:
    application = web.Application()
    Edge().install(application)
    application.router.add_get("/", _plain)

    async with TestClient(TestServer(application)) as client:
        response = await client.get(path)

    assert response.status == status
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert response.headers.getall("Server") == ["watchlist"]


async def test_a_page_keeps_a_policy_of_its_own() -> None:
    application = web.Application()
    Edge().install(application)
    application.router.add_get("/", _page)

    async with TestClient(TestServer(application)) as client:
        response = await client.get("/")

    assert response.headers.getall("Content-Security-Policy") == ["default-src 'self'"]


async def _plain(_: web.Request) -> web.Response:
    return web.Response()


async def _page(_: web.Request) -> web.Response:
    return web.Response(headers={"Content-Security-Policy": "default-src 'self'"})
