"""What a handler answers becomes what is sent, headers included."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final, TypeAlias

from aiohttp import hdrs, web
from attrs import field, frozen
from msgspec.json import Encoder
from multidict import CIMultiDict, istr

from watchlist_http.address import Address
from watchlist_http.compression import NEVER_COMPRESSED, Repeated
from watchlist_http.conditional import held_tag
from watchlist_http.paging import Paging
from watchlist_http.routing import Operation

__all__ = ["Respond", "Whole", "cache_control", "maker", "responder"]

_NOT_MODIFIED: Final = int(HTTPStatus.NOT_MODIFIED)
_TAG: Final = istr("ETag")

Respond: TypeAlias = Callable[[web.Request, Any, Paging | None], web.Response]


@frozen(eq=False)
class Whole:
    """All that is answered, whoever asks."""

    body: bytes
    headers: CIMultiDict[str]
    tag: str | None = None
    packed: dict[str, bytes] = field(factory=dict)
    """The body, by the codings that it was sent in."""
    _unchanged: CIMultiDict[str] = field(init=False)

    @_unchanged.default
    def _headers_of_what_is_held(self) -> CIMultiDict[str]:
        kept = (hdrs.CACHE_CONTROL, _TAG)
        return CIMultiDict((name, self.headers[name]) for name in kept if name in self.headers)

    def response(self, request: web.Request) -> web.Response:
        """Return it, or 304 if *request* names the tag of what is shared."""
        tag = self.tag
        if tag is not None and (held := held_tag(request, tag)) is not None:
            answer = web.Response(status=_NOT_MODIFIED, headers=self._unchanged)
            if held != tag:
                answer.headers[_TAG] = held
            return answer
        return Repeated(self.body, self.headers, self.packed)


def maker(operation: Operation, address: Address) -> Callable[[Any, Paging | None], Whole]:
    """Return what makes of an answer what is sent; its links begin with *address*."""
    encode = Encoder().encode
    is_shared = operation.is_shared
    tagged_by = operation.tagged_by if operation.is_tagged else None
    locate = _locator(operation)
    told = CIMultiDict(
        {"Cache-Control": cache_control(operation), "Content-Type": "application/json"}
    )

    def make(answer: Any, paging: Paging | None) -> Whole:
        body = encode(answer)
        headers = told.copy()
        tag = None
        if tagged_by is not None:
            headers["ETag"] = tag = tagged_by(answer, body)
        if paging is not None:
            headers["Link"] = paging.links(address.start, answer.pagination)
        if locate is not None:
            headers["Location"] = address.start + locate(answer)
        return Whole(body, headers, tag if is_shared else None)

    return make


def responder(operation: Operation, address: Address) -> Respond:
    """Return how *operation* responds; its links begin with *address*."""
    make = maker(operation, address)
    status = int(operation.status)
    empty = {"Cache-Control": cache_control(operation)}

    def respond(request: web.Request, answer: Any, paging: Paging | None) -> web.Response:
        if answer is None:
            return web.Response(status=status, headers=empty)
        whole = make(answer, paging)
        if whole.tag is not None:
            return whole.response(request)
        return web.Response(body=whole.body, status=status, headers=whole.headers)

    return respond


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
