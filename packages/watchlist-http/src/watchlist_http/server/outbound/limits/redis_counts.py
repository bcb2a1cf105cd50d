"""How often each has asked, in a Redis that all processes share."""

from collections.abc import Callable
from time import monotonic
from typing import Final, Self

from attrs import define, field, frozen
from limits.aio.storage.redis import RedisStorage
from limits.errors import StorageError
from redis.asyncio import BlockingConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from structlog import get_logger
from typing_extensions import override

from watchlist_http.rate_counts import Counts

__all__ = ["RedisAway", "RedisCounts"]

_PREFIX: Final = "watchlist"
_CONNECTIONS: Final = 16
_MOST_KEPT: Final = 100_000
_log = get_logger(__name__)


class RedisAway(Exception):
    """The Redis of the limits does not answer: nobody is limited."""


@frozen
class _Before:
    """What was counted in the window before *number*: it changes no more, and is asked for once."""

    number: int
    counted: dict[str, int] = field(factory=dict)


def _storage(pool: BlockingConnectionPool) -> RedisStorage:
    return RedisStorage(
        "redis://",  # says which of its clients is meant; where to connect to says the pool
        wrap_exceptions=True,
        implementation="redispy",
        key_prefix=_PREFIX,
        connection_pool=pool,  # type: ignore[arg-type]  # documented, but not in its types
    )


@define
class RedisCounts(Counts):
    """Counts in one Redis for all who have the same clock, within a fraction of a window.

    A request takes one round trip, the first of somebody in a window two. While Redis does not
    answer nothing is counted: that is logged at most once in *silence* seconds, and within *rest*
    seconds after a failure nobody tries again, so that requests do not wait for it in turn.
    """

    _pool: BlockingConnectionPool
    rest: float = 1.0
    silence: float = 60.0
    clock: Callable[[], float] = monotonic
    uncounted: int = field(default=0, init=False)
    """Requests of this process that were let through uncounted, since it started."""
    _storage: RedisStorage = field(init=False)
    _before: dict[int, _Before] = field(factory=dict, init=False)
    _away_until: float = field(default=float("-inf"), init=False)
    _silent_until: float = field(default=float("-inf"), init=False)

    @_storage.default
    def _on_the_pool(self) -> RedisStorage:
        return _storage(self._pool)

    @classmethod
    def at(cls, url: str, *, patience: float = 0.5) -> Self:
        """Return counts in the Redis at *url*, each of whose answers is waited for so long.

        Nobody connects before something is counted.

        Raises:
            ValueError: It is no address of a Redis.
        """
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=_CONNECTIONS,
            timeout=patience,
            socket_timeout=patience,
            socket_connect_timeout=patience,
            retry=Retry(NoBackoff(), 0),  # its own would keep a request waiting for seconds
        )
        return cls(pool)

    @override
    async def add(self, key: str, seconds: int, number: int) -> tuple[int, int] | None:
        if self.clock() >= self._away_until:
            try:
                # Until the window after this one is over, as that asks for it once more.
                count = await self._storage.incr(f"{key}:{number}", 2 * seconds)
                return await self._counted_before(key, seconds, number), count
            except (StorageError, OSError) as error:
                self._is_away(error)
        self.uncounted += 1
        return None

    @override
    async def take_back(self, key: str, seconds: int, number: int) -> None:
        if self.clock() >= self._away_until:
            try:
                await self._storage.incr(f"{key}:{number}", 2 * seconds, -1)
            except (StorageError, OSError) as error:
                self._is_away(error)

    async def ask(self) -> None:
        """Raise RedisAway if it does not answer."""
        if not await self._storage.check():
            raise RedisAway

    async def close(self) -> None:
        await self._pool.aclose()

    async def _counted_before(self, key: str, seconds: int, number: int) -> int:
        before = self._before.get(seconds)
        if before is None or before.number != number:
            before = self._before[seconds] = _Before(number)
        count = before.counted.get(key)
        if count is None:
            count = await self._storage.get(f"{key}:{number - 1}")
            if len(before.counted) < _MOST_KEPT:
                before.counted[key] = count
        return count

    def _is_away(self, error: Exception) -> None:
        now = self.clock()
        self._away_until = now + self.rest
        if now >= self._silent_until:
            self._silent_until = now + self.silence
            _log.warning("requests are not limited", reason=str(error), uncounted=self.uncounted)
