from asyncio import Event, gather, timeout
from collections.abc import Awaitable
from contextlib import suppress
from typing import Final, TypeVar

from attrs import define, field

__all__ = ["Overlap", "at_once"]

Outcome = TypeVar("Outcome")

_PATIENCE: Final = 0.02


@define
class Overlap:
    """A place inside several works where each waits for the others, as long as that makes sense.

    Coroutines that never suspend run one after the other, lock or no lock: where a lock is
    missing, only a pause inside the work shows it. A store that excludes the others never lets
    them come here, so everyone goes on after a moment.
    """

    works: int
    _here: int = field(default=0, init=False)
    _all_here: Event = field(factory=Event, init=False)

    async def __call__(self) -> None:
        self._here += 1
        if self._here == self.works:
            self._all_here.set()
        with suppress(TimeoutError):
            async with timeout(_PATIENCE):
                await self._all_here.wait()


async def at_once(*works: Awaitable[Outcome]) -> tuple[list[Outcome], list[BaseException]]:
    """Run works side by side and return what came of them, and apart from it what they raised."""
    outcomes = await gather(*works, return_exceptions=True)
    return (
        [outcome for outcome in outcomes if not isinstance(outcome, BaseException)],
        [outcome for outcome in outcomes if isinstance(outcome, BaseException)],
    )
