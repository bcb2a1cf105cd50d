"""The OpenAPI document, derived from the declared operations; ``python -m`` prints it."""

import sys
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Final

import attrs
import msgspec

from watchlist_core.auth import InvalidToken, NotAllowed, NotSignedIn
from watchlist_core.errors import TooMany, Unauthenticated, Unavailable, WatchlistError
from watchlist_core.paging import ForeignPosition, PageTooDeep
from watchlist_core.work import Busy, StoreUnavailable
from watchlist_http import refusals
from watchlist_http.answers import Answer
from watchlist_http.api import CAPABILITIES
from watchlist_http.problems import PROBLEM_JSON, code_of, status_of, title_of
from watchlist_http.query import query_parameters
from watchlist_http.routing import Operation, Routes
from watchlist_http.scalars import Json
from watchlist_http.schemas import Schemas, description_of, example_of

__all__ = ["document", "problem_example"]

_INFO: Final = {
    "title": "Watchlist",
    "version": "1",
    "description": (
        "Movies to list, to watch and to rate.\n\n"
        "Every failure is a problem of RFC 9457; its `type` leads to a page about it. "
        "Unknown members of a body and unknown query parameters are refused (422), all that is "
        "wrong at once. Instants are RFC 3339 in UTC. "
        "Every answer has an `X-Request-ID`: your own, if you send a decent one."
    ),
    "license": {"name": "MIT", "identifier": "MIT"},
}
_SECURITY: Final = "bearer"


def document(capabilities: Iterable[Routes] = CAPABILITIES, *, start: str = "") -> Json:
    """Return the document of the API that is reached at *start*.

    Raises:
        TypeError: A handler takes or answers what has no JSON form, or is no class of http.
    """
    capabilities = list(capabilities)
    described = _Document()
    paths: Json = {}
    ids: set[str] = set()
    for operation in (one for routes in capabilities for one in routes.operations):
        if operation.id in ids:
            raise TypeError(f"two operations are {operation.id}")
        ids.add(operation.id)
        methods = paths.setdefault(operation.path, {})
        methods[operation.method.lower()] = described.operation(operation)
    return {
        "openapi": "3.1.0",
        "info": _INFO,
        "servers": [{"url": start or "/"}],
        "tags": [{"name": one.tag, "description": one.description} for one in capabilities],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(described.schemas.components.items())),
            "responses": dict(sorted(described.responses.items())),
            "headers": _HEADERS,
            "securitySchemes": {
                _SECURITY: {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
            },
        },
    }


def _header(description: str, schema: Json, example: object) -> Json:
    return {"description": description, "schema": schema, "example": example}


_TEXT: Final = {"type": "string"}
_REQUEST_ID: Final = "019aa0b5-7c00-7a11-8c42-3d5e6f708192"
_HEADERS: Final = {
    "X-Request-ID": _header(
        "The name of this request: yours, if you sent one of 1 to 128 of `A-Za-z0-9._-`.",
        {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,128}$"},
        _REQUEST_ID,
    ),
    "Cache-Control": _header("Who may keep the answer, and how.", _TEXT, "public, no-cache"),
    "ETag": _header(
        "Names this state of the resource; weak (`W/`) where the answer was compressed.",
        {"type": "string", "pattern": '^(W/)?".*"$'},
        '"8f14e45fceea167a5a36dedd4bea2543"',
    ),
    "Link": _header(
        "The pages around (RFC 8288): `first`, `prev`, `next`, and `last` where it is known "
        "and can be asked for by its number.",
        _TEXT,
        '</api/v1/movies?page=3&page_size=20>; rel="next"',
    ),
    "Location": _header(
        "Where the new resource is.",
        {"type": "string", "format": "uri-reference"},
        "/api/v1/movies/019aa0b5-7c00-7d3e-9a41-5f2b8c6d1e07",
    ),
    "Retry-After": _header("Seconds after which to try again.", {"type": "integer"}, 1),
    "WWW-Authenticate": _header("How to sign in (RFC 6750).", _TEXT, "Bearer"),
}


def _headers(*names: str) -> Json:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


