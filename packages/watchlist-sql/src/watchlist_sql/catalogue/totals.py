"""What was counted for a filter, once for all who ask in the same second."""

from asyncio import Task, create_task, get_running_loop, shield
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, Final, TypeVar

from attrs import define, field

__all__ = ["KeptTotals"]

T = TypeVar("T")

_MANY: Final = 1_000


@define
class KeptTotals:
    seconds: float = 1.0
    _kept: dict[Hashable, tuple[float, Task[Any]]] = field(factory=dict, init=False)

    def __len__(self) -> int:
        return len(self._kept)

    async def get(self, key: Hashable, count: Callable[[], Awaitable[T]]) -> T:
        """Return what *count* returned within the last second, or is about to, for this *key*."""
        now = get_running_loop().time()
        kept_until, counting = self._kept.get(key, (0.0, None))
        if counting is None or (counting.done() and (kept_until <= now or _failed(counting))):
            self._forget(now)

            async def counted() -> T:
                return await count()

            counting = create_task(counted())
            self._kept[key] = now + self.seconds, counting
        # Whoever asked first may hang up; the others still want to know.
        found: T = await shield(counting)
        return found

    def _forget(self, now: float) -> None:
        if len(self._kept) >= _MANY:
            self._kept = {
                key: (kept_until, counting)
                for key, (kept_until, counting) in self._kept.items()
                if kept_until > now and not _failed(counting)
            }


def _failed(counting: Task[Any]) -> bool:
    return counting.done() and (counting.cancelled() or counting.exception() is not None)
