"""``watchlist import``: catalogues from elsewhere."""

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Final, TextIO

import click
from attrs import define, field

from watchlist_core.catalogue import ExternalId, NewMovie
from watchlist_core.errors import WatchlistError
from watchlist_core.ids import Uuid7
from watchlist_core.movielens import MOVIELENS, MovieLens, NotMovieLens
from watchlist_core.work import now
from watchlist_http.server.cli.progress import progress
from watchlist_http.server.cli.settings import settings_file, settings_or_refusal
from watchlist_http.server.importing import BatchSize, ImportedBatch, MovieImport
from watchlist_http.server.loop import run
from watchlist_http.server.settings import Settings

__all__ = ["command", "troubles_told"]

_SHOWN: Final = 20
"""Lines of the report that are shown where no file takes them all."""
_KEPT: Final = "What was imported so far is kept; the same command continues."
_INTERRUPTED: Final = 130  # as shells say of a program that was ended by Ctrl-C


@click.group("import")
def command() -> None:
    """Take movies from elsewhere into the catalogue."""


@command.command("movielens")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file that gets a line for everything that could not be taken.",
)
@settings_file
def movielens(folder: Path, report: Path | None, file: Path | None) -> None:
    """Import the movies of a MovieLens FOLDER, each of them once.

    It may be run again at any time, also after it was interrupted: movies that are there already
    are left as they are. The server goes on answering meanwhile.
    """
    settings = settings_or_refusal(file)
    with troubles_told(folder):
        movies = MovieLens.open(folder)
        with _opened(report) as lines:
            run(_import(movies, settings, _Outcome(lines)))


@contextmanager
def troubles_told(folder: Path) -> Iterator[None]:
    """End the program with one line for a person, whatever kept the import from going on."""
    try:
        yield
    except NotMovieLens as error:
        raise click.ClickException(
            f"{folder} is not a folder of MovieLens: {error.file}: {error.reason}"
        ) from error
    except WatchlistError as error:
        raise click.ClickException(f"{type(error).__doc__} {_KEPT}") from error
    except KeyboardInterrupt:
        click.echo(f"Interrupted. {_KEPT}")
        sys.exit(_INTERRUPTED)


@contextmanager
def _opened(report: Path | None) -> Iterator[TextIO | None]:
    if report is None:
        yield None
        return
    try:
        lines = report.open("w", encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{report} cannot be written: {error.strerror}") from error
    with lines:
        yield lines


async def _import(movies: MovieLens, settings: Settings, outcome: "_Outcome") -> None:
    # Nobody who only asks for help should wait for SQLAlchemy.
    from watchlist_http.server.opening import opened_database  # noqa: PLC0415
    from watchlist_sql.unit_of_work import unit_of_work  # noqa: PLC0415

    async with opened_database(settings, syncs_works=False) as database:
        take = MovieImport(unit_of_work(database), now, Uuid7(), MOVIELENS)
        if database.dialect == "postgresql":  # its writers do not wait for each other
            take.rest, take.size = 0.0, BatchSize(seconds=0.250)
        try:
            with progress(movies.row_count(), "Importing", sys.stderr) as shown:
                async for batch in take(movies):
                    outcome.count(batch)
                    shown.advance(batch.rows)
            outcome.is_complete = True
        finally:
            outcome.longest_work = take.held.longest
            click.echo("\n".join(outcome.summary()))


@define
class _Outcome:
    """What an import came to. It counts, and keeps no more lines than it shows."""

    _report: TextIO | None
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
        if self._report:
            print(line, file=self._report)
        elif len(self._shown) < _SHOWN:
            self._shown.append(line)

    def summary(self) -> Iterator[str]:
        """Tell it to a person, line by line."""
        yield from self._shown
        told = self.dropped + self.refused.total()
        if not self._report and told > len(self._shown):
            yield f"… and {told - len(self._shown):,} more: --report FILE takes them all."
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
        if self.is_complete:
            yield (
                "The import is complete; what was refused is not in the catalogue."
                if self.refused
                else "The import is complete."
            )


def _dropped(movie: NewMovie, external_id: ExternalId) -> str:
    own = next(i.value for i in movie.external_ids if i.provider == MOVIELENS)
    return (
        f"movie {own} {movie.title!r} ({movie.year}): the {external_id.provider} id "
        f"{external_id.value!r} was left out: another movie has it"
    )
