"""What clients can rely on when they register, sign in, and sign out."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeAlias

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient

from watchlist_core.auth import IssueMailToken, Lives, MailPurpose, Role
from watchlist_core.ids import AccountId
from watchlist_core.testing import MemoryStore, PlainPasswords

Client: TypeAlias = TestClient[web.Request, web.Application]
SignIn: TypeAlias = Callable[..., Awaitable[Any]]

AUTH = "/api/v1/auth"
PASSWORD = "Follow-the-rabbit-42!"  # noqa: S105  of nobody
EASY, NO_TOKEN = "password", "x"


async def post(client: Client, what: str, by: Any = None, **body: object) -> ClientResponse:
    headers = by.headers if by else {}
    return await client.post(f"{AUTH}/{what}", json=body, headers=headers)


async def code(answer: ClientResponse) -> tuple[int, str]:
    return answer.status, (await answer.json(content_type=None))["code"]


@pytest.fixture
def mailed(store: MemoryStore, watch: Any, new_token: Any) -> Callable[..., Awaitable[str]]:
    """Return what a mail would bring to an address."""

    async def mailed(email: str, purpose: MailPurpose) -> str:
        account = next(
            AccountId(one.id)
            for one in store.committed.accounts.values()
            if one.email and one.email.text == email
        )
        issued = await IssueMailToken(store.begin, watch, new_token, Lives())(account, purpose)
        assert issued is not None
        return issued.token

    return mailed


async def test_somebody_registers_activates_and_signs_in(client: Client, mailed: Any) -> None:
    registered = await post(client, "register", email="Neo@EXAMPLE.org", password=PASSWORD)
    too_early = await post(client, "login", email="neo@example.org", password=PASSWORD)
    token = await mailed("Neo@example.org", MailPurpose.ACTIVATION)
    activated = await post(client, "activate", token=token)
    signed_in = await post(client, "login", email="neo@Example.org", password=PASSWORD)

    assert (registered.status, await registered.json()) == (201, {"email": "Neo@example.org"})
    assert await code(too_early) == (403, "not-activated")
    assert activated.status == 204
    tokens = await signed_in.json()
    assert (signed_in.status, tokens["token_type"], tokens["expires_in"]) == (200, "Bearer", 900)
    me = await client.get(
        f"{AUTH}/me", headers={"Authorization": f"Bearer {tokens['access_token']}"}
    )
    told = await me.json()
    assert told.pop("id")
    assert told == {
        "email": "Neo@example.org",
        "username": None,
        "role": "user",
        "created_at": "2026-11-20T12:00:00Z",
    }


async def test_nothing_says_whether_an_address_is_known(client: Client, user: Any) -> None:
    unknown = "nobody@example.org"

    for what, more in (
        ("register", {"password": PASSWORD}),
        ("activation", {}),
        ("password-reset", {}),
    ):
        known = await post(client, what, email=user.email, **more)
        other = await post(client, what, email=unknown, **more)
        of_known = (await known.text()).replace(user.email, "")
        assert (known.status, of_known) == (other.status, (await other.text()).replace(unknown, ""))


async def test_a_username_that_is_taken_is_told(client: Client, user: Any) -> None:
    answer = await post(
        client, "register", email="neo@example.org", password=PASSWORD, username="trinity"
    )

    assert user.account
    assert await code(answer) == (409, "username-taken")


async def test_a_password_that_is_easy_to_guess_is_refused_with_all_reasons(client: Client) -> None:
    answer = await post(client, "register", email="neo@example.org", password=EASY)

    assert await code(answer) == (422, "weak-password")
    assert len((await answer.json(content_type=None))["reasons"]) >= 3


@pytest.mark.parametrize(
    "email",
    [
        *("", "neo", "neo@", "@example.org", "neo@example", "neo@@example.org", "a b@example.org"),
        *("neo@example.org\n", "neo@[127.0.0.1]", '"n e o"@example.org', "Neo <neo@example.org>"),
        *(f"{'n' * 65}@example.org", f"neo@{'a' * 60}.{'b' * 63}.{'c' * 63}.{'d' * 63}.org"),
        *(None, 1, ["neo@example.org"], "neo@localhost", "neo\0@example.org"),
    ],
)
async def test_what_is_no_address_is_refused(client: Client, email: object) -> None:
    answer = await post(client, "register", email=email, password=PASSWORD)

    assert answer.status == 422
    (error,) = (await answer.json(content_type=None))["errors"]
    assert error == {"pointer": "/email", "message": "must be an e-mail address"}


@pytest.mark.parametrize("username", ["ne", "n" * 33, "Neo", "neo!", "neo\n", "n\u0435o", ""])
async def test_a_username_is_of_few_characters(client: Client, username: str) -> None:
    answer = await post(
        client, "register", email="neo@example.org", password=PASSWORD, username=username
    )

    assert answer.status == 422
    assert {one["pointer"] for one in (await answer.json(content_type=None))["errors"]} == {
        "/username"
    }


@pytest.mark.parametrize(
    "password", ["Sh0rt!", "Tr0ub4dor&" * 20, 12345678901, ["Tr0ub4dor&3"], "Tr0ub4dor\0&3"]
)
async def test_a_password_is_never_sent_back(client: Client, password: object, caplog: Any) -> None:
    answer = await post(client, "register", email="neo@example.org", password=password)

    assert answer.status == 422
    assert (await answer.json(content_type=None))["errors"][0]["pointer"] == "/password"
    told = f"{await answer.text()} {caplog.text}"
    assert "Tr0ub4dor" not in told
    assert "Sh0rt" not in told
    assert "12345678901" not in told


@pytest.mark.parametrize("email", ["trinity", "nobody@example.org", "TRINITY", "a@b@c"])
async def test_who_is_not_known_is_refused_like_who_has_a_wrong_password(
    client: Client, user: Any, email: str
) -> None:
    unknown = await post(client, "login", email=email, password=PASSWORD)
    wrong = await post(client, "login", email=user.email, password=PASSWORD)

    for answer in (unknown, wrong):
        assert await code(answer) == (401, "wrong-credentials")
        assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_who_guesses_is_stopped_before_anything_is_hashed(
    client: Client, user: Any, passwords: PlainPasswords
) -> None:
    for _ in range(5):
        await post(client, "login", email=user.email, password=PASSWORD)
    hashed = passwords.times_hashed

    right = await post(client, "login", email=user.email, password=user.password)

    assert await code(right) == (429, "too-many-sign-ins")
    assert 0 < int(right.headers["Retry-After"]) <= 15 * 60 + 1
    assert passwords.times_hashed == hashed


async def test_guesses_are_counted_by_where_they_come_from(start: Any, user: Any) -> None:
    client: Client = await start(trusted_proxies=["127.0.0.0/8"])

    async def sign_in(password: str, origin: str) -> int:
        answer = await client.post(
            f"{AUTH}/login",
            json={"email": user.email, "password": password},
            headers={"X-Forwarded-For": origin},
        )
        return answer.status

    for _ in range(5):
        assert await sign_in(PASSWORD, "203.0.113.7") == 401

    assert await sign_in(user.password, "203.0.113.7") == 429
    assert await sign_in(user.password, "198.51.100.1, 203.0.113.7") == 429
    assert await sign_in(user.password, "203.0.113.8") == 200


async def test_guesses_from_many_addresses_of_one_home_are_counted_together_and_kept_apart(
    start: Any, user: Any, admin: Any
) -> None:
    client: Client = await start(trusted_proxies=["127.0.0.0/8"])

    async def sign_in(path: str, password: str, origin: str) -> int:
        answer = await client.post(
            f"{AUTH}/{path}",
            json={"email": user.email, "password": password},
            headers={"X-Forwarded-For": origin},
        )
        return answer.status

    for number in range(5):
        assert await sign_in("login", PASSWORD, f"2001:db8::{number}") == 401

    for path, welcome in (("login", 200), ("session", 201)):
        assert await sign_in(path, user.password, "2001:db8::5") == 429
        assert await sign_in(path, user.password, "2001:db8:0:1::5") == welcome
    audit = await client.get(
        "/api/v1/admin/audit", params={"action": "sign-in-refused"}, headers=admin.headers
    )
    origins = [entry["origin"] for entry in (await audit.json())["items"]]
    assert sorted(origins) == [
        f"2001:db8::{number}" if number else "2001:db8::" for number in range(5)
    ]


async def test_a_refresh_token_is_good_once(client: Client, user: Any, watch: Any) -> None:
    first = await post(client, "refresh", refresh_token=user.refresh_token)
    at_once = await post(client, "refresh", refresh_token=user.refresh_token)
    second = await post(client, "refresh", refresh_token=(await first.json())["refresh_token"])
    watch.at += timedelta(seconds=11)
    later = await post(client, "refresh", refresh_token=user.refresh_token)
    third = await post(client, "refresh", refresh_token=(await second.json())["refresh_token"])
    me = await client.get(f"{AUTH}/me", headers=user.headers)

    assert (first.status, second.status) == (200, 200)
    assert await code(at_once) == (409, "refreshed-already")
    for ended in (later, third, me):
        assert await code(ended) == (401, "invalid-token")


async def test_a_token_can_be_verified(client: Client, user: Any) -> None:
    token = user.headers["Authorization"].removeprefix("Bearer ")

    good = await post(client, "verify", token=token)
    bad = await post(client, "verify", token=NO_TOKEN)
    refresh = await post(client, "verify", token=user.refresh_token)

    assert (good.status, await good.json()) == (
        200,
        {"active": True, "type": "access", "expires_at": "2026-11-20T12:15:00Z"},
    )
    assert await code(bad) == await code(refresh) == (401, "invalid-token")


async def is_signed_in(client: Client, who: Any) -> bool:
    answer = await client.get(f"{AUTH}/me", headers=who.headers)
    assert answer.status in {200, 401}
    return answer.status == 200


async def test_signing_out_acts_at_once(client: Client, user: Any) -> None:
    assert await is_signed_in(client, user)

    answer = await post(client, "logout", user, refresh_token=user.refresh_token)

    assert answer.status == 204
    assert not await is_signed_in(client, user)


async def test_nobody_signs_another_out(client: Client, user: Any, moderator: Any) -> None:
    answer = await post(client, "logout", user, refresh_token=moderator.refresh_token)

    assert await code(answer) == (401, "invalid-token")
    assert await is_signed_in(client, moderator)


async def test_signing_out_everywhere_ends_all_sessions(client: Client, user: Any) -> None:
    other = await post(client, "login", email=user.email, password=user.password)
    headers = {"Authorization": f"Bearer {(await other.json())['access_token']}"}

    answer = await post(client, "logout-all", user)

    assert answer.status == 204
    assert not await is_signed_in(client, user)
    assert (await client.get(f"{AUTH}/me", headers=headers)).status == 401


async def test_a_changed_password_ends_all_other_sessions_at_once(
    client: Client, user: Any
) -> None:
    other = await (await post(client, "login", email=user.email, password=user.password)).json()
    headers = {"Authorization": f"Bearer {other['access_token']}"}
    assert (await client.get(f"{AUTH}/me", headers=headers)).status == 200
    change = {"current_password": user.password, "new_password": PASSWORD}

    answer = await client.put(f"{AUTH}/password", json=change, headers=user.headers)

    assert answer.status == 204
    assert await is_signed_in(client, user)
    assert (await client.get(f"{AUTH}/me", headers=headers)).status == 401
    old = await post(client, "login", email=user.email, password=user.password)
    new = await post(client, "login", email=user.email, password=PASSWORD)
    assert (old.status, new.status) == (401, 200)


@pytest.mark.parametrize(
    ("current", "new", "expected"),
    [("another", PASSWORD, "wrong-password"), (None, "password-12", "weak-password")],
)
async def test_a_password_is_changed_by_whom_it_belongs_to(
    client: Client, user: Any, current: str | None, new: str, expected: str
) -> None:
    change = {"current_password": current or user.password, "new_password": new}

    answer = await client.put(f"{AUTH}/password", json=change, headers=user.headers)

    assert await code(answer) == (422, expected)


async def test_a_forgotten_password_is_replaced_once_and_ends_all_sessions(
    client: Client, user: Any, mailed: Any
) -> None:
    assert await is_signed_in(client, user)
    asked = await post(client, "password-reset", email=user.email)
    token = await mailed(user.email, MailPurpose.PASSWORD_RESET)
    wanted = {"token": token, "new_password": PASSWORD}

    weak = await post(client, "password-reset/complete", token=token, new_password=EASY)
    first = await post(client, "password-reset/complete", **wanted)
    second = await post(client, "password-reset/complete", **wanted)

    assert (asked.status, await asked.read()) == (202, b"")
    assert await code(weak) == (422, "weak-password")
    assert first.status == 204
    assert await code(second) == (422, "invalid-mail-token")
    assert not await is_signed_in(client, user)
    assert (await post(client, "login", email=user.email, password=PASSWORD)).status == 200


async def test_a_link_is_good_for_what_it_was_mailed_for(
    client: Client, user: Any, mailed: Any
) -> None:
    token = await mailed(user.email, MailPurpose.PASSWORD_RESET)

    answer = await post(client, "activate", token=token)

    assert await code(answer) == (422, "invalid-mail-token")


@pytest.mark.parametrize(
    ("what", "body", "status"),
    [
        ("login", {"email": "x" * 2000, "password": "y"}, 422),
        ("login", {"email": "nobody@example.org", "password": "y"}, 401),
        ("refresh", {"refresh_token": "x"}, 401),
        ("register", {"email": "a@example.org", "password": PASSWORD}, 201),
        ("password-reset", {"email": "a@example.org"}, 202),
        ("logout-all", {}, 401),
    ],
)
async def test_nothing_of_auth_is_kept_or_packed(
    client: Client, what: str, body: dict[str, str], status: int
) -> None:
    body |= {f"unknown{number}": "" for number in range(100)} if status == 422 else {}

    answer = await client.post(
        f"{AUTH}/{what}", json=body, headers={"Accept-Encoding": "gzip, identity;q=0"}
    )

    assert answer.status == status
    assert answer.headers["Cache-Control"] == "no-store, no-transform"
    assert "Content-Encoding" not in answer.headers


async def test_what_is_told_of_oneself_is_private_too(client: Client, user: Any) -> None:
    answer = await client.get(f"{AUTH}/me", headers=user.headers)

    assert answer.headers["Cache-Control"] == "private, no-store, no-transform"


async def test_a_new_role_acts_at_once(client: Client, user: Any, admin: Any) -> None:
    movie = {"title": "Stalker"}
    before = await client.post("/api/v1/movies", json=movie, headers=user.headers)

    await client.patch(
        f"/api/v1/users/{user.account}", json={"role": Role.MODERATOR}, headers=admin.headers
    )
    after = await client.post("/api/v1/movies", json=movie, headers=user.headers)

    assert (before.status, after.status) == (403, 201)
