"""How often requests may come to this server, by its settings."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final

from watchlist_http.components import Component
from watchlist_http.quotas import Quota
from watchlist_http.rate_limits import Policy, RateLimits
from watchlist_http.server.limit_settings import LimitSettings, Quotas
from watchlist_http.server.refused import StartRefused
from watchlist_http.server.settings import Settings

__all__ = ["opened_limits"]

_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE
_IN_PRODUCTION: Final = {
    Policy.DEFAULT: Quotas([Quota(600, _MINUTE)]),
    Policy.SIGN_IN: Quotas([Quota(30, _MINUTE)]),
    Policy.MAIL: Quotas([Quota(10, _HOUR)]),
}


@asynccontextmanager
async def opened_limits(
    settings: Settings,
) -> AsyncIterator[tuple[RateLimits, Sequence[Component]]]:
    """Give the limits, and what they need: nobody connects to Redis before something is asked.

    Raises:
        StartRefused: The limits are to be shared by Redis, but its client is not installed.
    """
    limits = settings.limits
    quotas = _quotas(limits, in_development=settings.in_development)
    if limits.redis_url is None:
        yield RateLimits(quotas), ()
        return
    try:
        # Most servers are one process, and never need it.
        from watchlist_http.server.outbound.limits.redis_counts import (  # noqa: PLC0415
            RedisCounts,
        )
    except ModuleNotFoundError as missing:
        raise StartRefused(
            "limits.redis_url needs a client: pip install 'watchlist-http[redis]'"
        ) from missing
    counts = RedisCounts.at(limits.redis_url.reveal())
    try:
        # Without it nobody is limited, and all else goes on.
        yield RateLimits(quotas, counts), [Component("rate-limits", counts.ask, is_needed=False)]
    finally:
        await counts.close()


def _quotas(limits: LimitSettings, *, in_development: bool) -> dict[Policy, Quotas]:
    wanted = {
        Policy.DEFAULT: limits.default,
        Policy.SIGN_IN: limits.sign_in,
        Policy.MAIL: limits.mail,
    }
    usual: dict[Policy, Quotas] = {} if in_development else _IN_PRODUCTION
    return {
        policy: usual.get(policy, Quotas()) if quotas is None else quotas
        for policy, quotas in wanted.items()
    }
