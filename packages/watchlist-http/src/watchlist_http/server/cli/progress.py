"""How far a command that takes long has come: a bar for a person, lines for a log."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Final, Protocol, TextIO

from attrs import define, field

__all__ = ["PlainLines", "Progress", "progress"]

_SECONDS_BETWEEN_LINES: Final = 2.0


class Progress(Protocol):
    def advance(self, rows: int) -> None:
        """Tell that so many more rows are done."""


@define
class PlainLines:
    """A line from time to time, with the rate and the time that is left."""

    total: int
    _out: TextIO
    _clock: Callable[[], float] = monotonic
    _done: int = field(default=0, init=False)
    _started: float = field(init=False)
    _told: float = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._started = self._told = self._clock()

    def advance(self, rows: int) -> None:
        self._done += rows
        now = self._clock()
        if now - self._told < _SECONDS_BETWEEN_LINES:
            return
        self._told = now
        rate = self._done / (now - self._started)
        left = max(self.total - self._done, 0) / rate
        print(
            f"{self._done:,} of {self.total:,} rows, {rate:,.0f} a second, {left:.0f} s left",
            file=self._out,
            flush=True,
        )


@contextmanager
def progress(total: int, what: str, out: TextIO) -> Iterator[Progress]:
    """Show how many of *total* rows are done."""
    if not out.isatty():
        yield PlainLines(total, out)
        return
    from watchlist_http.server.cli.bar import bar  # noqa: PLC0415  only where there is a terminal

    with bar(total, what, out) as drawn:
        yield drawn
