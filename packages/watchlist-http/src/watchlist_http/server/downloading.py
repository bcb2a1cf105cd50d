"""Files from elsewhere. Who sends them is not trusted: not with sizes, nor with time."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final, Self

from aiohttp import (
    ClientConnectionError,
    ClientError,
    ClientPayloadError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
)
from attrs import frozen
from yarl import URL

__all__ = ["Download", "DownloadLimits", "DownloadRefused", "fetched", "following"]

_REDIRECTS: Final = {301, 302, 303, 307, 308}
_OK: Final = 200
_CHUNK: Final = 1 << 16


class DownloadRefused(Exception):
    """A file could not be had; the message says why, in one line without any secret of its URL."""


@frozen
class DownloadLimits:
    bytes: int = 2 << 30
    redirects: int = 5
    connecting: float = 10.0
    """Seconds; likewise the others."""
    silence: float = 30.0
    """Between two pieces."""
    whole: float = 3_600.0


@frozen
class Download:
    """A file that is on its way."""

    size: int | None
    """In bytes, where the sender tells."""
    _response: ClientResponse
    _limits: DownloadLimits

    @classmethod
    def of(cls, response: ClientResponse, limits: DownloadLimits) -> Self:
        if response.status != _OK:
            raise DownloadRefused(f"the answer is {response.status} {response.reason}")
        if (response.content_length or 0) > limits.bytes:
            raise _too_large(limits)
        return cls(response.content_length, response, limits)

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield its pieces; raises DownloadRefused as `fetched`."""
        count = 0
        with _told():
            async for chunk in self._response.content.iter_chunked(_CHUNK):
                count += len(chunk)
                if count > self._limits.bytes:
                    raise _too_large(self._limits)
                yield chunk


@asynccontextmanager
async def fetched(url: str, limits: DownloadLimits | None = None) -> AsyncIterator[Download]:
    """Ask for the file behind an ``http`` or ``https`` URL, also where redirects lead.

    Raises:
        DownloadRefused: There is no such file, or it does not come within the *limits*.
    """
    limits = limits or DownloadLimits()
    times = ClientTimeout(
        total=limits.whole, sock_connect=limits.connecting, sock_read=limits.silence
    )
    # What is packed on its way could be larger than it is told to be.
    headers = {"Accept-Encoding": "identity"}
    async with ClientSession(
        timeout=times, headers=headers, auto_decompress=False, trust_env=True
    ) as session:
        with _told():
            response = await _answer(session, URL(url), limits)
        async with response:
            yield Download.of(response, limits)


async def _answer(session: ClientSession, here: URL, limits: DownloadLimits) -> ClientResponse:
    for _ in range(limits.redirects + 1):
        response = await session.get(here, allow_redirects=False)
        if response.status not in _REDIRECTS:
            return response
        response.close()
        here = following(here, response.headers.get("Location", ""))
    raise DownloadRefused(f"it leads on more than {limits.redirects} times")


def following(here: URL, location: str) -> URL:
    """Return where a redirect leads. Raises DownloadRefused."""
    there = here.join(URL(location))
    if there.scheme not in {"http", "https"} or not there.host:
        raise DownloadRefused("it leads to where no file can be fetched from")
    if here.scheme == "https" != there.scheme:
        raise DownloadRefused("it leads to where others could read and change it on its way")
    return there


def _too_large(limits: DownloadLimits) -> DownloadRefused:
    return DownloadRefused(f"it has more than {limits.bytes:,} bytes")


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise DownloadRefused("it takes too long to come") from error
    except ClientPayloadError as error:
        raise DownloadRefused("only a part of it has come") from error
    except ClientConnectionError as error:
        reason = getattr(error, "strerror", None) or "the connection is lost"
        raise DownloadRefused(f"it cannot be reached: {reason}") from error
    except (ClientError, ValueError) as error:
        raise DownloadRefused(f"it cannot be asked for: {type(error).__name__}") from error
