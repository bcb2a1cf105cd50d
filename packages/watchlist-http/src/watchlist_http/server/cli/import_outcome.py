"""What an import came to, for the person who ran it."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Final, Self, TextIO

from attrs import define, field

from watchlist_core.catalogue import ExternalId, NewMovie
from watchlist_core.movielens import MOVIELENS
from watchlist_http.server.importing import ImportedBatch

__all__ = ["ImportOutcome", "ImportReport"]

_SHOWN: Final = 20
"""Lines of the report that are shown as well."""


@define
class ImportReport:
    """A file with a line for everything that could not be taken, made for the first of them."""

    path: Path
    lines: int = field(default=0, init=False)
    trouble: str | None = field(default=None, init=False)
    """Why there is no file, though there should be."""
    _file: TextIO | None = field(default=None, init=False)
    _open: ExitStack = field(factory=ExitStack, init=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._open.close()

    def make(self) -> None:
        """Make the file, and its folder. Raises OSError."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = self._open.enter_context(self.path.open("w", encoding="utf-8"))

    def tell(self, line: str) -> None:
        """Write a line; one that cannot be written stops no import."""
        self.lines += 1
        if self.trouble is not None:
            return
        try:
            if self._file is None:
                self.make()
            print(line, file=self._file)
        except OSError as error:
            self.trouble = error.strerror or "it cannot be written"


@define
class ImportOutcome:
    """It counts, and keeps no more lines than it shows."""

    report: ImportReport
    added: int = 0
    known: int = 0
    dropped: int = 0
    refused: Counter[str] = field(factory=Counter)
    longest_work: float = 0.0
    is_complete: bool = False
    _shown: list[str] = field(factory=list)
    _started: float = field(factory=monotonic)

    def count(self, batch: ImportedBatch) -> None:
        self.added += batch.added
        self.known += batch.known
        self.dropped += len(batch.dropped_ids)
        for row in batch.refused:
            self.refused[row.reason] += 1
            self._tell(f"{row.file}:{row.line}: {row.reason}: {row.text!r}")
        for movie, external_id in batch.dropped_ids:
            self._tell(_dropped(movie, external_id))

    def _tell(self, line: str) -> None:
        self.report.tell(line)
        if len(self._shown) < _SHOWN:
            self._shown.append(line)

    def summary(self) -> Iterator[str]:
        """Tell it to a person, line by line."""
        yield from self._shown
        if self.report.lines > len(self._shown):
            yield f"… and {self.report.lines - len(self._shown):,} more."
        seconds = monotonic() - self._started
        movies = self.added + self.known
        yield (
            f"{self.added:,} movies added, {self.known:,} were there already "
            f"({seconds:.1f} s, {movies / seconds:,.0f} a second, "
            f"no work longer than {1000 * self.longest_work:.0f} ms)."
        )
        if self.dropped:
            yield f"Ids left out, because another movie has them: {self.dropped:,}."
        for reason, count in self.refused.most_common():
            yield f"Rows refused, because {reason}: {count:,}."
        yield from self._where_all_is_told()
        if self.is_complete:
            yield self._conclusion()

    def _where_all_is_told(self) -> Iterator[str]:
        path, trouble = self.report.path, self.report.trouble
        if trouble is not None:
            yield f"The report {path} cannot be written: {trouble}. --report names another place."
        elif self.report.lines:
            yield f"Each of them is told in {path}."

    def _conclusion(self) -> str:
        changed = "The import is complete" if self.added else "Nothing has changed"
        return (
            f"{changed}; what was refused is not in the catalogue."
            if self.refused
            else f"{changed}."
        )


def _dropped(movie: NewMovie, external_id: ExternalId) -> str:
    own = next(i.value for i in movie.external_ids if i.provider == MOVIELENS)
    return (
        f"movie {own} {movie.title!r} ({movie.year}): the {external_id.provider} id "
        f"{external_id.value!r} was left out: another movie has it"
    )
