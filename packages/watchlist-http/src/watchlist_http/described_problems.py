"""All that may go wrong with an operation, as the document tells it."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Final

from attrs import define, field, fields, resolve_types

from watchlist_core.auth import InvalidToken, NotAllowed, NotSignedIn
from watchlist_core.errors import TooMany, Unauthenticated, Unavailable, WatchlistError
from watchlist_core.paging import ForeignPosition, PageTooDeep
from watchlist_core.work import Busy, StoreUnavailable
from watchlist_http import refusals
from watchlist_http.described_headers import RATE_LIMITS, REQUEST_ID, headers_of
from watchlist_http.problems import PROBLEM_JSON, code_of, status_of, title_of
from watchlist_http.routing import Operation
from watchlist_http.scalars import Json
from watchlist_http.schemas import Schemas, description_of, example_of

__all__ = ["DescribedProblems", "problem_example"]

_TEXT: Final = {"type": "string"}


@define
class DescribedProblems:
    """Collects the answers as components: one for each set of errors that share a status."""

    schemas: Schemas
    responses: Json = field(factory=dict, init=False)
    _by_code: dict[str, type[WatchlistError]] = field(factory=dict, init=False)

    def of(self, operation: Operation) -> Json:
        """Return the answers of *operation* to all that may go wrong, by status.

        Raises:
            TypeError: An error has the name of another one, of this operation or one before.
        """
        by_status: dict[HTTPStatus, list[type[WatchlistError]]] = {}
        for error in dict.fromkeys(_errors(operation)):
            if (other := self._by_code.setdefault(code_of(error), error)) is not error:
                raise TypeError(f"{error} and {other} would share the code {code_of(error)}")
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
            headers = ["X-Request-ID", "Cache-Control", *RATE_LIMITS]
            if issubclass(errors[0], Unauthenticated):
                headers.append("WWW-Authenticate")
            if issubclass(errors[0], TooMany | Unavailable):
                headers.append("Retry-After")
            self.responses[name] = {
                "description": " ".join(title_of(error) for error in errors),
                "headers": headers_of(*headers),
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
        told = {member.name: member.type for member in fields(resolve_types(error))}
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
        if taken := properties.keys() & told.keys():
            raise TypeError(f"{error.__name__}: {sorted(taken)} are members of every problem")
        self.schemas.components[name] = {
            "type": "object",
            "description": description_of(error),
            "properties": properties
            | {name: self.schemas.of_problem_member(type_) for name, type_ in told.items()},
            "required": [*properties, *told],
        }
        return {"$ref": f"#/components/schemas/{name}"}


def _errors(operation: Operation) -> Iterator[type[WatchlistError]]:
    """Return all that may go wrong, whether the handler or the way to it refuses."""
    yield from operation.raises
    yield from (refusals.DoesNotFit, refusals.ExpectationFailed, refusals.InternalError)
    if operation.policy is not None:
        yield refusals.RateLimited
    if operation.is_conditional:
        yield from (refusals.ConditionRequired, refusals.MalformedCondition)
    if operation.path_parameters:
        yield refusals.NoSuchResource
    if operation.needs_identity:
        yield from (NotSignedIn, InvalidToken, StoreUnavailable)
        if operation.method != "GET":
            yield refusals.NotFromThePage
    if operation.requires is not None:
        yield NotAllowed
    if "body" in operation.parameters:
        yield from (refusals.MalformedBody, refusals.UnsupportedMediaType)
        yield from (refusals.BodyTooLarge, refusals.BodyTooSlow)
    if operation.is_paged:
        yield from (PageTooDeep, ForeignPosition, refusals.FiltersTooLong)
    if any(not wanted.__module__.startswith("watchlist_http") for _, wanted in operation.services):
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
        member.name: example_of(member.type) for member in fields(resolve_types(error))
    }
    return {
        "type": f"/problems/{code}",
        "title": title_of(error),
        "status": int(status_of(error)),
        "code": code,
        "request_id": REQUEST_ID,
    } | members
