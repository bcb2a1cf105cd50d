import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias
from uuid import UUID

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, make_mocked_request
from multidict import CIMultiDict

from watchlist_core.auth import Identity, InvalidToken, NotSignedIn, Role
from watchlist_core.ids import AccountId
from watchlist_http.authentication import Authentication, challenge, identity_of
from watchlist_http.refusals import NotFromThePage

MARY = Identity(AccountId(UUID(int=1)), Role.USER)
Show: TypeAlias = Callable[..., Awaitable[Identity | None]]


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


class Directory:
    """Knows Mary by every token that begins with ``mary``, and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.mary = MARY

    async def __call__(self, token: str) -> Identity:
        self.asked.append(token)
        if token.startswith("mary"):
            return self.mary
        raise InvalidToken


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def directory() -> Directory:
    return Directory()


@pytest.fixture
def authentication(directory: Directory, clock: Clock) -> Authentication:
    return Authentication(directory, clock=clock)


@pytest.fixture
def show(authentication: Authentication) -> Show:
    async def show(*authorization: str) -> Identity | None:
        headers = CIMultiDict([("Authorization", value) for value in authorization])
        return await authentication.if_signed_in(make_mocked_request("GET", "/", headers=headers))

    return show


@pytest.mark.parametrize(
    "authorization", ["Bearer mary", "bearer mary", "BEARER   mary", "Bearer mary-._~+/1=="]
)
async def test_a_token_tells_who_asks(authentication: Authentication, authorization: str) -> None:
    request = make_mocked_request("GET", "/", headers={"Authorization": authorization})

    identity = await authentication(request)

    assert identity == MARY
    assert identity_of(request) == MARY


@pytest.mark.parametrize(
    "authorization", [(), ("Basic bWFyeTpzZWNyZXQ=",), ("Bearers mary",), ("",)]
)
async def test_who_shows_no_token_is_a_guest(
    authentication: Authentication, authorization: tuple[str, ...]
) -> None:
    headers = CIMultiDict([("Authorization", value) for value in authorization])
    request = make_mocked_request("GET", "/", headers=headers)

    assert await authentication.if_signed_in(request) is None
    assert identity_of(request) is None
    with pytest.raises(NotSignedIn):
        await authentication(request)


@pytest.mark.parametrize(
    "authorization",
    [
        "Bearer",
        "Bearer ",
        "Bearer  ",
        "Bearer a b",
        "Bearer mary, Bearer mary",
        "Bearer märy",
        "Bearer =mary",
        "Bearer " + "mary" * 3000,
    ],
)
async def test_what_cannot_be_a_token_is_refused_unseen(
    show: Show, directory: Directory, authorization: str
) -> None:
    with pytest.raises(InvalidToken):
        await show(authorization)

    assert directory.asked == []


async def test_a_token_of_bytes_that_are_no_text_is_refused(
    authentication: Authentication,
) -> None:
    async def show(request: web.Request) -> web.Response:
        with pytest.raises(InvalidToken):
            await authentication(request)
        return web.Response(status=204)

    application = web.Application()
    application.router.add_get("/", show)

    async with TestServer(application) as server:
        reader, writer = await asyncio.open_connection(server.host, server.port)
        writer.write(b"GET / HTTP/1.0\r\nAuthorization: Bearer \xff\r\n\r\n")
        status, _, _ = (await reader.read()).partition(b"\r\n")
        writer.close()
        await writer.wait_closed()

    assert status == b"HTTP/1.0 204 No Content"


async def test_two_tokens_are_none(show: Show, directory: Directory) -> None:
    with pytest.raises(InvalidToken):
        await show("Bearer mary", "Bearer mary")

    assert directory.asked == []


async def test_a_token_is_checked_once_in_a_second(
    show: Show, directory: Directory, clock: Clock
) -> None:
    await show("Bearer mary")
    clock.seconds += 0.999
    await show("Bearer mary")

    assert directory.asked == ["mary"]


@pytest.mark.parametrize("passed", [1, -1])
async def test_a_change_of_role_acts_with_the_next_second(
    show: Show, directory: Directory, clock: Clock, passed: float
) -> None:
    clock.seconds += 0.5
    await show("Bearer mary")
    directory.mary = Identity(MARY.account, Role.ADMIN)

    clock.seconds += passed

    assert await show("Bearer mary") == directory.mary


async def test_a_check_that_takes_into_the_next_second_is_not_kept(clock: Clock) -> None:
    asked = []

    async def identify(token: str) -> Identity:
        asked.append(token)
        if asked == ["slow"]:
            clock.seconds += 1
            await show("quick")  # another request, in the next second
        return MARY

    authentication = Authentication(identify, clock=clock)

    async def show(token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        await authentication(make_mocked_request("GET", "/", headers=headers))

    await show("slow")
    await show("slow")

    assert asked == ["slow", "quick", "slow"]


async def test_a_refused_token_is_checked_again(show: Show, directory: Directory) -> None:
    for _ in range(2):
        with pytest.raises(InvalidToken):
            await show("Bearer eve")

    assert directory.asked == ["eve", "eve"]


async def test_no_more_than_so_many_tokens_are_kept(directory: Directory, clock: Clock) -> None:
    authentication = Authentication(directory, clock=clock, most=2)

    for _ in range(2):
        for token in ("mary-1", "mary-2", "mary-3"):
            request = make_mocked_request("GET", "/", headers={"Authorization": f"Bearer {token}"})
            await authentication(request)

    assert directory.asked == ["mary-1", "mary-2", "mary-3", "mary-3"]


async def test_what_has_changed_acts_at_once_when_it_is_told(
    authentication: Authentication, show: Show, directory: Directory
) -> None:
    await show("Bearer mary")
    directory.mary = Identity(MARY.account, Role.ADMIN)

    authentication.forget()

    assert await show("Bearer mary") == directory.mary


async def test_what_is_found_out_while_rights_change_is_not_kept(clock: Clock) -> None:
    asked = []

    async def identify(token: str) -> Identity:
        asked.append(token)
        if asked == ["mary"]:
            authentication.forget()  # as another request does meanwhile
            await authentication.if_signed_in(request("other"))
        return MARY

    def request(token: str) -> web.Request:
        return make_mocked_request("GET", "/", headers={"Authorization": f"Bearer {token}"})

    authentication = Authentication(identify, clock=clock)
    await authentication.if_signed_in(request("mary"))

    await authentication.if_signed_in(request("mary"))

    assert asked == ["mary", "other", "mary"]


@pytest.fixture
def on_the_page(directory: Directory, clock: Clock) -> Authentication:
    async def nobody(_: str) -> Identity:
        raise InvalidToken

    return Authentication(nobody, directory, clock=clock)


async def test_the_cookie_of_the_page_tells_who_asks(
    on_the_page: Authentication, directory: Directory
) -> None:
    headers = {"Cookie": "theme=dark; __Host-watchlist=mary-1"}
    for _ in range(2):
        request = make_mocked_request("GET", "/", headers=headers)

        assert await on_the_page(request) == MARY
        assert identity_of(request) == MARY
    on_the_page.forget()
    await on_the_page(make_mocked_request("GET", "/", headers=headers))

    assert directory.asked == ["mary-1", "mary-1"]


@pytest.mark.parametrize("cookie", ["theme=dark", "watchlist=mary", ""])
async def test_another_cookie_tells_nothing(on_the_page: Authentication, cookie: str) -> None:
    request = make_mocked_request("GET", "/", headers={"Cookie": cookie})

    assert await on_the_page.if_signed_in(request) is None
    assert identity_of(request) is None


@pytest.mark.parametrize("cookie", ["", "mary!", "mary" * 100])
async def test_what_cannot_be_in_the_cookie_is_refused_unseen(
    on_the_page: Authentication, directory: Directory, cookie: str
) -> None:
    request = make_mocked_request("GET", "/", headers={"Cookie": f"__Host-watchlist={cookie}"})

    with pytest.raises(InvalidToken):
        await on_the_page.if_signed_in(request)

    assert directory.asked == []


async def test_a_cookie_is_not_taken_for_a_token_nor_a_token_for_a_cookie(
    directory: Directory, clock: Clock
) -> None:
    async def nobody(_: str) -> Identity:
        raise InvalidToken

    authentication = Authentication(directory, nobody, clock=clock)
    by_token, by_cookie = {"Authorization": "Bearer mary"}, {"Cookie": "__Host-watchlist=mary"}
    await authentication(make_mocked_request("GET", "/", headers=by_token))

    with pytest.raises(InvalidToken):
        await authentication(make_mocked_request("GET", "/", headers=by_cookie))


async def test_where_nobody_signs_in_on_a_page_cookies_are_not_looked_at(
    authentication: Authentication,
) -> None:
    request = make_mocked_request("POST", "/", headers={"Cookie": "__Host-watchlist=mary"})

    assert await authentication.if_signed_in(request) is None


async def test_a_cookie_beside_other_credentials_is_not_looked_at(
    on_the_page: Authentication,
) -> None:
    headers = {"Cookie": "__Host-watchlist=mary", "Authorization": "Basic eDp5"}

    assert await on_the_page.if_signed_in(make_mocked_request("GET", "/", headers=headers)) is None


async def test_another_page_cannot_use_the_cookie(
    on_the_page: Authentication, directory: Directory
) -> None:
    request = make_mocked_request("POST", "/", headers={"Cookie": "__Host-watchlist=mary"})

    with pytest.raises(NotFromThePage):
        await on_the_page.if_signed_in(request)

    assert directory.asked == []


def test_the_challenge_tells_a_bad_token_from_none() -> None:
    assert challenge(NotSignedIn()) == "Bearer"
    assert challenge(InvalidToken()) == 'Bearer error="invalid_token"'
