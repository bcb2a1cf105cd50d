"""The name of one request, by which a person, the log and the audit speak of the same thing."""

import re
from collections.abc import Callable
from random import getrandbits
from time import time_ns
from typing import Final

from aiohttp import web
from multidict import istr

__all__ = ["HEADER", "known_request_id", "name_request", "new_request_id", "request_id"]

HEADER: Final = istr("X-Request-ID")

_DECENT: Final = re.compile(r"[A-Za-z0-9._-]{1,128}")
_KEY: Final = web.RequestKey("watchlist_request_id", str)

_VERSION: Final = 0x7 << 76
_VARIANT: Final = 0b10 << 62
_RANDOM: Final = (0xFFF << 64) | ((1 << 62) - 1)


def request_id(request: web.BaseRequest) -> str:
    """Return the client's own id if it is a decent one, else one of ours, always the same."""
    return known_request_id(request) or name_request(request)


def known_request_id(request: web.BaseRequest) -> str | None:
    """Return the id of *request*, or None as long as it has none."""
    try:
        return request[_KEY]
    except KeyError:
        return None


def name_request(request: web.BaseRequest) -> str:
    """Settle the id of a request that is new."""
    theirs = request.headers.get(HEADER)
    if theirs is None or not _DECENT.fullmatch(theirs):
        theirs = new_request_id()
    request[_KEY] = theirs
    return theirs


def new_request_id(
    clock_ns: Callable[[], int] = time_ns, random_bits: Callable[[int], int] = getrandbits
) -> str:
    """Return a UUIDv7 as text, which sorts by time.

    It is made of text at once, from numbers that anybody may guess: a request id opens nothing,
    and one of the system's random ids costs four times as much. A forked process draws others.
    """
    milliseconds = clock_ns() // 1_000_000
    value = milliseconds << 80 | _VERSION | _VARIANT | random_bits(76) & _RANDOM
    digits = f"{value:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
