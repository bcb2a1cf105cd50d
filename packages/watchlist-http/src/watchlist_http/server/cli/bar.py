"""A progress bar on a terminal. Its library is slow to import, so nothing else imports this."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from attrs import frozen
from rich.console import Console
from rich.progress import (
    BarColumn,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as RichProgress
from rich.text import Text
from typing_extensions import override

from watchlist_http.server.cli.progress import Unit

__all__ = ["Bar", "bar"]


class _Count(ProgressColumn):
    def __init__(self, unit: Unit) -> None:
        super().__init__()
        self._unit = unit

    @override
    def render(self, task: Task) -> Text:
        counted = self._unit.text(task.completed)
        of_all = "" if task.total is None else f"/{self._unit.text(task.total)}"
        return Text(f"{counted}{of_all} {self._unit.name}")


class _Rate(ProgressColumn):
    def __init__(self, unit: Unit) -> None:
        super().__init__()
        self._unit = unit

    @override
    def render(self, task: Task) -> Text:
        return Text(f"{self._unit.text(task.speed or 0)} a second")


@frozen
class Bar:
    _progress: RichProgress
    _task: TaskID

    def advance(self, count: int) -> None:
        self._progress.advance(self._task, count)


@contextmanager
def bar(total: int | None, what: str, out: TextIO, unit: Unit) -> Iterator[Bar]:
    """Draw a bar with the count, the rate and the time that is left, where the end is known."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        _Count(unit),
        _Rate(unit),
        TimeRemainingColumn(),
    )
    with RichProgress(*columns, console=Console(file=out)) as progress:
        yield Bar(progress, progress.add_task(what, total=total))
