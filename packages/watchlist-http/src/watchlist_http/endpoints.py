"""Declared operations become aiohttp's handlers: all that can be resolved once, is."""

import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import Any, Final, TypeAlias, TypeVar
from urllib.parse import quote

from aiohttp import web
from attrs import frozen
from cattrs import Converter

from watchlist_core.auditing import Actor, acting
from watchlist_core.auth import Identity, NotAllowed
from watchlist_http.address import Address
from watchlist_http.authentication import Authentication
from watchlist_http.body import BodyReader
from watchlist_http.client_address import ClientAddress, Household, household_of
from watchlist_http.completion import Completion, repeated_while_busy
from watchlist_http.compression import never_compress
from watchlist_http.conditional import IfMatch, seen_revision
from watchlist_http.converter import fit
from watchlist_http.freshness import Kept
from watchlist_http.kept_answers import KeptAnswers
from watchlist_http.limiting import Limiting
from watchlist_http.page_sessions import PageCookie
from watchlist_http.paging import Cursors, Paging
from watchlist_http.query import QueryReader
from watchlist_http.rate_limits import RateLimits
from watchlist_http.refusals import NoSuchResource
from watchlist_http.request_ids import request_id
from watchlist_http.responses import Whole, cache_control, maker, responder
from watchlist_http.routing import Operation, Services
from watchlist_http.scalars import parser_of
from watchlist_http.streams import stream
from watchlist_http.unidentified import Identify, identified_in_time

__all__ = ["Endpoints"]

_Endpoint: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]
_Arguments: TypeAlias = dict[str, Any]
_Identify: TypeAlias = Callable[[web.Request, _Arguments], Awaitable[Identity | None]]
_Told: TypeAlias = Sequence[tuple[str, str]]
T = TypeVar("T")

_PAGING: Final = ("page", "page_size", "cursor")


