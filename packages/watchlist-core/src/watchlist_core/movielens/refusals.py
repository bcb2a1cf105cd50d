from pathlib import Path

from attrs import frozen

__all__ = ["NotMovieLens", "RefusedRow"]


class NotMovieLens(ValueError):
    """What was given does not hold the files of MovieLens.

    It is no `WatchlistError`, whose fields any client may read: where the files of the machine
    lie concerns only those who name them.
    """

    file: Path
    """For what is in a zip file, as if that were a folder."""
    reason: str

    def __init__(self, file: Path, reason: str) -> None:
        super().__init__(f"{file}: {reason}")
        self.file = file
        self.reason = reason


@frozen
class RefusedRow:
    """A line that could not be taken, and why."""

    file: str
    line: int
    reason: str
    text: str
    """The beginning of the line, as it stands in the file."""