@attrs.define
class _Document:
    """What the operations have in common, gathered while they are described."""

    schemas: Schemas = attrs.field(factory=Schemas, init=False)
    responses: Json = attrs.field(factory=dict, init=False)

    def operation(self, operation: Operation) -> Json:
        _check(operation)
        summary, _, details = operation.description.partition("\n")
        if operation.requires is not None:
            details += f"\n\nFor the role `{operation.requires}` and those above it."
        described: Json = {
            "operationId": operation.id,
            "summary": summary,
            "description": details.strip() or summary,
            "tags": [operation.tag],
            "security": [{_SECURITY: []}] if operation.needs_identity else [],
            "parameters": self._parameters(operation),
            "responses": self._success(operation) | self._problems(operation),
        }
        if "body" in operation.parameters:
            taken = operation.parameters["body"]
            content = _content(self.schemas.of(taken, taken=True), example_of(taken))
            described["requestBody"] = {"required": True, "content": content}
        return described

    def _parameters(self, operation: Operation) -> list[Json]:
        path = [
            {
                "name": name,
                "in": "path",
                "required": True,
                "schema": self.schemas.of(operation.parameters[name], taken=True),
                "example": example_of(operation.parameters[name]),
            }
            for name in operation.path_parameters
        ]
        query = [
            _query_parameter(name, self.schemas.of(member, taken=True), default)
            for class_ in operation.query_classes
            for name, (member, default) in query_parameters(class_).items()
        ]
        return path + query + ([_IF_NONE_MATCH] if operation.is_shared else [])

    def _success(self, operation: Operation) -> Json:
        headers = ["X-Request-ID", "Cache-Control"]
        if operation.answers_nothing:
            return {"204": {"description": "It is done.", "headers": _headers(*headers)}}
        headers += [
            name
            for name, is_told in {
                "ETag": operation.is_tagged,
                "Link": operation.is_paged,
                "Location": operation.location is not None,
            }.items()
            if is_told
        ]
        schema = self.schemas.of(operation.returns, taken=False)
        answered = {
            "description": description_of(operation.returns),
            "headers": _headers(*headers),
            "content": _content(schema, example_of(operation.returns)),
        }
        unchanged = {
            "description": "What you hold under that `ETag` is still right.",
            "headers": _headers("X-Request-ID", "Cache-Control", "ETag"),
        }
        success = {str(int(operation.status)): answered}
        return success | ({"304": unchanged} if operation.is_shared else {})

    def _problems(self, operation: Operation) -> Json:
        by_status: dict[HTTPStatus, list[type[WatchlistError]]] = {}
        for error in dict.fromkeys(_errors(operation)):
            by_status.setdefault(status_of(error), []).append(error)
        return {
            str(int(status)): self._response(sorted(by_status[status], key=code_of))
            for status in sorted(by_status)
        }

    def _response(self, errors: list[type[WatchlistError]]) -> Json:
        """Return a reference to the answer for any of *errors*, which share a status."""
        name = "Or".join(error.__name__ for error in errors)
        if name not in self.responses:
            schemas = [self._problem(error) for error in errors]
            headers = ["X-Request-ID", "Cache-Control"]
            if issubclass(errors[0], Unauthenticated):
                headers.append("WWW-Authenticate")
            if issubclass(errors[0], TooMany | Unavailable):
                headers.append("Retry-After")
            self.responses[name] = {
                "description": " ".join(title_of(error) for error in errors),
                "headers": _headers(*headers),
                "content": {
                    PROBLEM_JSON: {
                        "schema": {"oneOf": schemas} if len(schemas) > 1 else schemas[0],
                        "examples": {
                            code_of(error): {
                                "summary": title_of(error),
                                "value": problem_example(error),
                            }
                            for error in errors
                        },
                    }
                },
            }
        return {"$ref": f"#/components/responses/{name}"}

    def _problem(self, error: type[WatchlistError]) -> Json:
        name = f"{error.__name__}Problem"
        told = {member.name: member.type for member in attrs.fields(attrs.resolve_types(error))}
        properties: Json = {
            "type": {
                "type": "string",
                "format": "uri-reference",
                "pattern": f"/problems/{code_of(error)}$",
            },
            "title": _TEXT,
            "status": {"type": "integer", "const": int(status_of(error))},
            "code": {"type": "string", "const": code_of(error)},
            "request_id": _TEXT,
        }
        self.schemas.components[name] = {
            "type": "object",
            "description": description_of(error),
            "properties": properties
            | {name: self.schemas.of_problem_member(type_) for name, type_ in told.items()},
            "required": [*properties, *told],
        }
        return {"$ref": f"#/components/schemas/{name}"}