@frozen
class Endpoints:
    """Makes the endpoint of each operation, out of what they all share."""

    services: Services
    authentication: Authentication
    converter: Converter
    read_body: BodyReader
    cursors: Cursors
    completion: Completion
    address: Address
    client_address: ClientAddress
    limits: RateLimits
    kept: KeptAnswers | None = None

    def routes(self, operations: Iterable[Operation]) -> list[web.RouteDef]:
        """Return a route for each operation. Raises TypeError where a service is missing."""
        operations = list(operations)
        paths = {operation.path for operation in operations}
        return [self._route(operation, _apart(operation.path, paths)) for operation in operations]

    def _route(self, operation: Operation, path: str) -> web.RouteDef:
        endpoint = self._endpoint(operation)
        if operation.method == "GET":  # by its own function, which answers HEAD too
            return web.get(path, endpoint)
        return web.route(operation.method, path, endpoint)

    def _endpoint(self, operation: Operation) -> _Endpoint:
        limiting = Limiting(self.limits, self.authentication, self.client_address)
        identify = limiting.identifying(operation, self._identification(operation))
        from_path = self._path_reader(operation)
        from_query = self._query_reader(operation)
        from_header = _condition_reader(operation)
        from_body = limiting.reading(operation, self._body_reader(operation))
        answer = self._answering(operation)
        client_address, is_secret = self.client_address, operation.is_secret
        is_read = operation.method == "GET"
        if self.kept is not None and operation.kept is not None:
            return self._keeping(self.kept, operation.kept, operation, identify)

        async def endpoint(request: web.Request) -> web.StreamResponse:
            arguments: _Arguments = {}
            if is_secret:
                never_compress(request)
            identity = None if identify is None else await identify(request, arguments)
            if from_path is not None:
                from_path(request, arguments)
            paging, _ = from_query(request, arguments)
            if from_header is not None:
                from_header(request, arguments)
            if from_body is not None:
                await from_body(request, arguments)
            if is_read:  # nothing is committed, and saying who acts takes some of a list's time
                return await answer(request, arguments, paging)
            account = None if identity is None else identity.account
            # Whatever is committed by this request is audited as done by whoever made it.
            with acting(Actor(account, client_address(request), request_id(request))):
                return await answer(request, arguments, paging)

        return endpoint

    def _keeping(
        self,
        answers: KeptAnswers,
        kept: Kept,
        operation: Operation,
        identify: _Identify | None,
    ) -> _Endpoint:
        from_path = self._path_reader(operation)
        from_query = self._query_reader(operation)
        call, make = self._call(operation), maker(operation, self.address)
        locate = _locator(operation)

        async def endpoint(request: web.Request) -> web.StreamResponse:
            arguments: _Arguments = {}
            if identify is not None:
                await identify(request, arguments)
            target = request.raw_path
            stamp = await answers.freshness.stamp()
            if stamp is not None and (whole := answers.find(target, stamp)) is not None:
                return whole.response(request)
            if from_path is not None:
                from_path(request, arguments)
            paging, told = from_query(request, arguments)

            async def made() -> Whole:
                return make(await call(arguments), paging)

            if stamp is None:
                return (await made()).response(request)
            window = None if paging is None else paging.window
            key = locate(arguments), window, tuple(sorted(told))
            return (await answers.get(key, target, kept, stamp, made)).response(request)

        return endpoint

    def _answering(
        self, operation: Operation
    ) -> Callable[[web.Request, _Arguments, Paging | None], Awaitable[web.StreamResponse]]:
        call = self._call(operation)
        respond = responder(operation, self.address)
        kept = cache_control(operation)
        households = _names_of(Household, operation)
        cookies = _names_of(PageCookie, operation)
        client_address, pages = self.client_address, self.authentication.pages

        async def answer(
            request: web.Request, arguments: _Arguments, paging: Paging | None
        ) -> web.StreamResponse:
            return respond(request, await call(arguments), paging)

        async def answer_lines(
            request: web.Request, arguments: _Arguments, _: Paging | None
        ) -> web.StreamResponse:
            return await stream(request, await call(arguments), kept)

        async def answer_sign_in(
            request: web.Request, arguments: _Arguments, paging: Paging | None
        ) -> web.StreamResponse:
            cookie = PageCookie(pages)
            arguments |= dict.fromkeys(households, household_of(client_address(request)))
            arguments |= dict.fromkeys(cookies, cookie)
            response = respond(request, await call(arguments), paging)
            cookie.put_on(response)
            return response

        if operation.item is not None:
            return answer_lines
        return answer_sign_in if households or cookies else answer

    def _call(self, operation: Operation) -> Callable[[_Arguments], Awaitable[Any]]:
        handler = partial(operation.handler, **dict(self._services(operation)))

        async def read(arguments: _Arguments) -> Any:
            return await handler(**arguments)

        async def work(arguments: _Arguments) -> Any:
            return await self.completion(repeated_while_busy(partial(handler, **arguments)))

        return read if operation.method == "GET" else work

    def _services(self, operation: Operation) -> Iterable[tuple[str, object]]:
        for name, wanted in operation.services:
            yield name, self._service(operation, name, wanted)

    def _service(self, operation: Operation, name: str, wanted: type[T]) -> T:
        service = self.services.find(wanted)
        if service is None:
            raise TypeError(f"{operation.id}: nothing provides {name}: {wanted}")
        return service

    def _identification(self, operation: Operation) -> Identify | None:
        names = _names_of(Identity, operation)
        authenticate, role = self.authentication, operation.requires

        async def identify(request: web.Request, arguments: _Arguments) -> Identity:
            identity = await authenticate(request)
            if role is not None and not identity.role.includes(role):
                raise NotAllowed
            for name in names:
                arguments[name] = identity
            return identity

        if not operation.needs_identity:
            return None
        if operation.unidentified is None:
            return identify
        return identified_in_time(
            identify, self._service(operation, "unidentified", operation.unidentified)
        )

    def _path_reader(
        self, operation: Operation
    ) -> Callable[[web.Request, _Arguments], None] | None:
        readers = [
            (name, parser_of(operation.parameters[name])) for name in operation.path_parameters
        ]

        def from_path(request: web.Request, arguments: _Arguments) -> None:
            given = request.match_info
            for name, parse in readers:
                try:
                    arguments[name] = parse(given[name])
                except ValueError:  # no thing has a name which cannot be a name
                    raise NoSuchResource from None

        return from_path if readers else None

    def _query_reader(
        self, operation: Operation
    ) -> Callable[[web.Request, _Arguments], tuple[Paging | None, _Told]]:
        """Return what reads the query, and tells also how it is narrowed and sorted."""
        read = QueryReader(operation.query_classes)
        paging_names = _names_of(Paging, operation)
        cursors, locate = self.cursors, _locator(operation)
        has_query = "query" in operation.parameters

        def from_query(request: web.Request, arguments: _Arguments) -> tuple[Paging | None, _Told]:
            values, given = read(request.raw_path)
            paging = None
            if paging_names:
                given = [one for one in given if one[0] not in _PAGING]
                paging = Paging(values.pop(), cursors, locate(arguments), given)
                for name in paging_names:
                    arguments[name] = paging
            if has_query:
                (arguments["query"],) = values
            return paging, given

        def refuse_any(request: web.Request, _: _Arguments) -> tuple[None, _Told]:
            if "?" in request.raw_path:
                read(request.raw_path)
            return None, ()

        return from_query if operation.query_classes else refuse_any

    def _body_reader(
        self, operation: Operation
    ) -> Callable[[web.Request, _Arguments], Awaitable[None]] | None:
        if "body" not in operation.parameters:
            return None
        read_body, converter, wanted = self.read_body, self.converter, operation.parameters["body"]

        async def from_body(request: web.Request, arguments: _Arguments) -> None:
            arguments["body"] = fit(converter, await read_body(request), wanted)

        return from_body


def _apart(path: str, paths: Iterable[str]) -> str:
    """Return *path*, a parameter at its end taking none of the names that *paths* have there.

    Else ``PATCH /genres/statistics`` would look for a genre of that name, and not say that the
    address does not take the method.
    """
    start, _, last = path.rpartition("/")
    if not last.startswith("{"):
        return path
    ends = (other.rpartition("/") for other in sorted(paths))
    names = [re.escape(end) for begin, _, end in ends if begin == start and not end.startswith("{")]
    if not names:
        return path
    return f"{start}/{last[:-1]}:(?!(?:{'|'.join(names)})$)[^{{}}/]+}}"


def _names_of(annotated: Any, operation: Operation) -> list[str]:
    return [name for name, wanted in operation.parameters.items() if wanted is annotated]


def _condition_reader(operation: Operation) -> Callable[[web.Request, _Arguments], None] | None:
    names = _names_of(IfMatch, operation)

    def from_header(request: web.Request, arguments: _Arguments) -> None:
        arguments |= dict.fromkeys(names, seen_revision(request))

    return from_header if names else None


def _locator(operation: Operation) -> Callable[[_Arguments], str]:
    """Return how to tell the path of a request to *operation*, of what was read from it."""
    path, names = operation.path, operation.path_parameters
    if not names:
        return lambda _: path
    return lambda arguments: path.format(
        **{name: quote(str(arguments[name]), safe="") for name in names}
    )
