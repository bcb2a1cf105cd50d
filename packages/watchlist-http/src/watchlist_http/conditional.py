"""Entity tags: what lets a client keep an answer and ask only whether it changed (RFC 9110, 13).

And what lets it change only what it has seen: then nobody's change is lost by another's.
"""

import re
from collections.abc import Callable
from hashlib import sha256
from typing import Any, Final, TypeAlias

from aiohttp import hdrs, web
from attrs import frozen

from watchlist_http.refusals import ConditionRequired, MalformedCondition

__all__ = ["IfMatch", "TagOf", "body_tag", "held_tag", "revision_tag", "seen_revision"]

TagOf: TypeAlias = Callable[[Any, bytes], str]
"""Return the strong tag, in its quotes, of an answer and of the body it became."""

_QUOTED: Final = r'"[\x21\x23-\x7e\x80-\uffff]*"'
_TAG: Final = re.compile(rf"(?:W/)?({_QUOTED})")
_TAG_OR_NONE: Final = rf"[ \t]*+(?:(?:W/)?{_QUOTED}[ \t]*+)?+"
# Possessive: nothing that a client sends is looked at in a second way.
_TAGS: Final = re.compile(rf"{_TAG_OR_NONE}(?:,{_TAG_OR_NONE})*+")
_REVISION: Final = re.compile(r'"([1-9][0-9]{0,17})-')
_NEVER: Final = 0
"""The revision of nothing: they are counted from 1."""


def body_tag(_: object, body: bytes) -> str:
    """Return a tag that is another as soon as one byte of the body is."""
    return f'"{sha256(body).hexdigest()[:32]}"'


def revision_tag(answer: Any, body: bytes) -> str:
    """Return a tag that tells also the revision of what is answered, its member ``revision``.

    A rating, or the new name of a genre, makes it another too: what is shown has changed.
    """
    return f'"{answer.revision}-{sha256(body).hexdigest()[:16]}"'


def held_tag(request: web.Request, tag: str) -> str | None:
    """Return *tag* as the client holds it, weak or not, if its ``If-None-Match`` names it.

    A 304 tells the held one: to a cache, a weak and a strong tag name different answers, and
    what it holds may have been packed on the way.
    """
    named = request.headers.get(hdrs.IF_NONE_MATCH)
    if named is None:
        return None
    if named == tag or named.strip() == "*":
        return tag
    return next((m[0] for m in _TAG.finditer(named) if m[1] == tag), None)


@frozen
class IfMatch:
    """The state that a client has seen of what it changes; a handler asks for it."""

    revision: int | None
    """None for whichever there is."""


def seen_revision(request: web.Request) -> IfMatch:
    """Return what ``If-Match`` says.

    Only the revision in a tag counts, and whether it is weak does not: what else is in it changes
    by ratings, and a packed answer has a weak one. Of several the latest revision is the one that
    may be right, since earlier ones never come back.

    Raises:
        ConditionRequired: It says nothing.
        MalformedCondition: It is neither ``*`` nor a list of tags.
    """
    told = request.headers.getall("If-Match", ())
    if not told:
        raise ConditionRequired
    named = ",".join(told).strip()
    if named == "*":
        return IfMatch(None)
    if not _TAGS.fullmatch(named):
        raise MalformedCondition
    revisions = [
        int(match[1]) for tag in _TAG.finditer(named) if (match := _REVISION.match(tag[1]))
    ]
    return IfMatch(max(revisions, default=_NEVER))
