"""What a handler answers becomes what is sent, headers included."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeAlias

from aiohttp import web
from msgspec.json import Encoder
from multidict import CIMultiDict

from watchlist_http.address import Address
from watchlist_http.compression import NEVER_COMPRESSED
from watchlist_http.conditional import held_tag
from watchlist_http.paging import Paging
from watchlist_http.routing import Operation

__all__ = ["Respond", "cache_control", "responder"]

Respond: TypeAlias = Callable[[web.Request, Any, Paging | None], web.Response]


def responder(operation: Operation, address: Address) -> Respond:
    """Return how *operation* responds; its links begin with *address*."""
    encode = Encoder().encode
    status = int(operation.status)
    is_shared = operation.is_shared
    tagged_by = operation.tagged_by if operation.is_tagged else None
    locate = _locator(operation)
    kept = CIMultiDict({"Cache-Control": cache_control(operation)})
    told = kept.copy()
    told["Content-Type"] = "application/json"

    def respond(request: web.Request, answer: Any, paging: Paging | None) -> web.Response:
        if answer is None:
            return web.Response(status=status, headers=kept.copy())
        body = encode(answer)
        headers = told.copy()
        if tagged_by is not None:
            tag = tagged_by(answer, body)
            if is_shared and (held := held_tag(request, tag)) is not None:
                return _not_modified(kept, held)
            headers["ETag"] = tag
        if paging is not None:
            headers["Link"] = paging.links(address.start, answer.pagination)
        if locate is not None:
            headers["Location"] = address.start + locate(answer)
        return web.Response(body=body, status=status, headers=headers)

    return respond


def _not_modified(kept: CIMultiDict[str], held: str) -> web.Response:
    headers = kept.copy()
    headers["ETag"] = held
    return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)


def _locator(operation: Operation) -> Callable[[Any], str] | None:
    """Return how to tell where the resource is that an answer describes."""
    template = operation.location
    if template is None:
        return None
    names = operation.location_members
    return lambda answer: template.format(**{name: getattr(answer, name) for name in names})


def cache_control(operation: Operation) -> str:
    """Return who may keep the answer: a shared one is asked for again each time, by its tag."""
    if operation.is_shared:
        return "private, no-cache" if operation.is_closed else "public, no-cache"
    kept = "private, no-store" if operation.needs_identity else "no-store"
    return f"{kept}, {NEVER_COMPRESSED}" if operation.is_secret else kept
