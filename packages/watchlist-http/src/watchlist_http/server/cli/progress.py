"""How far a command that takes long has come: a bar for a person, lines for a log."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Final, Protocol, TextIO

from attrs import define, field, frozen

__all__ = ["MEGABYTES", "ROWS", "PlainLines", "Progress", "Unit", "progress"]

_SECONDS_BETWEEN_LINES: Final = 2.0


@frozen
class Unit:
    """What is counted, and in what."""

    name: str
    size: int = 1
    form: str = ",.0f"

    def text(self, count: float) -> str:
        return f"{count / self.size:{self.form}}"


ROWS: Final = Unit("rows")
MEGABYTES: Final = Unit("MB", 1_000_000, ",.1f")
"""Of bytes."""


class Progress(Protocol):
    def advance(self, count: int) -> None:
        """Tell that so much more is done."""


@define
class PlainLines:
    """A line from time to time, with the rate and, where the end is known, the time left."""

    total: int | None
    _out: TextIO
    _clock: Callable[[], float] = monotonic
    _unit: Unit = ROWS
    _done: int = field(default=0, init=False)
    _started: float = field(init=False)
    _told: float = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._started = self._told = self._clock()

    def advance(self, count: int) -> None:
        self._done += count
        now = self._clock()
        if now - self._told < _SECONDS_BETWEEN_LINES:
            return
        self._told = now
        print(self._line(self._done / (now - self._started)), file=self._out, flush=True)

    def _line(self, rate: float) -> str:
        done, name = self._unit.text(self._done), self._unit.name
        so_many = f"{self._unit.text(rate)} a second"
        if self.total is None:
            return f"{done} {name}, {so_many}"
        left = max(self.total - self._done, 0) / rate
        return f"{done} of {self._unit.text(self.total)} {name}, {so_many}, {left:.0f} s left"


@contextmanager
def progress(total: int | None, what: str, out: TextIO, unit: Unit = ROWS) -> Iterator[Progress]:
    """Show how much of *total*, which may be unknown, is done."""
    if not out.isatty():
        yield PlainLines(total, out, unit=unit)
        return
    from watchlist_http.server.cli.bar import bar  # noqa: PLC0415  only where there is a terminal

    with bar(total, what, out, unit) as drawn:
        yield drawn
