"""What is answered where nobody can tell who asks, because what knows that does not answer."""

from asyncio import timeout
from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol, TypeAlias

from aiohttp import web

from watchlist_core.auth import Identity
from watchlist_core.errors import Forbidden, Unauthenticated, WatchlistError
from watchlist_core.work import StoreUnavailable

__all__ = ["Identify", "Unidentified", "identified_in_time"]

Identify: TypeAlias = Callable[[web.Request, dict[str, Any]], Awaitable[Identity]]

_PATIENCE: Final = 2.0


class Unidentified(Protocol):
    """A service that knows what may be told to somebody of whom nobody knows who he is."""

    async def unidentified(self) -> WatchlistError | None:
        """Return why he cannot be identified; None where it does not know."""


def identified_in_time(
    identify: Identify, service: Unidentified, *, patience: float = _PATIENCE
) -> Identify:
    """Return *identify*, which *service* answers for unless it ends within *patience* seconds."""

    async def identify_in_time(request: web.Request, arguments: dict[str, Any]) -> Identity:
        try:
            async with timeout(patience):
                return await identify(request, arguments)
        except (Unauthenticated, Forbidden):
            raise
        except TimeoutError as late:
            raise await service.unidentified() or StoreUnavailable() from late
        except Exception as error:
            # A table that is missing, for one, is no reason for a 500 here.
            told = await service.unidentified()
            if told is None:
                raise
            raise told from error

    return identify_in_time
