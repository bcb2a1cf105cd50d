"""Where the pages stand, relative to where the API is mounted."""

from collections.abc import Callable
from functools import cache
from typing import cast

import msgspec
from aiohttp import web

from watchlist_http.address import LANDMARK
from watchlist_http.pages.problems import ProblemPages
from watchlist_http.pages.reference import reference_page
from watchlist_http.pages.rendering import KeptAnswer, Page
from watchlist_http.pages.shapes import Json
from watchlist_http.pages.swagger import Swagger

__all__ = ["install_pages"]


def install_pages(
    application: web.Application,
    document: Callable[[], Json],
    *,
    public_url: str | None = None,
) -> None:
    """Add the pages about *document*, which is asked for when the first of them is looked at.

    Where Swagger UI is not installed the reference stands in for it.
    """
    swagger = Swagger.installed()
    settled = cache(lambda: _settled(document()))
    problems = ProblemPages(settled)
    router = application.router
    router.add_get("", _to_docs)  # the mount prefix itself
    router.add_get("/", _to_docs)
    router.add_get(f"/{LANDMARK}", KeptAnswer(lambda: _json(settled())).answer, name=LANDMARK)
    router.add_get("/redoc", KeptAnswer(lambda: reference_page(settled())).answer)
    router.add_get("/problems", problems.show_all)
    router.add_get("/problems/{code}", problems.show)
    if swagger is None:
        router.add_get("/docs", _to_reference)
    else:
        router.add_get(
            "/docs",
            KeptAnswer(lambda: swagger.page(settled()["info"]["title"], public_url)).answer,
        )
        router.add_get("/docs/{version}/{asset}", swagger.show_asset)


def _settled(document: Json) -> Json:
    """Return *document* as whoever reads the JSON sees it."""
    return cast(Json, msgspec.json.decode(msgspec.json.encode(document)))


def _json(document: Json) -> Page:
    return Page(msgspec.json.encode(document), content_type="application/json")


async def _to_docs(request: web.Request) -> web.Response:
    # From ``/prefix`` a relative link would lead beside the prefix, from ``/prefix/`` below it.
    here = request.rel_url.raw_path.rpartition("/")[2]
    raise web.HTTPFound(f"./{here}/docs" if here else "./docs")


async def _to_reference(_: web.Request) -> web.Response:
    raise web.HTTPFound("./redoc")
