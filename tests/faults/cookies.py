"""Cookies of the page that open nothing, and requests that only look like the page's."""

from collections.abc import Iterator
from typing import Final

from tests.faults.fault import Fault
from tests.faults.operations import Operation
from tests.faults.wire import Request
from watchlist_http.page_sessions import COOKIE, PAGE_HEADER

__all__ = ["faults_of_cookie", "on_the_page"]

_PAGE: Final = {"authorization": None, PAGE_HEADER: "1", "sec_fetch_site": "same-origin"}
_ELSEWHERE: Final[dict[str, dict[str, str | None]]] = {
    "without the header of the page": {PAGE_HEADER: None},
    "with an empty header of the page": {PAGE_HEADER: ""},
    "from another site": {"sec_fetch_site": "cross-site"},
    "from a neighbour of the site": {"sec_fetch_site": "same-site"},
    "typed by a person": {"sec_fetch_site": "none"},
    "without a site or an origin": {"sec_fetch_site": None},
    "from another origin": {"sec_fetch_site": None, "origin": "https://evil.example"},
    "from no origin": {"sec_fetch_site": None, "origin": "null"},
    "from another site with our origin": {"sec_fetch_site": "cross-site", "origin": "http://here"},
}


def on_the_page(operation: Operation, cookie: str) -> Request:
    """Return the request as our own page makes it."""
    return operation.request().with_headers(**_PAGE, cookie=f"{COOKIE}={cookie}")


def faults_of_cookie(operation: Operation) -> Iterator[Fault]:
    if not operation.is_closed:
        return
    tokens, cookies = operation.known.tokens, operation.known.tokens.cookies
    for told, cookie in {
        "nothing": "",
        "a word": "nonsense",
        "what nobody was given": "mG2vQ0yJ1k7b9ZsXwq3c5d8f0h2j4l6n8p0r2t4v6x8",
        "very long": "a" * 4000,
        "in quotes": f'"{cookies.admin}x"',
        "of a session that has expired": cookies.expired,
        "of a session that was ended": cookies.ended,
        "of an account that is not active": cookies.inactive,
        "an access token": tokens.admin,
        "a refresh token": operation.known.ids["refresh_token"],
    }.items():
        wrong = on_the_page(operation, cookie)
        yield Fault(f"a cookie that is {told}", wrong, 401, code="invalid-token")
    right = on_the_page(operation, cookies.admin)
    for told, headers in {
        "by another name": {"cookie": f"watchlist={cookies.admin}"},
        "beside other credentials": {"authorization": "Basic dXNlcjpwYXNzd29yZA=="},
    }.items():
        yield Fault(f"a cookie {told}", right.with_headers(**headers), 401, code="not-signed-in")
    shown = right.with_headers(authorization="Bearer nonsense")
    yield Fault("a cookie beside a wrong token", shown, 401, code="invalid-token")
    if operation.wants_role:
        weak = on_the_page(operation, cookies.user)
        yield Fault("a cookie of too weak a role", weak, 403, code="not-allowed")
    if operation.method != "get":
        for told, elsewhere in _ELSEWHERE.items():
            wrong = right.with_headers(**elsewhere)
            yield Fault(f"a cookie {told}", wrong, 403, code="not-from-the-page")
