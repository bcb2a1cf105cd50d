"""The API as an aiohttp application that runs alone or is mounted into another."""

from collections.abc import Iterable

from aiohttp import web
from msgspec.json import encode

from watchlist_http.address import LANDMARK, Address
from watchlist_http.api import CAPABILITIES
from watchlist_http.authentication import Authentication, IdentifyToken
from watchlist_http.body import BodyReader
from watchlist_http.completion import Completion
from watchlist_http.compression import Compression
from watchlist_http.converter import json_converter
from watchlist_http.cors import Cors
from watchlist_http.edge import Edge
from watchlist_http.endpoints import Endpoints
from watchlist_http.openapi import document
from watchlist_http.options import Options
from watchlist_http.paging import Cursors
from watchlist_http.problems import install_problems
from watchlist_http.request_log import RequestLog
from watchlist_http.routing import Routes, Services

__all__ = ["create_application"]


def create_application(
    services: Services,
    identify: IdentifyToken,
    options: Options | None = None,
    *,
    capabilities: Iterable[Routes] = CAPABILITIES,
) -> web.Application:
    """Return the API, to be run or mounted.

    Raises:
        TypeError: A handler lacks a source for a parameter, or a type its JSON form.
    """
    options = options or Options()
    capabilities = tuple(capabilities)
    document(capabilities)
    application = web.Application()
    address = Address.of(application, options.public_url)
    Edge(
        public_url=options.public_url,
        cors=Cors(options.cors_origins),
        compression=Compression() if options.compress else None,
        log=None if options.request_log is None else RequestLog(options.request_log),
    ).install(application)
    install_problems(application, address)

    completion = Completion()
    application.on_cleanup.append(completion.drain)
    endpoints = Endpoints(
        services,
        Authentication(identify),
        json_converter(),
        BodyReader(options.largest_body),
        Cursors(options.secret),
        completion,
        address,
    )
    for routes in capabilities:
        application.add_routes(endpoints.routes(routes.operations))

    async def show_document(_: web.Request) -> web.Response:
        body = encode(document(capabilities, start=address.start))
        return web.Response(body=body, content_type="application/json")

    application.router.add_get(f"/{LANDMARK}", show_document, name=LANDMARK)
    return application
