"""Templates become pages, with the narrowest policy under which they still look right."""

from asyncio import Task, create_task, shield, to_thread
from base64 import b64encode
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from aiohttp import web
from attrs import define, field, frozen

from watchlist_http.conditional import body_tag, held_tag

__all__ = [
    "ASKED_AGAIN",
    "TEMPLATES",
    "KeptAnswer",
    "Page",
    "digest_of",
    "policy_of",
    "render",
    "source_of",
]

ASKED_AGAIN: Final = "public, no-cache"
"""Anybody may keep it, and asks each time whether it has changed."""

TEMPLATES: Final = Path(__file__).parent / "templates"


@frozen
class Page:
    """What is sent to a browser."""

    body: bytes
    content_type: str = "text/html; charset=utf-8"
    policy: str | None = None
    """What a browser may load for it; None where it is data."""
    tag: str = field(init=False)

    @tag.default
    def _of_body(self) -> str:
        return body_tag(None, self.body)

    def answer(self, request: web.Request, **headers: str) -> web.Response:
        """Return the page, or 304 to who holds it already."""
        told = {"Cache-Control": ASKED_AGAIN, "ETag": self.tag} | headers
        if self.policy is not None:
            told["Content-Security-Policy"] = self.policy
            told["Cross-Origin-Opener-Policy"] = "same-origin"
        if (held := held_tag(request, self.tag)) is not None:
            return web.Response(status=304, headers=told | {"ETag": held})
        told["Content-Type"] = self.content_type
        return web.Response(body=self.body, headers=told)


@define
class KeptAnswer:
    """A page that is made when it is first asked for, beside the loop, and then kept.

    If making it fails, whoever waits for it is told, and the next who asks has it made again.
    """

    _make: Callable[[], Page]
    _made: Task[Page] | None = field(default=None, init=False)

    async def answer(self, request: web.Request) -> web.Response:
        if self._made is None:
            self._made = create_task(to_thread(self._make))
            self._made.add_done_callback(self._forget_failure)
        return (await shield(self._made)).answer(request)

    def _forget_failure(self, made: Task[Page]) -> None:
        if made.cancelled() or made.exception() is not None:
            self._made = None


def render(template: str, *, policy: str | None = None, **values: Any) -> Page:
    """Return the page that *template* makes of *values*. It takes milliseconds: not for the loop.

    Without a *policy* of its own it may have our style and nothing else.
    """
    style = source_of("style.css")
    # Jinja is imported when the first page is looked at: most processes never show one.
    from watchlist_http.pages.templating import environment  # noqa: PLC0415

    body = environment().get_template(template).render(style=style, **values)
    return Page(body.encode(), policy=policy or policy_of(style=f"'{digest_of(style)}'"))


def policy_of(**sources: str) -> str:
    """Return a Content-Security-Policy that allows *sources*, by kind, and nothing else."""
    allowed = [f"{kind}-src {source}" for kind, source in sources.items()]
    nothing = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    return "; ".join([nothing, *allowed])


def digest_of(inline: str) -> str:
    """Return the name of an inline style or script in a Content-Security-Policy."""
    return f"sha256-{b64encode(sha256(inline.encode()).digest()).decode()}"


@cache
def source_of(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")
