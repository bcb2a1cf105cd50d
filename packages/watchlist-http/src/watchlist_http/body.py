"""The JSON body of a request, whoever sent it and whatever it is."""

import json
from asyncio import timeout
from collections.abc import Callable
from typing import Any, Final

from aiohttp import web
from attrs import frozen
from msgspec import DecodeError
from msgspec.json import decode

from watchlist_http.options import BODY_PATIENCE
from watchlist_http.refusals import (
    BodyTooLarge,
    BodyTooSlow,
    MalformedBody,
    UnsupportedMediaType,
)

__all__ = ["DEEPEST", "BodyReader"]

DEEPEST: Final = 32

_PACKINGS: Final = {"", "identity", "gzip", "deflate"}
"""What aiohttp unpacks for us, wherever it is installed."""
_CHARSETS: Final = {None, "utf-8", "utf8"}


@frozen
class BodyReader:
    """Reads bodies of *largest* bytes at most, counted as they come and are unpacked.

    They are counted here, for in a mounted application the outer one's limit would hold.
    """

    largest: int
    patience: float = BODY_PATIENCE
    """Seconds that a whole body may take to come."""

    async def __call__(self, request: web.Request) -> object:
        """Return the body as plain values.

        Raises:
            MalformedBody, BodyTooLarge, BodyTooSlow, UnsupportedMediaType: It is not what the API
                takes.
        """
        _check_type(request)
        return parse(await self._read(request))

    async def _read(self, request: web.Request) -> bytes:
        if (request.content_length or 0) > self.largest:
            raise BodyTooLarge(self.largest)
        body = bytearray()
        try:
            async with timeout(self.patience):
                async for chunk in request.content.iter_any():
                    body += chunk
                    if len(body) > self.largest:
                        raise BodyTooLarge(self.largest)
        except TimeoutError:
            _give_up(request)
            raise BodyTooSlow from None
        except web.RequestPayloadError:
            _give_up(request)
            raise MalformedBody("It cannot be unpacked.") from None
        except ConnectionError:
            raise MalformedBody("It ends too early.") from None
        return bytes(body)


def _give_up(request: web.Request) -> None:
    # aiohttp would go on to read the rest, and log each client's failure as one of ours.
    request.content.feed_eof()
    request.protocol.close()  # once this is answered, as no next request can be told from the rest


def _check_type(request: web.Request) -> None:
    if request.headers.get("Content-Type") != "application/json":  # most clients spell it so
        if request.content_type != "application/json" or "Content-Type" not in request.headers:
            raise UnsupportedMediaType("The content type is another.")
        if (request.charset or "utf-8").lower() not in _CHARSETS:
            raise UnsupportedMediaType("The charset is another.")
    if request.headers.get("Content-Encoding", "").lower() not in _PACKINGS:
        raise UnsupportedMediaType("The content encoding is another.")


def parse(body: bytes) -> object:
    """Return the plain values that *body* means to every JSON reader. Raises MalformedBody."""
    try:
        # msgspec keeps to the RFC: no NaN, no lone surrogates, nothing but UTF-8.
        value = decode(body)
    except UnicodeDecodeError:
        raise MalformedBody("It is not UTF-8.") from None
    except RecursionError:
        raise MalformedBody(_TOO_DEEP) from None
    except DecodeError as error:
        raise MalformedBody(f"{error}.") from None
    if _is_deeper(value, DEEPEST):
        raise MalformedBody(_TOO_DEEP)
    _refuse_repeated_members(body)
    return value


_TOO_DEEP: Final = f"It is nested deeper than {DEEPEST} levels."


def _is_deeper(value: object, deepest: int) -> bool:
    level = [value]
    for _ in range(deepest + 1):
        composed = [inner for inner in level if isinstance(inner, dict | list)]
        if not composed:
            return False
        level = [i for c in composed for i in (c.values() if isinstance(c, dict) else c)]
    return True


def _each_once(members: list[tuple[str, Any]]) -> None:
    names = {name for name, _ in members}
    if len(names) < len(members):
        raise MalformedBody("An object has the same member twice.")


def _refuse_repeated_members(body: bytes) -> None:
    # msgspec keeps the last of several silently. The second reader looks for nothing else, hence
    # numbers stay text: of thousands of digits it would not make one.
    _SECOND_READER(body.decode())


def _text(number: str) -> str:
    return number


_SECOND_READER: Final[Callable[[str], object]] = json.JSONDecoder(
    object_pairs_hook=_each_once, parse_int=_text, parse_float=_text
).decode
