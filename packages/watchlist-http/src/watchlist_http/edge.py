"""What happens to every request and answer, whatever they are about, in one place each.

`Edge.around` stands outermost of the middlewares: it answers OPTIONS, packs the answer and logs
it. `Edge.dress` is a signal, because headers are also for answers that no middleware can change
any more, or ever saw: streams, and what aiohttp refuses by itself.
"""

from asyncio import CancelledError
from time import perf_counter
from typing import Final

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler
from attrs import field, frozen
from multidict import CIMultiDict, istr

from watchlist_http.compression import Compression
from watchlist_http.cors import Cors, answer_to_options
from watchlist_http.request_ids import HEADER, known_request_id, name_request
from watchlist_http.request_log import RequestLog
from watchlist_http.security_headers import security_headers

__all__ = ["Edge"]

_CLIENT_LEFT: Final = 499
_SERVER_FAILED: Final = 500
# Names that are known to be names of headers need no folding to be looked up.
_POLICY: Final = istr("Content-Security-Policy")


@frozen
class Edge:
    """Every request goes in, and every answer goes out, through it."""

    public_url: str | None = None
    cors: Cors = field(factory=Cors)
    compression: Compression | None = field(factory=Compression)
    log: RequestLog | None = None
    _vary: str = field(init=False)
    _always: CIMultiDict[str] = field(init=False)

    @_vary.default
    def _what_answers_depend_on(self) -> str:
        names = {"Accept-Encoding": self.compression is not None, "Origin": self.cors.varies}
        return ", ".join(name for name, matters in names.items() if matters)

    @_always.default
    def _headers_of_every_answer(self) -> CIMultiDict[str]:
        vary = [("Vary", self._vary)] if self._vary else []
        return CIMultiDict([*security_headers(self.public_url), *vary])

    def install(self, application: web.Application) -> None:
        """Put it around *application*, before any other middleware is added."""
        application.middlewares.append(self.around)
        application.on_response_prepare.append(self.dress)
        application.on_cleanup.append(self._close)

    @web.middleware
    async def around(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        started = perf_counter()
        name_request(request)
        status, size = _SERVER_FAILED, 0
        try:
            answer = answer_to_options(request, self.cors) if request.method == "OPTIONS" else None
            if answer is None:
                answer = await handler(request)
            if self.compression is not None and hdrs.ACCEPT_ENCODING in request.headers:
                await self.compression(request, answer)
            status, size = answer.status, _size(request, answer)
        except web.HTTPException as redirect:
            status = redirect.status
            raise
        except CancelledError:
            status = _CLIENT_LEFT
            raise
        finally:
            self._note(request, status, size, perf_counter() - started)
        return answer

    async def dress(self, request: web.Request, answer: web.StreamResponse) -> None:
        headers = answer.headers
        policy, vary = headers.get(_POLICY), headers.get(hdrs.VARY)
        headers.update(self._always)
        headers[HEADER] = known_request_id(request) or self._unseen(request, answer)
        if policy is not None:
            headers[_POLICY] = policy
        if vary is not None:
            headers[hdrs.VARY] = _each_once(f"{vary}, {self._vary}") if self._vary else vary
        if (origin := request.headers.get(hdrs.ORIGIN)) is not None:
            headers.update(self.cors.headers(origin))

    def _unseen(self, request: web.Request, answer: web.StreamResponse) -> str:
        """Name and note a request which `around` has not met."""
        named = name_request(request)
        self._note(request, answer.status, _size(request, answer), 0.0)
        return named

    def _note(self, request: web.Request, status: int, size: int, seconds: float) -> None:
        if self.log is not None:
            self.log.add(request, status=status, seconds=seconds, size=size)

    async def _close(self, _: web.Application) -> None:
        if self.log is not None:
            self.log.close()


def _each_once(names: str) -> str:
    return ", ".join(dict.fromkeys(names.split(", ")))


def _size(request: web.Request, answer: web.StreamResponse) -> int:
    # By what it has, since to ask what it is takes an answer, which is abstract, ten times as long.
    body = getattr(answer, "body", None)
    if isinstance(body, bytes):
        return 0 if request.method == "HEAD" else len(body)
    return answer.body_length if answer.prepared else 0
