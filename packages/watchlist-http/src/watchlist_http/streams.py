"""Long answers leave line by line, as JSON Lines, and never stand in memory as a whole."""

from collections.abc import AsyncIterator, Awaitable, Callable
from logging import getLogger
from typing import Final, TypeAlias

from aiohttp import web
from msgspec.json import Encoder

from watchlist_http.answers import Answer
from watchlist_http.request_ids import request_id

__all__ = ["JSON_LINES", "Stream", "stream"]

JSON_LINES: Final = "application/jsonl"

_ENOUGH: Final = 32 * 1024
"""Bytes that are sent together."""
_encoder: Final = Encoder()
_logger: Final = getLogger(__name__)

Stream: TypeAlias = Callable[[web.Request, AsyncIterator[Answer]], Awaitable[web.StreamResponse]]


async def stream(
    request: web.Request, items: AsyncIterator[Answer], cache_control: str
) -> web.StreamResponse:
    """Answer *items*, a line each. What fails before the first of them is a problem as ever.

    What fails later cannot be told any more: the connection breaks off, so that nobody takes the
    half for the whole.
    """
    lines = bytearray()
    first = await anext(items, None)
    if first is not None:
        _add(lines, first)
    answer = web.StreamResponse(
        headers={"Content-Type": JSON_LINES, "Cache-Control": cache_control}
    )
    await answer.prepare(request)
    if request.method == "HEAD":
        return answer
    try:
        async for item in items:
            _add(lines, item)
            if len(lines) >= _ENOUGH:
                await answer.write(bytes(lines))
                lines.clear()
        # Its end here and not later, when the log has been told how long it was.
        await answer.write_eof(bytes(lines))
    except ConnectionError:
        pass  # the client has left
    except Exception:
        _logger.exception("request %s broke off", request_id(request))
        if request.transport is not None:
            request.transport.abort()
    return answer


def _add(lines: bytearray, item: Answer) -> None:
    _encoder.encode_into(item, lines, -1)
    lines += b"\n"
