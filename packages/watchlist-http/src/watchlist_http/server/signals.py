import asyncio
import signal
from collections.abc import Callable
from typing import Final

__all__ = ["end_at_once", "stop_on_signals"]

STOPPING: Final = (signal.SIGTERM, signal.SIGINT)


def end_at_once(number: int) -> None:
    """Die of the signal, as a program does that does not know it."""
    signal.signal(number, signal.SIG_DFL)
    signal.raise_signal(number)


def stop_on_signals(again: Callable[[int], None] = end_at_once) -> asyncio.Event:
    """Return what is set by the first SIGTERM or SIGINT; each further one calls *again*."""
    told = asyncio.Event()

    def on_signal(number: int) -> None:
        if told.is_set():
            again(number)
        told.set()

    loop = asyncio.get_running_loop()
    for number in STOPPING:
        loop.add_signal_handler(number, on_signal, number)
    return told
