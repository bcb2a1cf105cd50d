"""A progress bar on a terminal. Its library is slow to import, so nothing else imports this."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from attrs import frozen
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as RichProgress
from rich.text import Text
from typing_extensions import override

__all__ = ["Bar", "bar"]


class _Rate(ProgressColumn):
    @override
    def render(self, task: Task) -> Text:
        return Text(f"{task.speed or 0:,.0f} a second")


@frozen
class Bar:
    _progress: RichProgress
    _task: TaskID

    def advance(self, rows: int) -> None:
        self._progress.advance(self._task, rows)


@contextmanager
def bar(total: int, what: str, out: TextIO) -> Iterator[Bar]:
    """Draw a bar with the count, the rate and the time that is left."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
    )
    with RichProgress(*columns, console=Console(file=out)) as progress:
        yield Bar(progress, progress.add_task(what, total=total))
