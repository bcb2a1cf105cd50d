"""Every failure leaves as ``application/problem+json`` (RFC 9457)."""

import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from logging import getLogger
from typing import Any, Final

import attrs
from aiohttp import web
from aiohttp.typedefs import Handler
from msgspec.json import encode

from watchlist_core import errors
from watchlist_core.errors import WatchlistError
from watchlist_http import refusals
from watchlist_http.address import Address
from watchlist_http.authentication import challenge
from watchlist_http.compression import NEVER_COMPRESSED, is_never_compressed
from watchlist_http.request_ids import request_id

__all__ = [
    "PROBLEM_JSON",
    "code_of",
    "every_problem",
    "install_problems",
    "status_of",
    "title_of",
]

PROBLEM_JSON: Final = "application/problem+json"

_STATUS: Final[Mapping[type[WatchlistError], HTTPStatus]] = {
    refusals.MalformedBody: HTTPStatus.BAD_REQUEST,
    refusals.MalformedCondition: HTTPStatus.BAD_REQUEST,
    refusals.BodyTooSlow: HTTPStatus.REQUEST_TIMEOUT,
    refusals.MethodNotAllowed: HTTPStatus.METHOD_NOT_ALLOWED,
    refusals.BodyTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    refusals.UnsupportedMediaType: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    refusals.ExpectationFailed: HTTPStatus.EXPECTATION_FAILED,
    refusals.ConditionRequired: HTTPStatus.PRECONDITION_REQUIRED,
    refusals.InternalError: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.Unauthenticated: HTTPStatus.UNAUTHORIZED,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.Stale: HTTPStatus.PRECONDITION_FAILED,
    errors.Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.TooMany: HTTPStatus.TOO_MANY_REQUESTS,
    errors.Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
_EXPECTATION_FAILED: Final = int(HTTPStatus.EXPECTATION_FAILED)
_logger: Final = getLogger(__name__)


def status_of(error: type[WatchlistError]) -> HTTPStatus:
    """Return the status of its kind; a refusal without a kind is our mistake."""
    kinds = (_STATUS[kind] for kind in error.__mro__ if kind in _STATUS)
    return next(kinds, HTTPStatus.INTERNAL_SERVER_ERROR)


def code_of(error: type[WatchlistError]) -> str:
    """Return ``movie-not-found`` for MovieNotFound."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", error.__name__).lower()


def title_of(error: type[WatchlistError]) -> str:
    return (error.__doc__ or error.__name__).partition("\n")[0]


def every_problem() -> dict[str, type[WatchlistError]]:
    """Return all problems by their codes: the refusals of the core, and those of HTTP."""
    return {code_of(error): error for error in sorted(_below(WatchlistError), key=code_of)}


def _below(kind: type[WatchlistError]) -> Iterator[type[WatchlistError]]:
    for error in kind.__subclasses__():
        yield error
        yield from _below(error)


def install_problems(application: web.Application, address: Address) -> None:
    """Let *application* answer every failure by a problem; its links begin with *address*."""
    problems = _Problems(address)
    application.middlewares.append(problems.around)
    application.on_response_prepare.append(problems.replace_plain_text)


@attrs.frozen
class _Problems:
    address: Address

    @web.middleware
    async def around(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except web.HTTPException as aiohttps:
            if (refusal := _refusal(aiohttps)) is None:
                raise
            return self.answer(request, refusal)
        except WatchlistError as error:
            if status_of(type(error)) is not HTTPStatus.INTERNAL_SERVER_ERROR:
                if isinstance(error, errors.Unavailable) and error.__cause__ is not None:
                    # Whoever runs the server must know what the client cannot help.
                    why = error.__cause__
                    _logger.warning("request %s not answered: %r", request_id(request), why)
                return self.answer(request, error)
            _logger.exception("request %s failed", request_id(request))
        except Exception:
            _logger.exception("request %s failed", request_id(request))
        return self.answer(request, refusals.InternalError())

    async def replace_plain_text(self, request: web.Request, answer: web.StreamResponse) -> None:
        # aiohttp looks at `Expect` before any middleware, and refuses it in plain text.
        if answer.status == _EXPECTATION_FAILED and isinstance(answer, web.HTTPExpectationFailed):
            error = refusals.ExpectationFailed()
            answer.body = told = _told(error, request_id(request), self.address.start)
            answer.headers.update(_headers(error))
            answer.headers["Content-Length"] = str(len(told))

    def answer(self, request: web.Request, error: WatchlistError) -> web.Response:
        return web.Response(
            body=_told(error, request_id(request), self.address.start),
            status=status_of(type(error)),
            headers=_headers(error, is_secret=is_never_compressed(request)),
        )


def _refusal(error: web.HTTPException) -> WatchlistError | None:
    """Return what aiohttp's own *error* is among ours; None for a redirect and the like."""
    match error:
        case web.HTTPNotFound():
            return refusals.NoSuchResource()
        case web.HTTPMethodNotAllowed():
            return refusals.MethodNotAllowed(sorted({*error.allowed_methods, "OPTIONS"}))
    return None


def _headers(error: WatchlistError, *, is_secret: bool = False) -> dict[str, str]:
    kept = f"no-store, {NEVER_COMPRESSED}" if is_secret else "no-store"
    headers = {"Content-Type": PROBLEM_JSON, "Cache-Control": kept}
    match error:
        case errors.Unauthenticated():
            headers["WWW-Authenticate"] = challenge(error)
        case errors.TooMany() | errors.Unavailable():
            headers["Retry-After"] = str(error.retry_after)
        case refusals.BodyTooSlow():
            headers["Connection"] = "close"
        case refusals.MethodNotAllowed():
            headers["Allow"] = ", ".join(error.allowed)
    return headers


def _told(error: WatchlistError, request: str, start: str) -> bytes:
    kind = type(error)
    code = code_of(kind)
    problem = {
        "type": f"{start}/problems/{code}",
        "title": title_of(kind),
        "status": status_of(kind),
        "code": code,
        "request_id": request,
    }
    members = {a.name: _identifying(getattr(error, a.name)) for a in attrs.fields(kind)}
    return encode(problem | members, enc_hook=str)


def _identifying(value: Any) -> Any:
    """Return only those members of a value of the core by which it is the one it is."""
    if not attrs.has(type(value)):
        return value
    return attrs.asdict(value, recurse=False, filter=lambda member, _: bool(member.eq))
