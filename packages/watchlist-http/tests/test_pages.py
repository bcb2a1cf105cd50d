import json
import re
import subprocess
import sys
from collections.abc import Awaitable, Callable
from html.parser import HTMLParser
from typing import TypeAlias
from urllib.parse import urljoin, urlsplit

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, make_mocked_request
from typing_extensions import override

from watchlist_http.openapi import document
from watchlist_http.pages.rendering import KeptAnswer, Page
from watchlist_http.problems import every_problem

Client: TypeAlias = TestClient[web.Request, web.Application]
Start: TypeAlias = Callable[..., Awaitable[Client]]

PREFIXES = ["", "/movies"]
HTML = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
JSON = {"Accept": "application/json"}


class Look(HTMLParser):
    """What a browser would follow, run or complain about in a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.ids: list[str] = []
        self.open: list[str] = []
        self.headings: list[int] = []
        self.inline: list[str] = []
        self.feed(page)
        self.close()

    @override
    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        self.inline += [name for name in given if name == "style" or name.startswith("on")]
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a":
            self.links.append(given["href"])
        elif "href" in given or "src" in given:
            self.loaded.append(given.get("href", given.get("src", "")))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in {"meta", "link", "wbr"}:
            self.open.append(tag)

    @override
    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, self.getpos()


@pytest.mark.parametrize("prefix", PREFIXES)
async def test_the_root_leads_to_the_docs_wherever_it_is_mounted(start: Start, prefix: str) -> None:
    client = await start(mounted=prefix)

    for root in {prefix or "/", f"{prefix}/"}:
        response = await client.get(root)

        assert (response.status, response.url.path) == (200, f"{prefix}/docs")
        assert response.history[0].status == 302


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("page", ["/docs", "/redoc", "/problems", "/problems/movie-not-found"])
async def test_every_link_of_a_page_leads_somewhere(start: Start, prefix: str, page: str) -> None:
    client = await start(mounted=prefix)

    response = await client.get(prefix + page, headers=HTML)

    look = Look(await response.text())
    assert response.status == 200
    for link in {*look.links, *look.loaded}:
        target = urljoin(prefix + page, link)
        answer = await client.get(urlsplit(target).path, headers=HTML)
        assert (answer.status, urlsplit(target).path.startswith(prefix)) == (200, True), link
        if anchor := urlsplit(target).fragment:
            assert anchor in Look(await answer.text()).ids


@pytest.mark.parametrize("page", ["/redoc", "/problems", "/problems/movie-not-found"])
async def test_a_page_of_ours_runs_no_script_and_is_well_formed(start: Start, page: str) -> None:
    client = await start()

    response = await client.get(page, headers=HTML)

    look = Look(await response.text())
    policy = response.headers["Content-Security-Policy"]
    assert response.content_type == "text/html"
    assert (look.inline, look.open, look.loaded) == ([], [], [])
    assert len(set(look.ids)) == len(look.ids)
    assert look.headings[0] == 1 or look.headings.count(1) == 1
    assert "script-src" not in policy
    assert policy.startswith("default-src 'none'")
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert re.search(r"style-src 'sha256-[A-Za-z0-9+/=]+'$", policy)


def test_an_api_whose_pages_nobody_looks_at_does_not_load_what_makes_them() -> None:
    code = "import sys, watchlist_http.application; print(*sys.modules)"

    loaded = subprocess.run(  # noqa: S603  our own words
        [sys.executable, "-c", code], capture_output=True, check=True, text=True
    ).stdout.split()

    assert "watchlist_http.pages.rendering" in loaded
    assert {"jinja2", "markupsafe", "swagger_ui", "yaml"}.isdisjoint(loaded)


async def test_the_reference_tells_every_operation_and_member(start: Start) -> None:
    client = await start()

    page = await (await client.get("/redoc")).text()

    plain = page.replace("<wbr>", "")
    for path, methods in document()["paths"].items():
        assert f"<code>{path}</code>" in plain
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in plain
    for member in ("items[].genres", "pagination.next_cursor", "external_ids[].provider", "stars"):
        assert f"<code>{member}</code>" in plain
    assert "Authorization: Bearer $TOKEN" in plain
    assert "in steps of 0.5" in plain


async def test_a_call_of_the_reference_begins_with_the_public_address(start: Start) -> None:
    client = await start(public_url="https://movies.example/api")

    page = await (await client.get("/redoc")).text()

    assert "curl &#34;https://movies.example/api/api/v1/movies&#34;" in page


async def test_swagger_ui_may_run_what_is_installed_and_call_the_api(start: Start) -> None:
    client = await start(public_url="https://movies.example/api")

    response = await client.get("/docs")

    policy = dict(
        directive.split(" ", 1)
        for directive in response.headers["Content-Security-Policy"].split("; ")
    )
    assert policy["default-src"] == "'none'"
    assert re.fullmatch(r"'self' 'sha256-[A-Za-z0-9+/=]+'", policy["script-src"])
    assert (policy["style-src"], policy["img-src"]) == ("'self'", "'self' data:")
    assert policy["connect-src"] == "'self' https://movies.example"
    assert "unsafe" not in response.headers["Content-Security-Policy"]


async def test_files_of_swagger_ui_are_kept_and_nothing_else_is_given_away(start: Start) -> None:
    client = await start()
    look = Look(await (await client.get("/docs")).text())
    style = next(name for name in look.loaded if name.endswith(".css"))

    packed = await client.get(f"/{style}")
    plain = await client.get(f"/{style}", headers={"Accept-Encoding": "identity"})

    assert (packed.status, packed.content_type) == (200, "text/css")
    assert "immutable" in packed.headers["Cache-Control"]
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert await packed.read() == await plain.read()
    for stranger in ("docs/0/swagger-ui.css", style.replace("swagger-ui.css", "LICENSE")):
        assert (await client.get(f"/{stranger}")).status == 404


@pytest.mark.parametrize("compress", [True, False])
async def test_no_page_says_a_header_twice(start: Start, *, compress: bool) -> None:
    client = await start(compress=compress, cors_origins=("https://movies.example",))
    look = Look(await (await client.get("/docs")).text())
    pages = ["/health", "/redoc", "/problems", "/problems/movie-not-found", "/openapi.json"]

    for page in ["/", "/docs", *pages, "/no-such-page", *(f"/{asset}" for asset in look.loaded)]:
        answer = await client.get(page, headers={"Accept-Encoding": "gzip"}, allow_redirects=False)

        names = [name.lower() for name in answer.headers]
        varies = [name.strip().lower() for name in answer.headers.get("Vary", "").split(",")]
        assert len(set(names)) == len(names), page
        assert len(set(varies)) == len(varies), page


async def test_the_reference_stands_in_where_swagger_ui_is_not_installed(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "swagger_ui", None)
    client = await start()

    response = await client.get("/docs")

    assert (response.status, response.url.path) == (200, "/redoc")


@pytest.mark.parametrize("page", ["/openapi.json", "/docs", "/redoc", "/problems"])
async def test_who_holds_a_page_is_told_that_it_is_the_same(start: Start, page: str) -> None:
    client = await start(compress=False)
    held = await client.get(page)

    again = await client.get(page, headers={"If-None-Match": held.headers["ETag"]})
    head = await client.head(page)

    assert (again.status, await again.read()) == (304, b"")
    assert again.headers["ETag"] == held.headers["ETag"]
    assert (head.status, await head.read()) == (200, b"")
    assert head.headers["Content-Length"] == held.headers["Content-Length"]
    assert held.headers["Cache-Control"] == "public, no-cache"


async def test_a_page_that_could_not_be_made_is_tried_again() -> None:
    failures = [OSError("too many open files")]

    def make() -> Page:
        if failures:
            raise failures.pop()
        return Page(b"here")

    kept = KeptAnswer(make)
    request = make_mocked_request("GET", "/")
    with pytest.raises(OSError, match="too many"):
        await kept.answer(request)

    answers = [await kept.answer(request) for _ in range(2)]

    assert [answer.body for answer in answers] == [b"here", b"here"]


@pytest.mark.parametrize("prefix", PREFIXES)
async def test_the_document_says_where_it_is_mounted(start: Start, prefix: str) -> None:
    client = await start(mounted=prefix)

    response = await client.get(f"{prefix}/openapi.json")

    told = await response.json()
    assert response.content_type == "application/json"
    assert told["servers"] == [{"url": prefix or "/"}]
    assert told == json.loads(json.dumps(document(start=prefix)))


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ({}, "text/html"),
        ({"Accept": "*/*"}, "text/html"),
        (HTML, "text/html"),
        (JSON, "application/json"),
        ({"Accept": "application/problem+json"}, "application/json"),
        ({"Accept": "text/html;q=0.5, application/json;q=0.9"}, "application/json"),
        ({"Accept": "text/html, application/json"}, "text/html"),
        ({"Accept": "application/json;q=high"}, "text/html"),
        ({"Accept": "application/json;q=0"}, "text/html"),
    ],
)
async def test_a_problem_is_told_to_people_and_to_programs(
    start: Start, accept: dict[str, str], content_type: str
) -> None:
    client = await start()

    response = await client.get(
        "/problems/not-watched-yet", headers=accept, skip_auto_headers=["Accept"]
    )

    assert (response.status, response.content_type) == (200, content_type)
    assert response.headers["Vary"].startswith("Accept, ")


async def test_a_problem_tells_when_it_happens_and_what_it_holds(start: Start) -> None:
    client = await start()

    told = await (await client.get("/problems/not-watched-yet", headers=JSON)).json()

    assert (told["code"], told["status"], told["phrase"]) == ("not-watched-yet", 409, "Conflict")
    assert told["title"] == "Only a movie you have watched can be rated."
    assert told["operations"] == [
        {"id": "rate_movie", "method": "PUT", "path": "/api/v1/movies/{movie_id}/rating"}
    ]
    assert [member["path"] for member in told["members"]] == ["movie"]
    assert told["example"]["code"] == "not-watched-yet"


async def test_a_problem_that_no_operation_has_is_told_too(start: Start) -> None:
    client = await start()

    told = await (await client.get("/problems/method-not-allowed", headers=JSON)).json()

    assert [member["path"] for member in told["members"]] == ["allowed"]
    assert (told["example"]["status"], told["operations"]) == (405, [])


async def test_every_problem_has_a_page_and_those_that_are_expected_stand_in_the_index(
    start: Start,
) -> None:
    client = await start()
    ours = [c for c, error in every_problem().items() if error.__module__.startswith("watchlist_")]

    statuses = {(await client.get(f"/problems/{code}", headers=HTML)).status for code in ours}
    index = await (await client.get("/problems", headers=JSON)).json()

    answered = {
        code
        for response in document()["components"]["responses"].values()
        for code in response["content"]["application/problem+json"]["examples"]
    }
    assert statuses == {200}
    assert {problem["code"] for problem in index["problems"]} == answered | {"method-not-allowed"}


async def test_a_problem_that_there_is_not_is_a_problem(start: Start) -> None:
    client = await start()

    response = await client.get("/problems/no-such-thing")

    assert (response.status, (await response.json())["code"]) == (404, "no-such-resource")
