"""The API on a store in memory, and somebody who looks at every answer it gives."""

import json
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from attrs import define, field, frozen
from jsonschema_rs import Draft202012Validator, ValidationError

from watchlist_core.auth import AddAccount, Identity, InvalidToken, Role
from watchlist_core.catalogue import AddMovie, BrowseMovies, ShowMovie
from watchlist_core.ids import AccountId, Uuid7
from watchlist_core.rating import ListRatings, RateMovie
from watchlist_core.testing.memory import MemoryStore
from watchlist_core.watching import WatchMovie
from watchlist_http.api import CAPABILITIES
from watchlist_http.application import create_application
from watchlist_http.openapi import document
from watchlist_http.options import Options
from watchlist_http.routing import Routes, Services

Client: TypeAlias = TestClient[web.Request, web.Application]
Start: TypeAlias = Callable[..., Awaitable[Client]]
Json: TypeAlias = dict[str, Any]

NOON: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)


@frozen
class Signature:
    """The headers of somebody who is signed in."""

    account: AccountId
    headers: dict[str, str]


_UNDOCUMENTED: Final = {
    # what HTTP itself says of a message, and what every answer says whatever it is about
    *("content-type", "content-length", "content-encoding", "date", "server", "vary", "connection"),
    *("allow", "content-security-policy", "strict-transport-security", "referrer-policy"),
    *("x-content-type-options", "x-frame-options", "cross-origin-resource-policy"),
}


@define
class Witness:
    """Compares every answer with the document: its status, its headers and its body.

    Answers outside of any operation must be a problem that the document knows.
    """

    document: Json
    complaints: list[str] = field(factory=list)

    async def look(self, request: web.Request, answer: web.StreamResponse) -> None:
        """Note what is wrong with *answer*: a signal of the application that is watched."""
        if not isinstance(answer, web.Response) or request.method == "OPTIONS":
            return
        where = f"{request.method} {request.path} {answer.status}"
        self.complaints += [f"{where}: {wrong}" for wrong in self._wrong(request, answer)]

    def _wrong(self, request: web.Request, answer: web.Response) -> list[str]:
        operation = self._operation(request)
        if operation is None:
            return self._wrong_beside(answer)
        described = operation["responses"].get(str(answer.status))
        if described is None:
            return ["the status is not documented"]
        described = self._resolved(described)
        return self._wrong_headers(described, answer) + self._wrong_body(described, answer)

    def _operation(self, request: web.Request) -> Json | None:
        resource = request.match_info.route.resource
        method = "get" if request.method == "HEAD" else request.method.lower()
        for path, methods in self.document["paths"].items():
            if resource is not None and resource.canonical.endswith(path) and method in methods:
                operation: Json = methods[method]
                return operation
        return None

    def _wrong_beside(self, answer: web.Response) -> list[str]:
        if answer.content_type != "application/problem+json":
            return []
        problem = json.loads(_body(answer))
        name = "".join(part.title() for part in problem["code"].split("-")) + "Problem"
        known = name in self.document["components"]["schemas"]
        schema = f"#/components/schemas/{name}" if known else _ANY_PROBLEM
        return self._misfits({"$ref": schema} if known else _ANY_PROBLEM, problem)

    def _wrong_headers(self, described: Json, answer: web.Response) -> list[str]:
        wrong = []
        documented = {name.lower(): self._resolved(h) for name, h in described["headers"].items()}
        for name, header in documented.items():
            if name not in answer.headers:
                wrong.append(f"{name} is missing")
                continue
            value: object = answer.headers[name]
            if header["schema"]["type"] == "integer":
                value = int(answer.headers[name])
            wrong += [f"{name}: {misfit}" for misfit in self._misfits(header["schema"], value)]
        told = {name.lower() for name in answer.headers if not name.lower().startswith("access-")}
        return wrong + [f"{n} is not documented" for n in told - set(documented) - _UNDOCUMENTED]

    def _wrong_body(self, described: Json, answer: web.Response) -> list[str]:
        body = _body(answer)
        if "content" not in described:
            return ["there must be no body"] if body else []
        if answer.content_type not in described["content"]:
            return [f"{answer.content_type} is not documented"]
        schema = described["content"][answer.content_type]["schema"]
        return self._misfits(schema, json.loads(body))

    def _misfits(self, schema: Json, value: object) -> list[str]:
        rooted = schema | {"components": self.document["components"]}
        validator = Draft202012Validator(rooted, validate_formats=True)
        errors: list[ValidationError] = list(validator.iter_errors(value))
        return [f"{error.instance_path}: {error.message}" for error in errors]

    def _resolved(self, described: Json) -> Json:
        while "$ref" in described:
            found = self.document
            for name in described["$ref"].removeprefix("#/").split("/"):
                found = found[name]
            described = found
        return described


_ANY_PROBLEM: Final[Json] = {
    "type": "object",
    "required": ["type", "title", "status", "code", "request_id"],
}


def _body(answer: web.Response) -> bytes:
    body = answer.body
    assert body is None or isinstance(body, bytes)
    if body and "Content-Encoding" in answer.headers:
        return zlib.decompress(body, wbits=47)
    return body or b""


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def services(store: MemoryStore) -> Services:
    new_id = Uuid7()
    return (
        Services()
        .add(AddMovie(store.begin, lambda: NOON, new_id))
        .add(BrowseMovies(store.movie_queries))
        .add(ShowMovie(store.movie_queries))
        .add(WatchMovie(store.begin, lambda: NOON, new_id))
        .add(RateMovie(store.begin, lambda: NOON))
        .add(ListRatings(store.rating_queries))
    )


@pytest.fixture
def witnesses() -> list[Witness]:
    """Who looks at the answers of the APIs that a test starts."""
    return []


@pytest.fixture
async def start(
    store: MemoryStore, services: Services, witnesses: list[Witness]
) -> AsyncIterator[Start]:
    """Start the API, mounted where the test wants it; its answers are compared at the end."""

    async def identify(token: str) -> Identity:
        """Believe a token that is the id of an account."""
        try:
            account = await store.account_queries.find(AccountId(UUID(token)))
        except ValueError:
            account = None
        if account is None:
            raise InvalidToken
        return Identity(account.id, account.role)

    async with AsyncExitStack() as stack:

        async def start(
            capabilities: Sequence[Routes] = CAPABILITIES, *, mounted: str = "", **options: Any
        ) -> Client:
            application = create_application(
                services, identify, Options(**options), capabilities=capabilities
            )
            witnesses.append(witness := Witness(document(capabilities)))
            application.on_response_prepare.append(witness.look)
            outer = application
            if mounted:
                outer = web.Application(client_max_size=1)
                outer.add_subapp(mounted, application)
            return await stack.enter_async_context(TestClient(TestServer(outer)))

        yield start
    assert [complaint for witness in witnesses for complaint in witness.complaints] == []


@pytest.fixture
async def client(start: Start) -> Client:
    return await start()


@pytest.fixture
def sign_in(store: MemoryStore) -> Callable[..., Awaitable[Signature]]:
    async def sign_in(username: str | None = None, role: Role = Role.USER) -> Signature:
        account = await AddAccount(store.begin, lambda: NOON, Uuid7())(username, role)
        return Signature(account.id, {"Authorization": f"Bearer {account.id}"})

    return sign_in


@pytest.fixture
async def user(sign_in: Callable[..., Awaitable[Signature]]) -> Signature:
    return await sign_in("trinity")


@pytest.fixture
async def moderator(sign_in: Callable[..., Awaitable[Signature]]) -> Signature:
    return await sign_in("morpheus", Role.MODERATOR)
