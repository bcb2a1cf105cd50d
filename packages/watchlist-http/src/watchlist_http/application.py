"""The API as an aiohttp application that runs alone or is mounted into another."""

from collections.abc import Sequence

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from watchlist_http.address import Address
from watchlist_http.api import CAPABILITIES
from watchlist_http.authentication import Authentication, IdentifyToken
from watchlist_http.body import BodyReader
from watchlist_http.client_address import ClientAddress
from watchlist_http.completion import Completion
from watchlist_http.components import Components
from watchlist_http.compression import Compression
from watchlist_http.converter import json_converter
from watchlist_http.cors import Cors
from watchlist_http.edge import Edge
from watchlist_http.endpoints import Endpoints
from watchlist_http.health import Health
from watchlist_http.kept_answers import KeptAnswers
from watchlist_http.openapi import document
from watchlist_http.options import Options
from watchlist_http.pages import install_pages
from watchlist_http.paging import Cursors
from watchlist_http.problems import install_problems
from watchlist_http.request_log import RequestLog
from watchlist_http.routing import Routes, Services

__all__ = ["create_application"]


def create_application(
    services: Services,
    identify: IdentifyToken | Authentication,
    options: Options | None = None,
    *,
    capabilities: Sequence[Routes] = CAPABILITIES,
) -> web.Application:
    """Return the API, to be run alone or mounted by ``add_subapp``.

    *identify* tells who shows a token. An `Authentication` does so too, knows the sessions of the
    page, and has a `forget` that the use cases call as soon as rights have changed.

    Raises:
        TypeError: A handler lacks a source for a parameter, or a type its JSON form.
    """
    options = options or Options()
    if not options.guests:
        capabilities = [routes.closed() for routes in capabilities]
    document(capabilities)  # what could not be described must not start
    application = web.Application()
    client_address = ClientAddress(options.trusted_proxies)
    _edge(options, client_address).install(application)
    address = Address.of(application, options.public_url)
    install_problems(application, address)
    options.limits.install(application)

    health = Health(options.ready, options.version, Components(options.components))
    application.on_cleanup.append(health.close)
    completion = Completion()
    application.on_cleanup.append(completion.drain)
    authentication = identify if isinstance(identify, Authentication) else Authentication(identify)
    endpoints = Endpoints(
        services.including(health),
        authentication,
        json_converter(),
        BodyReader(options.largest_body, options.body_patience),
        Cursors(options.secret),
        completion,
        address,
        client_address,
        options.limits,
        _keeping(options),
    )
    operations = [one for routes in capabilities for one in routes.operations]
    application.add_routes(endpoints.routes(operations))
    if not options.guests:
        application.middlewares.append(_closing_all_but(application, authentication))
    install_pages(
        application,
        lambda: document(capabilities, start=address.start),
        public_url=options.public_url,
    )
    return application


def _keeping(options: Options) -> KeptAnswers | None:
    if options.freshness is None or not options.kept_bytes:
        return None
    return KeptAnswers(options.freshness, options.kept_bytes)


def _edge(options: Options, client_address: ClientAddress) -> Edge:
    sink = options.request_log
    return Edge(
        public_url=options.public_url,
        cors=Cors(options.cors_origins),
        compression=Compression() if options.compress else None,
        log=None if sink is None else RequestLog(sink, client_address),
    )


def _closing_all_but(operations: web.Application, authentication: Authentication) -> Middleware:
    """Return what lets nobody see pages, or what is no page, without signing in.

    The *operations* that are routes at this moment ask by themselves, unless they are open.
    """
    asking = {route.handler for route in operations.router.routes()}

    @web.middleware
    async def around(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.match_info.handler not in asking:
            await authentication(request)
        return await handler(request)

    return around
