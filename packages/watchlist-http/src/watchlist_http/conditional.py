"""Entity tags: what lets a client keep an answer and ask only whether it changed (RFC 9110, 13)."""

import re
from collections.abc import Callable
from hashlib import sha256
from typing import Any, Final, TypeAlias

from aiohttp import web

__all__ = ["TagOf", "body_tag", "held_tag"]

TagOf: TypeAlias = Callable[[Any, bytes], str]
"""Return the strong tag, in its quotes, of an answer and of the body it became."""

_TAG: Final = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\uffff]*")')


def body_tag(_: object, body: bytes) -> str:
    """Return a tag that is another as soon as one byte of the body is."""
    return f'"{sha256(body).hexdigest()[:32]}"'


def held_tag(request: web.Request, tag: str) -> str | None:
    """Return *tag* as the client holds it, weak or not, if its ``If-None-Match`` names it.

    A 304 tells the held one: to a cache, a weak and a strong tag name different answers, and
    what it holds may have been packed on the way.
    """
    named = request.headers.get("If-None-Match")
    if named is None:
        return None
    if named.strip() == "*":
        return tag
    return next((m[0] for m in _TAG.finditer(named) if m[1] == tag), None)
