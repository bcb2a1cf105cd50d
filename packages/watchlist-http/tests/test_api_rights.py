"""Who may do what, for each operation that the document has; and which tokens are none."""

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeAlias
from uuid import uuid4

import jwt
import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient

from watchlist_core.auth import Role
from watchlist_core.ids import AccountId, SessionId
from watchlist_core.keys import derived_key
from watchlist_core.security import JwtAccessTokens

Client: TypeAlias = TestClient[web.Request, web.Application]
Json: TypeAlias = dict[str, Any]

DOCUMENT: Final[Json] = json.loads((Path(__file__).parents[1] / "openapi.json").read_text())
OPERATIONS: Final = {
    operation["operationId"]: (method, path, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}
PEOPLE: Final = (None, Role.USER, Role.MODERATOR, Role.ADMIN)
NOT_ALLOWED: Final = {"not-signed-in", "not-allowed"}
SECRET: Final = b"a secret that is known to the tests only"
OTHER_SECRET: Final = SECRET[::-1]


def role_of(operation: Json) -> Role | None:
    """Return the role that the document asks for; of who is signed in, it asks for a user."""
    if not operation["security"]:
        return None
    (way, *_) = operation["security"]
    return Role(*way["bearer"]) if way["bearer"] else Role.USER


async def asked(
    client: Client, method: str, path: str, operation: Json, headers: Mapping[str, str]
) -> ClientResponse:
    """Make a request as the examples of the document have it."""
    query = {
        parameter["name"]: parameter["example"]
        for parameter in operation["parameters"]
        if parameter["in"] == "query" and parameter["required"]
    }
    for parameter in operation["parameters"]:
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", str(parameter["example"]))
        if parameter["in"] == "header" and parameter["required"]:
            headers = {**headers, parameter["name"]: parameter["example"]}
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    return await client.request(
        method, path, params=query, json=body.get("example"), headers=headers
    )


def cases() -> Iterator[Any]:
    for name, (method, path, operation) in OPERATIONS.items():
        for person in PEOPLE:
            yield pytest.param(method, path, operation, person, id=f"{name}-{person or 'guest'}")


@pytest.mark.parametrize(("method", "path", "operation", "person"), list(cases()))
async def test_everybody_may_do_what_the_document_says_and_no_more(
    *,
    client: Client,
    sign_in: Callable[..., Awaitable[Any]],
    method: str,
    path: str,
    operation: Json,
    person: Role | None,
) -> None:
    headers = (await sign_in("somebody", person)).headers if person else {}
    await sign_in("seraph", Role.ADMIN)

    answer = await asked(client, method, path, operation, headers)

    needed = role_of(operation)
    refused = answer.status in {401, 403} and (await answer.json(content_type=None))["code"]
    if needed is None or (person is not None and person.includes(needed)):
        assert refused not in NOT_ALLOWED
        assert answer.status < 500
    else:
        assert refused == ("not-signed-in" if person is None else "not-allowed")
        assert answer.status == (401 if person is None else 403)


def test_whatever_people_have_of_their_own_is_tried_on_anothers() -> None:
    """Nothing has an address of its own yet that belongs to one user: the first that has is tried.

    Another's is a 404. What stands here instead are things that everybody shares.
    """
    shared = {"movie_id"}

    own = {
        name
        for name, (_, _, operation) in OPERATIONS.items()
        if role_of(operation) is Role.USER
        and {one["name"] for one in operation["parameters"] if one["in"] == "path"} - shared
    }

    assert own == set()


@pytest.fixture
def tokens(watch: Any) -> JwtAccessTokens:
    return JwtAccessTokens([SECRET], watch)


Wrong: TypeAlias = Callable[[AccountId, SessionId, datetime], str]
LIFE: Final = timedelta(minutes=15)


def issued(
    secret: bytes = SECRET,
    life: timedelta = LIFE,
    *,
    issuer: str = "watchlist",
    audience: str = "watchlist",
) -> Wrong:
    def issue(account: AccountId, session: SessionId, at: datetime) -> str:
        tokens = JwtAccessTokens([secret], lambda: at, issuer, audience)
        return tokens.issue(account, session, life)

    return issue


def rewritten(**claims: object) -> Wrong:
    """Sign other claims with the right key, as only a mistake of ours could."""

    def rewrite(account: AccountId, session: SessionId, at: datetime) -> str:
        good = issued()(account, session, at)
        told = jwt.decode(good, options={"verify_signature": False})
        told = {k: v for k, v in (told | claims).items() if v is not None}
        head = jwt.get_unverified_header(good)
        key = derived_key(SECRET, "watchlist access tokens")
        return jwt.encode(told, key, "HS256", headers={"kid": head["kid"]})

    return rewrite


def unsigned(account: AccountId, session: SessionId, at: datetime) -> str:
    good = issued()(account, session, at)
    claims = jwt.decode(good, options={"verify_signature": False})
    return jwt.encode(claims, "", "none", headers=jwt.get_unverified_header(good) | {"alg": "none"})


def forged(account: AccountId, session: SessionId, at: datetime) -> str:
    head = issued()(account, session, at).partition(".")[0]
    return f"{head}.{issued(OTHER_SECRET)(account, session, at).partition('.')[2]}"


def changed(account: AccountId, session: SessionId, at: datetime) -> str:
    head, _, signature = issued()(account, session, at).split(".")
    claims = issued()(AccountId(uuid4()), session, at).split(".")[1]
    return f"{head}.{claims}.{signature}"


def of_another_session(account: AccountId, _: SessionId, at: datetime) -> str:
    return issued()(account, SessionId(uuid4()), at)


def of_another_account(_: AccountId, session: SessionId, at: datetime) -> str:
    return issued()(AccountId(uuid4()), session, at)


WRONG: Final[Mapping[str, Wrong]] = {
    "expired": issued(life=timedelta(0)),
    "expired long ago": issued(life=-timedelta(days=1)),
    "of another key": issued(OTHER_SECRET),
    "forged": forged,
    "unsigned": unsigned,
    "changed": changed,
    "of another issuer": issued(issuer="somebody"),
    "for another audience": issued(audience="somebody"),
    "of another type": rewritten(type="refresh"),
    "of no type": rewritten(type=None),
    "for another purpose": rewritten(type="password-reset"),
    "without an end": rewritten(exp=None),
    "without a session": rewritten(sid=None),
    "of another session": of_another_session,
    "of another account": of_another_account,
    "no token at all": lambda *_: "x",
    "empty": lambda *_: "",
}


@pytest.fixture
def session(store: Any) -> Callable[[Any], SessionId]:
    """Return the session by which somebody is signed in."""
    return lambda who: next(
        one.id for one in store.committed.sessions.values() if one.account == who.account
    )


async def test_the_right_token_is_taken(
    client: Client, user: Any, session: Any, watch: Any
) -> None:
    token = issued()(user.account, session(user), watch.at)
    again = rewritten()(user.account, session(user), watch.at)

    for one in (token, again):
        answer = await client.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {one}"})
        assert answer.status == 200


@pytest.mark.parametrize("make", WRONG.values(), ids=WRONG)
async def test_a_token_that_is_wrong_is_none(
    client: Client, user: Any, session: Any, watch: Any, make: Wrong
) -> None:
    token = make(user.account, session(user), watch.at)
    headers = {"Authorization": f"Bearer {token}"}

    me = await client.get("/api/v1/auth/me", headers=headers)
    change = await client.post("/api/v1/auth/logout-all", headers=headers)

    for answer in (me, change):
        assert answer.status == 401
        assert (await answer.json(content_type=None))["code"] == "invalid-token"
        assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


@pytest.mark.parametrize("shown", ["refresh_token", "email"])
async def test_what_is_no_access_token_opens_nothing(client: Client, user: Any, shown: str) -> None:
    headers = {"Authorization": f"Bearer {getattr(user, shown).replace('@', '.')}"}

    answer = await client.get("/api/v1/auth/me", headers=headers)

    assert answer.status == 401


async def test_an_access_token_is_no_refresh_token(client: Client, user: Any) -> None:
    token = user.headers["Authorization"].removeprefix("Bearer ")

    answer = await client.post("/api/v1/auth/refresh", json={"refresh_token": token})

    assert answer.status == 401


async def test_the_token_of_an_ended_session_is_none(
    client: Client, user: Any, session: Any, watch: Any
) -> None:
    token = issued()(user.account, session(user), watch.at)
    await client.post(
        "/api/v1/auth/logout", json={"refresh_token": user.refresh_token}, headers=user.headers
    )

    answer = await client.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {token}"})

    assert answer.status == 401


async def test_a_token_dies_when_its_time_has_come(client: Client, user: Any, watch: Any) -> None:
    assert watch.at.tzinfo is UTC
    watch.at += LIFE

    answer = await client.get("/api/v1/auth/me", headers=user.headers)

    assert answer.status == 401
