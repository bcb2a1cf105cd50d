"""The OpenAPI document, derived from the declared operations; ``python -m`` prints it."""

import sys
from collections.abc import Iterable
from http import HTTPStatus
from typing import Final

import attrs
import msgspec

from watchlist_core.errors import Stale
from watchlist_http.answers import Answer
from watchlist_http.api import CAPABILITIES
from watchlist_http.conditional import revision_tag
from watchlist_http.described_headers import HEADERS, RATE_LIMITS, headers_of
from watchlist_http.described_problems import DescribedProblems
from watchlist_http.page_sessions import COOKIE, PAGE_HEADER
from watchlist_http.query import query_parameters
from watchlist_http.routing import Operation, Routes
from watchlist_http.scalars import Json
from watchlist_http.schemas import Schemas, description_of, example_of
from watchlist_http.streams import JSON_LINES

__all__ = ["document"]

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
_SCHEMES: Final = {
    "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    "page": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": "Of the web page, by which alone it acts: what changes something wants "
        f"`Sec-Fetch-Site: same-origin`, or a matching `Origin`, and a header `{PAGE_HEADER}`. "
        "With an `Authorization` the cookie is not looked at.",
    },
}


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
            "responses": dict(sorted(described.problems.responses.items())),
            "headers": HEADERS,
            "securitySchemes": _SCHEMES,
        },
    }


@attrs.define
class _Document:
    """What the operations have in common, gathered while they are described."""

    schemas: Schemas = attrs.field(factory=Schemas, init=False)
    problems: DescribedProblems = attrs.field(init=False)

    @problems.default
    def _with_the_same_schemas(self) -> DescribedProblems:
        return DescribedProblems(self.schemas)

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
            "security": _security(operation),
            "parameters": self._parameters(operation),
            "responses": self._success(operation) | self.problems.of(operation),
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
        unless_held = [_IF_NONE_MATCH] if operation.is_shared else []
        return path + query + unless_held + ([_IF_MATCH] if operation.is_conditional else [])

    def _success(self, operation: Operation) -> Json:
        headers = ["X-Request-ID", "Cache-Control"]
        headers += [
            name
            for name, is_told in {
                "Set-Cookie": operation.is_for_the_page,
                "ETag": operation.is_tagged,
                "Link": operation.is_paged,
                "Location": operation.location is not None,
            }.items()
            if is_told
        ]
        limits = RATE_LIMITS if operation.policy is not None else ()
        headers += limits
        status = str(int(operation.status))
        if operation.answers_nothing:
            done = _DONE[operation.status]
            return {status: {"description": done, "headers": headers_of(*headers)}}
        returns = operation.item or operation.returns
        kind = "application/json" if operation.item is None else JSON_LINES
        each = "" if operation.item is None else "One on each line: "
        schema = self.schemas.of(returns, taken=False)
        answered = {
            "description": each + description_of(returns),
            "headers": headers_of(*headers),
            "content": _content(schema, example_of(returns), kind),
        }
        unchanged = {
            "description": "What you hold under that `ETag` is still right.",
            "headers": headers_of("X-Request-ID", "Cache-Control", "ETag", *limits),
        }
        success = {status: answered}
        return success | ({"304": unchanged} if operation.is_shared else {})


_DONE: Final = {
    HTTPStatus.NO_CONTENT: "It is done.",
    HTTPStatus.ACCEPTED: "It will be done.",
}

_IF_NONE_MATCH: Final = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The `ETag` of what you hold; if it is still right, the answer is 304.",
    "schema": {"type": "string"},
}

_TAG: Final = '(W/)?"[!#-~]*"'
_IF_MATCH: Final = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The `ETag` of what you have seen, strong or weak; or `*` for whatever it has "
    "become. Of several, one has to be right. Ratings do not matter here.",
    "schema": {"type": "string", "pattern": rf"^(\*|{_TAG}( *, *{_TAG})*)$"},
    "example": '"1-8f14e45fceea167a"',
}


def _query_parameter(name: str, schema: Json, default: object) -> Json:
    is_required = default is attrs.NOTHING
    parameter: Json = {"name": name, "in": "query", "required": is_required}
    if "examples" in schema:  # none for what cannot be made up: tools send examples
        (parameter["example"],) = schema.pop("examples")
    if "examples" in schema.get("items", ()):
        parameter["example"] = schema["items"].pop("examples")
    if "description" in schema:
        parameter["description"] = schema.pop("description")
    if default is not None and not is_required and "items" not in schema:
        schema["default"] = default if isinstance(default, int) else str(default)
    return parameter | {"schema": schema}


def _content(schema: Json, example: object, kind: str = "application/json") -> Json:
    return {kind: {"schema": schema, "example": example}}


def _security(operation: Operation) -> list[Json]:
    """Return by what it can be made, with the role that is needed."""
    if not operation.needs_identity:
        return []
    roles = [] if operation.requires is None else [str(operation.requires)]
    return [{name: roles} for name in _SCHEMES]


def _check(operation: Operation) -> None:
    """Raise TypeError for an operation that could not keep what its document promises."""
    returns, body = operation.returns, operation.parameters.get("body")
    if missing := set(operation.path_parameters) - set(operation.parameters):
        raise TypeError(f"{operation.id} does not take {missing} of its path")
    if unclear := [name for name, wanted in operation.services if not isinstance(wanted, type)]:
        raise TypeError(f"{operation.id}: no class says what {unclear} are")
    if body is not None and (not attrs.has(body) or body.__module__.startswith("watchlist_core")):
        raise TypeError(f"{operation.id}: the body must be an attrs class of http, not {body}")
    if operation.is_conditional != any(issubclass(error, Stale) for error in operation.raises):
        raise TypeError(f"{operation.id}: IfMatch and a refusal of what is stale go together")
    if operation.answers_nothing:
        return
    told = operation.item or returns
    if not (isinstance(told, type) and issubclass(told, Answer)):
        raise TypeError(f"{operation.id} must return an Answer, not {returns}")
    members = () if operation.item else told.__struct_fields__
    if operation.is_paged != ("pagination" in members):
        raise TypeError(f"{operation.id}: Paging and an answer's pagination go together")
    if operation.tagged_by is revision_tag and "revision" not in members:
        raise TypeError(f"{operation.id}: the tag needs the revision of the answer")
    if unknown := set(operation.location_members) - set(members):
        raise TypeError(f"{operation.id}: the location needs {unknown} of the answer")


if __name__ == "__main__":
    text = msgspec.json.format(msgspec.json.encode(document()), indent=2)
    sys.stdout.write(text.decode() + "\n")
