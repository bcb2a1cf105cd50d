"""``/docs``: Swagger UI, to try the operations out, from the files of an installed package."""

from asyncio import to_thread
from collections.abc import Mapping
from functools import cache
from gzip import compress
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Self

from aiohttp import web
from attrs import frozen
from yarl import URL

from watchlist_http.compression import coding_for
from watchlist_http.pages.rendering import Page, digest_of, policy_of, render, source_of

__all__ = ["Swagger"]

_ICON: Final = "favicon-32x32.png"
_ASSETS: Final[Mapping[str, str]] = {
    "swagger-ui.css": "text/css",
    "swagger-ui-bundle.js": "text/javascript",
    _ICON: "image/png",
}
_FOREVER: Final = "public, max-age=31536000, immutable"


@frozen
class Swagger:
    """The files of Swagger UI, as swagger-ui-py has installed them."""

    version: str
    folder: Path

    @classmethod
    def installed(cls) -> Self | None:
        """Find them without importing their package, of which nothing else is used."""
        package = find_spec("swagger_ui")
        if package is None or package.origin is None:
            return None
        return cls(version("swagger-ui-py"), Path(package.origin).parent / "static")

    def page(self, title: str, public_url: str | None) -> Page:
        """Return the page, from which the API may be called where it is and at *public_url*."""
        script = source_of("swagger.js")
        api = "'self'" if public_url is None else f"'self' {URL(public_url).origin()}"
        return render(
            "swagger.html",
            title=title,
            assets=f"docs/{self.version}",
            script=script,
            policy=policy_of(
                script=f"'self' '{digest_of(script)}'",
                style="'self'",
                img="'self' data:",  # icons that stand in its stylesheet
                connect=api,
            ),
        )

    async def show_asset(self, request: web.Request) -> web.Response:
        """Answer one of the files, whose address changes with the version."""
        name = request.match_info["asset"]
        if name not in _ASSETS or request.match_info["version"] != self.version:
            raise web.HTTPNotFound
        headers = {"Cache-Control": _FOREVER, "Vary": "Accept-Encoding"}
        read = _plain
        if name != _ICON and coding_for(request.headers.get("Accept-Encoding", "")).name == "gzip":
            headers["Content-Encoding"] = "gzip"
            read = _packed
        body = await to_thread(read, self.folder / name)
        return web.Response(body=body, content_type=_ASSETS[name], headers=headers)


def _plain(path: Path) -> bytes:
    return path.read_bytes()


@cache
def _packed(path: Path) -> bytes:
    # Packing them takes longer than anything else that a stranger may ask for: once is enough.
    return compress(path.read_bytes(), mtime=0)
