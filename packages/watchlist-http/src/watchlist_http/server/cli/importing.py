"""``watchlist import``: catalogues from elsewhere."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import click

from watchlist_core.errors import WatchlistError
from watchlist_core.ids import Uuid7
from watchlist_core.movielens import MOVIELENS, MovieLens, NotMovieLens
from watchlist_core.work import now
from watchlist_http.server.cli.import_outcome import ImportOutcome, ImportReport
from watchlist_http.server.cli.progress import MEGABYTES, progress
from watchlist_http.server.cli.settings import settings_file, settings_or_refusal
from watchlist_http.server.importing import BatchSize, MovieImport
from watchlist_http.server.loop import run
from watchlist_http.server.settings import Settings

__all__ = ["command", "troubles_told"]

_KEPT: Final = "What was imported so far is kept; the same command continues."
_INTERRUPTED: Final = 130  # as shells say of a program that was ended by Ctrl-C


@click.group("import")
def command() -> None:
    """Take movies from elsewhere into the catalogue."""


@command.command("movielens")
@click.argument("source", metavar="PATH-OR-URL")
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file that gets a line for everything that could not be taken. Without it, one in the "
    "data folder does, if there is anything to tell.",
)
@settings_file
def movielens(source: str, report: Path | None, file: Path | None) -> None:
    """Import the movies of MovieLens, each of them once.

    PATH-OR-URL is a folder, a zip file, or an http(s) URL of a zip file. The import may be run
    again at any time, also after it was interrupted: movies that are there already are left as
    they are. The server goes on answering meanwhile.
    """
    settings = settings_or_refusal(file)
    with _at_hand(source) as path, troubles_told(source, path):
        movies = MovieLens.open(path)
        with _opened(report, settings) as lines:
            run(_import(movies, settings, ImportOutcome(lines)))


@contextmanager
def _at_hand(source: str) -> Iterator[Path]:
    """Give the path of the source; what lies elsewhere is fetched, and removed in the end."""
    if not source.lower().startswith(("http://", "https://")):
        yield Path(source)
        return
    with TemporaryDirectory(prefix="watchlist-import-") as folder:
        path = Path(folder) / "movielens.zip"
        run(_download(source, path))
        yield path


async def _download(url: str, path: Path) -> None:
    # Nobody who only asks for help should wait for an HTTP client.
    from watchlist_http.server.downloading import DownloadRefused, fetched  # noqa: PLC0415

    try:
        with path.open("wb") as file:
            async with fetched(url) as download:
                with progress(download.size, "Downloading", sys.stderr, MEGABYTES) as shown:
                    async for chunk in download.chunks():
                        file.write(chunk)
                        shown.advance(len(chunk))
    except DownloadRefused as refused:
        raise click.ClickException(f"the file was not fetched: {refused}") from refused
    except OSError as error:
        raise click.ClickException(f"the file cannot be kept: {error.strerror}") from error


@contextmanager
def troubles_told(source: str, path: Path) -> Iterator[None]:
    """End the program with one line for a person, whatever kept the import from going on."""
    try:
        yield
    except NotMovieLens as error:
        inside = [] if error.file == path else [error.file.relative_to(path).as_posix()]
        told = ": ".join([f"{source} is not MovieLens", *inside, error.reason])
        raise click.ClickException(told) from error
    except WatchlistError as error:
        raise click.ClickException(f"{type(error).__doc__} {_KEPT}") from error
    except KeyboardInterrupt:
        click.echo(f"Interrupted. {_KEPT}")
        sys.exit(_INTERRUPTED)


@contextmanager
def _opened(report: Path | None, settings: Settings) -> Iterator[ImportReport]:
    name = f"import-movielens-{now():%Y%m%dT%H%M%SZ}.txt"
    with ImportReport(report or settings.data_folder / "reports" / name) as lines:
        if report:  # who asks for a file shall not learn at the end that there is none
            try:
                lines.make()
            except OSError as error:
                raise click.ClickException(
                    f"{report} cannot be written: {error.strerror}"
                ) from error
        yield lines


async def _import(movies: MovieLens, settings: Settings, outcome: ImportOutcome) -> None:
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
