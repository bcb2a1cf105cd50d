"""Cancels what is tried wherever it waits, one place after the other."""

from asyncio import CancelledError, create_task, gather
from collections.abc import Coroutine, Generator
from contextlib import suppress
from functools import partial
from typing import Any

__all__ = ["cancelled_at"]


async def cancelled_at(step: int, awaitable: Coroutine[Any, Any, None]) -> bool:
    """Run *awaitable* in a task that is cancelled as it waits for the *step*-th time."""

    class Counting:
        def __await__(self) -> Generator[Any, Any, None]:
            steps, waits = awaitable.__await__(), 0
            resume = partial(next, steps)
            with suppress(StopIteration):
                while True:
                    waited_for = resume()
                    waits += 1
                    if waits == step:
                        task.cancel()
                    try:
                        yield waited_for
                    except BaseException as thrown:  # noqa: BLE001  whatever it is, it goes inside
                        resume = partial(steps.throw, thrown)
                    else:
                        resume = partial(next, steps)

    async def counting() -> None:
        await Counting()

    task = create_task(counting())
    (result,) = await gather(task, return_exceptions=True)
    return isinstance(result, CancelledError)
