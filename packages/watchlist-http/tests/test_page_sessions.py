"""The cookie of the page works for the page, and for no other."""

from datetime import UTC, datetime

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from watchlist_http.page_sessions import PageCookie, PageSessions
from watchlist_http.refusals import NotFromThePage

HERE = {"Host": "movies.example", "Cookie": "__Host-watchlist=secret", "X-Watchlist-Page": "1"}


def shown(pages: PageSessions, method: str, *more: tuple[str, str], **headers: str) -> str | None:
    told = CIMultiDict(HERE | {name.replace("_", "-"): value for name, value in headers.items()})
    told.extend(more)
    return pages.shown_by(make_mocked_request(method, "/", headers=told))


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_whoever_only_reads_needs_nothing_but_the_cookie(method: str) -> None:
    assert shown(PageSessions(), method, X_Watchlist_Page="") == "secret"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "QUERY"])
def test_the_page_itself_may_change_something(method: str) -> None:
    assert shown(PageSessions(), method, Sec_Fetch_Site="same-origin") == "secret"


@pytest.mark.parametrize("site", ["same-site", "cross-site", "none", "", "Same-Origin"])
def test_another_site_changes_nothing(site: str) -> None:
    with pytest.raises(NotFromThePage):
        shown(PageSessions(), "POST", Sec_Fetch_Site=site, Origin="https://movies.example")


def test_a_request_that_comes_from_two_sites_changes_nothing() -> None:
    with pytest.raises(NotFromThePage):
        shown(
            PageSessions(), "POST", ("Sec-Fetch-Site", "cross-site"), Sec_Fetch_Site="same-origin"
        )


@pytest.mark.parametrize("header", ["", None])
def test_without_the_header_of_the_page_nothing_changes(header: str | None) -> None:
    headers = {**HERE, "Sec-Fetch-Site": "same-origin", "X-Watchlist-Page": header or ""}
    if header is None:
        del headers["X-Watchlist-Page"]

    with pytest.raises(NotFromThePage):
        PageSessions().shown_by(make_mocked_request("POST", "/", headers=headers))


@pytest.mark.parametrize(
    ("public_url", "origin"),
    [
        (None, "https://movies.example"),
        (None, "http://MOVIES.example"),
        ("https://movies.example/api", "https://movies.example"),
        ("https://Movies.Example:443", "https://movies.example"),
        ("http://movies.example:8080/", "http://movies.example:8080"),
        ("http://[::1]:80/", "http://[::1]"),
    ],
)
def test_of_an_older_browser_the_origin_tells(public_url: str | None, origin: str) -> None:
    assert shown(PageSessions(public_url), "POST", Origin=origin) == "secret"


@pytest.mark.parametrize("public_url", [None, "https://movies.example"])
@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "https://movies.example.evil.example",
        "https://movies.example:444",
        "https://evil.example/movies.example",
        "null",
        "",
        "ftp://movies.example",
        "movies.example",
    ],
)
def test_another_origin_changes_nothing(public_url: str | None, origin: str) -> None:
    with pytest.raises(NotFromThePage):
        shown(PageSessions(public_url), "POST", Origin=origin)


def test_http_is_another_origin_than_https() -> None:
    with pytest.raises(NotFromThePage):
        shown(PageSessions("https://movies.example"), "POST", Origin="http://movies.example")


def test_who_says_neither_site_nor_origin_changes_nothing() -> None:
    with pytest.raises(NotFromThePage):
        shown(PageSessions(), "POST")


def test_who_says_two_origins_changes_nothing() -> None:
    with pytest.raises(NotFromThePage):
        shown(
            PageSessions(),
            "POST",
            ("Origin", "https://evil.example"),
            Origin="https://movies.example",
        )


@pytest.mark.parametrize("cookie", ["", "other=1", "watchlist=secret", "__host-watchlist=secret"])
def test_another_cookie_is_none(cookie: str) -> None:
    assert shown(PageSessions(), "POST", Cookie=cookie) is None


def test_for_development_the_cookie_has_a_plain_name() -> None:
    pages = PageSessions(is_secure=False)

    assert shown(pages, "GET", Cookie="watchlist=secret") == "secret"
    assert shown(pages, "GET") is None


@pytest.mark.parametrize("is_secure", [True, False])
def test_the_cookie_is_out_of_reach_and_goes_as_it_came(is_secure: bool) -> None:  # noqa: FBT001
    pages = PageSessions(is_secure=is_secure)
    given, taken = web.Response(), web.Response()

    cookie = PageCookie(pages)
    cookie.give("secret", datetime(2026, 11, 27, 12, tzinfo=UTC))
    cookie.put_on(given)
    cookie = PageCookie(pages)
    cookie.take()
    cookie.put_on(taken)

    name, secure = ("__Host-watchlist", {"Secure"}) if is_secure else ("watchlist", set())
    always = {"HttpOnly", "Path=/", "SameSite=Lax", *secure}
    (new,), (old,) = given.cookies.values(), taken.cookies.values()
    assert set(new.OutputString().split("; ")) == {
        f"{name}=secret",
        "expires=Fri, 27 Nov 2026 12:00:00 GMT",
        *always,
    }
    assert set(old.OutputString().split("; ")) == {
        f'{name}=""',
        "expires=Thu, 01 Jan 1970 00:00:00 GMT",
        "Max-Age=0",
        *always,
    }


def test_the_secret_stands_in_no_log() -> None:
    cookie = PageCookie(PageSessions())
    cookie.give("secret", datetime(2026, 11, 27, 12, tzinfo=UTC))

    assert "secret" not in repr(cookie)