_IF_NONE_MATCH: Final = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The `ETag` of what you hold; if it is still right, the answer is 304.",
    "schema": _TEXT,
}


def _query_parameter(name: str, schema: Json, default: object) -> Json:
    parameter: Json = {"name": name, "in": "query", "required": False}
    if "examples" in schema:  # none for what cannot be made up: tools send examples
        (parameter["example"],) = schema.pop("examples")
    if "description" in schema:
        parameter["description"] = schema.pop("description")
    if default is not None:
        schema["default"] = default if isinstance(default, int) else str(default)
    return parameter | {"schema": schema}


def _content(schema: Json, example: object) -> Json:
    return {"application/json": {"schema": schema, "example": example}}


def _errors(operation: Operation) -> Iterable[type[WatchlistError]]:
    """Return all that may go wrong, whether the handler or the way to it refuses."""
    yield from operation.raises
    yield from (refusals.DoesNotFit, refusals.ExpectationFailed, refusals.InternalError)
    if operation.path_parameters:
        yield refusals.NoSuchResource
    if operation.needs_identity:
        yield from (NotSignedIn, InvalidToken, StoreUnavailable)
    if operation.requires is not None:
        yield NotAllowed
    if "body" in operation.parameters:
        yield from (refusals.MalformedBody, refusals.BodyTooLarge, refusals.UnsupportedMediaType)
    if operation.is_paged:
        yield from (PageTooDeep, ForeignPosition)
    if any(operation.services):
        yield from (Busy, StoreUnavailable)


_EXAMPLES: Final[Mapping[type[WatchlistError], Json]] = {
    refusals.DoesNotFit: {
        "errors": [
            {"message": "must have 1 to 300 characters", "pointer": "/title"},
            {"message": "must be 1 to 100", "parameter": "page_size"},
        ]
    }
}
"""Where the examples of the members do not go together."""


def problem_example(error: type[WatchlistError]) -> Json:
    """Return what a client gets to read when *error* is raised."""
    code = code_of(error)
    members: Json = _EXAMPLES.get(error) or {
        member.name: example_of(member.type) for member in attrs.fields(attrs.resolve_types(error))
    }
    return {
        "type": f"/problems/{code}",
        "title": title_of(error),
        "status": int(status_of(error)),
        "code": code,
        "request_id": _REQUEST_ID,
    } | members


def _check(operation: Operation) -> None:
    """Raise TypeError for an operation that could not keep what its document promises."""
    returns, body = operation.returns, operation.parameters.get("body")
    if missing := set(operation.path_parameters) - set(operation.parameters):
        raise TypeError(f"{operation.id} does not take {missing} of its path")
    if body is not None and (not attrs.has(body) or body.__module__.startswith("watchlist_core")):
        raise TypeError(f"{operation.id}: the body must be an attrs class of http, not {body}")
    if operation.answers_nothing:
        return
    if not (isinstance(returns, type) and issubclass(returns, Answer)):
        raise TypeError(f"{operation.id} must return an Answer, not {returns}")
    members = returns.__struct_fields__
    if operation.is_paged != ("pagination" in members):
        raise TypeError(f"{operation.id}: Paging and an answer's pagination go together")
    if unknown := set(operation.location_members) - set(members):
        raise TypeError(f"{operation.id}: the location needs {unknown} of the answer")


if __name__ == "__main__":
    text = msgspec.json.format(msgspec.json.encode(document()), indent=2)
    sys.stdout.write(text.decode() + "\n")
