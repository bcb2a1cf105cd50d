import asyncio
from collections.abc import Coroutine
from importlib.util import find_spec
from typing import Any, TypeVar

__all__ = ["run"]

T = TypeVar("T")


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run *main* on the fastest event loop there is; uvloop has none for Windows."""
    if find_spec("uvloop") is None:
        return asyncio.run(main)

    from uvloop import new_event_loop  # noqa: PLC0415

    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        return runner.run(main)
