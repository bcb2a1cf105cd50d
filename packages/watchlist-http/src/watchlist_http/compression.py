"""Answers leave smaller where the client asks for it (RFC 9110, sections 8.4 and 12.5.3)."""

from asyncio import get_running_loop
from collections.abc import Mapping, MutableMapping
from functools import lru_cache
from typing import Final
from zlib import compress

from aiohttp import web
from attrs import frozen

__all__ = [
    "NEVER_COMPRESSED",
    "Coding",
    "Compression",
    "Repeated",
    "coding_for",
    "is_never_compressed",
    "never_compress",
]

NEVER_COMPRESSED: Final = "no-transform"
"""A ``Cache-Control`` directive (RFC 9111) for answers in which a secret stands beside what the
client sent: from their compressed length it could be guessed. It binds proxies too."""

_IS_NEVER_COMPRESSED: Final = web.RequestKey("watchlist_is_never_compressed", bool)

_WINDOW: Final[Mapping[str, int]] = {"gzip": 31, "deflate": 15}
"""What zlib calls the two codings, the preferred one first."""
_ALIASES: Final[Mapping[str, str]] = {"x-gzip": "gzip"}
_LONGEST_REMEMBERED: Final = 100


def never_compress(request: web.BaseRequest) -> None:
    """Note that no answer to *request* is to be compressed, not even a problem."""
    request[_IS_NEVER_COMPRESSED] = True


def is_never_compressed(request: web.BaseRequest) -> bool:
    return _IS_NEVER_COMPRESSED in request


class Repeated(web.Response):
    """An answer that is given again, with what its body was packed to, by the coding."""

    def __init__(
        self, body: bytes, headers: Mapping[str, str], packed: MutableMapping[str, bytes]
    ) -> None:
        super().__init__(body=body, headers=headers)
        self.packed = packed


@frozen
class Coding:
    name: str | None
    """None: as it is."""
    is_identity_refused: bool = False


@frozen
class Compression:
    """Packs what is worth it; what takes long, off the loop."""

    smallest: int = 1024
    """Bytes; below, the header costs about what is won."""
    largest_on_loop: int = 32 * 1024
    """Bytes; packing them takes a third of a millisecond."""
    level: int = 1
    """Of zlib. A higher one makes lists a tenth smaller at most, and costs twice the time."""

    async def __call__(self, request: web.BaseRequest, answer: web.StreamResponse) -> None:
        """Pack the body of *answer*, whose strong ETag becomes weak by it.

        A HEAD is treated like its GET, so that both have the same headers.
        """
        accepted = request.headers.get("Accept-Encoding")
        if accepted is None or not isinstance(answer, web.Response) or answer.prepared:
            return
        coding = coding_for(accepted)
        body = answer.body
        if coding.name is None or not isinstance(body, bytes) or not _may_be_packed(answer):
            return
        if len(body) < self.smallest and not (body and coding.is_identity_refused):
            return
        known = answer.packed if isinstance(answer, Repeated) else {}
        packed = known.get(coding.name)
        if packed is None:
            packed = await self._pack(body, _WINDOW[coding.name])
            if 2 * len(packed) <= len(body):
                known[coding.name] = packed
        if len(packed) < len(body) or coding.is_identity_refused:
            _exchange(answer, packed, coding.name)

    async def _pack(self, body: bytes, window: int) -> bytes:
        if len(body) <= self.largest_on_loop:
            return compress(body, self.level, window)
        return await get_running_loop().run_in_executor(None, compress, body, self.level, window)


def _exchange(answer: web.Response, packed: bytes, coding: str) -> None:
    headers = answer.headers
    answer.body = packed
    headers["Content-Encoding"] = coding
    headers.popall("Content-Length", None)
    tag = headers.get("ETag")
    if tag is not None and not tag.startswith("W/"):
        headers["ETag"] = f"W/{tag}"


def _may_be_packed(answer: web.Response) -> bool:
    headers = answer.headers
    return (
        "Content-Encoding" not in headers
        and "Content-Range" not in headers
        and _is_compressible(headers.get("Content-Type", ""))
        and NEVER_COMPRESSED not in headers.get("Cache-Control", "")
    )


@lru_cache(maxsize=64)
def _is_compressible(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    return (
        kind.startswith("text/")
        or kind.endswith(("+json", "+xml"))
        or kind in {"application/json", "application/javascript"}
    )


def coding_for(accepted: str) -> Coding:
    """Choose by an ``Accept-Encoding``; where all is refused, the answer leaves as it is."""
    # Few exist in practice. Strange ones are not remembered: they could fill the memory.
    return _remembered(accepted) if len(accepted) <= _LONGEST_REMEMBERED else _chosen(accepted)


def _chosen(accepted: str) -> Coding:
    weights = dict(filter(None, map(_weight, accepted.lower().split(","))))
    others = weights.get("*", 0.0)
    offered = {name: weights.get(name, others) for name in _WINDOW}
    best = max(offered, key=lambda name: offered[name])
    identity = weights.get("identity", others if others == 0.0 and "*" in weights else None)
    if offered[best] == 0.0 or (identity is not None and identity > offered[best]):
        return Coding(None)
    return Coding(best, is_identity_refused=identity == 0.0)


_remembered = lru_cache(maxsize=256)(_chosen)


def _weight(item: str) -> tuple[str, float] | None:
    """Return a coding with its weight, or None if *item* is neither."""
    name, _, parameter = (part.strip() for part in item.partition(";"))
    if not name:
        return None
    if not parameter:
        return _ALIASES.get(name, name), 1.0
    key, _, value = (part.strip() for part in parameter.partition("="))
    try:
        weight = float(value)
    except ValueError:
        return None
    return (_ALIASES.get(name, name), weight) if key == "q" and 0.0 <= weight <= 1.0 else None
