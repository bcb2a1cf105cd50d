"""Every failure is answered by a problem (RFC 9457) that tells what a client needs, and no more."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias
from uuid import UUID

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from attrs import define, field

from watchlist_core.errors import Conflict, TooMany, WatchlistError
from watchlist_core.ids import MovieId
from watchlist_core.work import Busy, StoreUnavailable
from watchlist_http.answers import Answer
from watchlist_http.openapi import document
from watchlist_http.problems import code_of, every_problem, status_of, title_of
from watchlist_http.routing import Routes

Client: TypeAlias = TestClient[web.Request, web.Application]
Start: TypeAlias = Callable[..., Awaitable[Client]]

MOVIE = UUID("019aa0b5-7c00-7d3e-9a41-5f2b8c6d1e07")


@define
class Answered(WatchlistError):
    """It was a kind of refusal that nobody has thought of."""


@define
class AlreadySold(Conflict):
    """It is sold already.

    More about it stands here.
    """

    movie: MovieId
    buyers: list[str] = field(factory=list)


class Done(Answer, frozen=True):
    """It is done."""

    attempts: int


routes = Routes("Failures", under="")
attempts: list[str] = []


@pytest.fixture(autouse=True)
def no_attempts() -> None:
    attempts.clear()


@routes.get("/sold", raises=[AlreadySold])
async def find_it_sold() -> Done:
    """Find it sold."""
    raise AlreadySold(MovieId(MOVIE), ["trinity"])


async def forget_to_declare_it() -> Done:
    """Forget to declare it."""
    raise AlreadySold(MovieId(MOVIE))


@routes.get("/bug")
async def have_a_bug() -> Done:
    """Have a bug."""
    raise ZeroDivisionError("the password is 1234")


@routes.get("/kindless")
async def refuse_without_a_kind() -> Done:
    """Refuse without a kind."""
    raise Answered


@routes.get("/too-many", raises=[TooMany])
async def ask_too_often() -> Done:
    """Ask too often."""
    raise TooMany(retry_after=17)


@routes.get("/down", raises=[StoreUnavailable])
async def find_the_store_down() -> Done:
    """Find the store down."""
    raise StoreUnavailable(retry_after=5)


@routes.get("/refused", raises=[StoreUnavailable])
async def find_it_refused() -> Done:
    """Find that the store refuses connections."""
    raise StoreUnavailable from ConnectionRefusedError("nobody listens there")


@routes.put("/busy/{times}", raises=[Busy])
async def be_busy(times: int) -> Done:
    """Be busy some times."""
    attempts.append("again")
    if len(attempts) <= times:
        raise Busy
    return Done(len(attempts))


@routes.delete("/thing")
async def forget_it() -> None:
    """Forget it."""


@pytest.fixture
async def client(start: Start) -> Client:
    return await start([routes], mounted="/mounted")


async def test_a_refusal_tells_its_name_and_its_details(client: Client) -> None:
    answer = await client.get("/mounted/sold")

    assert (answer.status, answer.content_type) == (409, "application/problem+json")
    assert answer.headers["Cache-Control"] == "no-store"
    assert await answer.json() == {
        "type": "/mounted/problems/already-sold",
        "title": "It is sold already.",
        "status": 409,
        "code": "already-sold",
        "request_id": answer.headers["X-Request-ID"],
        "movie": str(MOVIE),
        "buyers": ["trinity"],
    }


@pytest.mark.parametrize("path", ["bug", "kindless"])
async def test_a_bug_is_told_without_its_insides_and_logged_once(
    client: Client, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    answer = await client.get(f"/mounted/{path}", headers={"X-Request-ID": "mine-1"})

    assert (answer.status, await answer.json()) == (
        500,
        {
            "type": "/mounted/problems/internal-error",
            "title": "Something went wrong on our side; the request id helps us to find it.",
            "status": 500,
            "code": "internal-error",
            "request_id": "mine-1",
        },
    )
    (record,) = [one for one in caplog.records if one.levelno >= logging.WARNING]
    assert record.exc_info
    assert "mine-1" in record.getMessage()


@pytest.mark.parametrize(("path", "seconds"), [("too-many", "17"), ("down", "5")])
async def test_later_says_when(client: Client, path: str, seconds: str) -> None:
    answer = await client.get(f"/mounted/{path}")

    assert answer.status == {"too-many": 429, "down": 503}[path]
    assert answer.headers["Retry-After"] == seconds
    assert (await answer.json())["retry_after"] == int(seconds)


async def test_what_keeps_the_store_from_answering_is_logged_and_not_told(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await client.get("/mounted/refused", headers={"X-Request-ID": "mine"})

    assert answer.status == 503
    assert "nobody listens" not in await answer.text()
    (told,) = caplog.records
    assert (told.levelno, "mine" in told.getMessage()) == (logging.WARNING, True)
    assert "nobody listens there" in told.getMessage()


@pytest.mark.parametrize(("times", "status"), [(0, 200), (1, 200), (3, 200), (4, 503)])
async def test_a_busy_store_is_asked_three_times_more(
    client: Client, times: int, status: int
) -> None:
    answer = await client.put(f"/mounted/busy/{times}")

    assert (answer.status, len(attempts)) == (status, min(times, 3) + 1)
    assert answer.headers.get("Retry-After") == ("1" if status == 503 else None)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/mounted/nothing", 404, "no-such-resource"),
        ("POST", "/mounted/busy", 404, "no-such-resource"),
        ("PUT", "/mounted/busy/once", 404, "no-such-resource"),
        ("GET", "/mounted/%00", 404, "no-such-resource"),
        ("PATCH", "/mounted/sold", 405, "method-not-allowed"),
        ("PROPFIND", "/mounted/busy/1", 405, "method-not-allowed"),
        ("GET", "/mounted/sold?x=1", 422, "does-not-fit"),
    ],
)
async def test_what_http_refuses_is_a_problem_too(
    client: Client, method: str, path: str, status: int, code: str
) -> None:
    answer = await client.request(method, path)

    told = await answer.json()
    assert (answer.status, told["status"], told["code"]) == (status, status, code)
    assert (answer.content_type, told["type"]) == (
        "application/problem+json",
        f"/mounted/problems/{code}",
    )
    assert told["request_id"] == answer.headers["X-Request-ID"]


async def test_a_wrong_method_is_told_the_right_ones(client: Client) -> None:
    answer = await client.post("/mounted/sold")

    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert (await answer.json())["allowed"] == ["GET", "HEAD", "OPTIONS"]


@pytest.mark.parametrize("path", ["/mounted/busy/0", "/mounted/nothing", "/mounted/sold"])
async def test_only_continuing_can_be_expected(client: Client, path: str) -> None:
    answer = await client.put(path, headers={"Expect": "the unexpected"})

    assert (answer.status, answer.content_type) == (417, "application/problem+json")
    assert (await answer.json())["code"] == "expectation-failed"


async def test_a_client_may_wait_until_it_shall_continue(client: Client) -> None:
    answer = await client.put("/mounted/busy/0", data=b"ignored", expect100=True)

    assert answer.status == 200


async def test_links_start_with_the_public_address(start: Start) -> None:
    client = await start([routes], public_url="https://example.org/movies/")

    refused = await client.get("/sold", headers={"Host": "evil.example"})

    assert (await refused.json())["type"] == "https://example.org/movies/problems/already-sold"


async def test_nothing_to_tell_is_told_without_a_body(client: Client) -> None:
    answer = await client.delete("/mounted/thing")

    assert (answer.status, await answer.read()) == (204, b"")
    assert answer.headers["Cache-Control"] == "no-store"


async def test_a_body_that_nobody_asked_for_is_ignored(client: Client) -> None:
    answer = await client.request("GET", "/mounted/too-many", data=b"\xff{" * 1000)

    assert answer.status == 429


@pytest.mark.parametrize("error", every_problem().values(), ids=every_problem())
def test_every_problem_has_a_name_a_title_and_a_status(error: type[WatchlistError]) -> None:
    assert code_of(error).replace("-", "").isalnum()
    assert title_of(error).endswith((".", "moment"))
    assert status_of(error) >= 400


@pytest.mark.parametrize(
    "path", ["sold", "bug", "kindless", "too-many", "down", "busy/4", "busy/x", "nothing", "a?b=c"]
)
async def test_the_type_of_a_problem_leads_to_a_page_about_it(client: Client, path: str) -> None:
    method = "PUT" if path.startswith("busy") else "GET"
    problem = await (await client.request(method, f"/mounted/{path}")).json()

    page = await client.get(problem["type"])

    assert (page.status, page.content_type) == (200, "text/html")


def test_errors_of_later_capabilities_are_found_by_themselves() -> None:
    problems: dict[str, Any] = every_problem()

    assert {"already-sold", "movie-not-found", "busy", "malformed-body"} <= set(problems)


def test_no_error_takes_a_member_that_every_problem_has() -> None:
    @define
    class Misnamed(Conflict):
        """It has a member that every problem has."""

        status: str

    misnamed = Routes("Misnamed")
    misnamed.get("/misnamed", raises=[Misnamed])(have_a_bug)

    with pytest.raises(TypeError, match="status"):
        document([misnamed])


def test_two_errors_that_a_client_could_not_tell_apart_are_a_mistake() -> None:
    first, second = (type("TwinBorn", (Conflict,), {"__doc__": "It is one of two."}) for _ in "12")
    twice = Routes("Twice")
    twice.get("/here", raises=[first])(find_it_sold)
    twice.get("/there", raises=[second])(have_a_bug)

    with pytest.raises(TypeError, match="twin-born"):
        document([twice])


async def test_a_refusal_that_nobody_declared_has_its_page_too(
    start: Start, witnesses: Any
) -> None:
    undeclared = Routes("Undeclared", under="")
    undeclared.get("/forgotten")(forget_to_declare_it)
    client = await start([undeclared])
    witnesses.clear()  # it is not in the document, which is the point
    problem = await (await client.get("/forgotten")).json()

    page = await client.get(problem["type"])
    index = await client.get("/problems")

    assert (page.status, "It is sold already" in await page.text()) == (200, True)
    assert "already-sold" not in await index.text()


async def test_what_has_no_json_form_is_told_as_text(start: Start, witnesses: Any) -> None:
    odd = Routes("Odd", under="")

    @define
    class Odd(Conflict):
        """It tells what has no JSON form."""

        member: object

    @odd.get("/odd")
    async def refuse_oddly() -> Done:
        """Refuse oddly."""
        raise Odd(complex(1, 2))

    client = await start([odd])

    answer = await client.get("/odd")

    assert (answer.status, (await answer.json())["member"]) == (409, "(1+2j)")
    witnesses[0].complaints.clear()  # nobody could have documented it
