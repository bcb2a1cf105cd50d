"""The import of MovieLens, beside inserting the same rows by ``sqlite3`` itself.

``python -m benchmarks.imports`` measures it by itself, on the folder that ``--folder`` names or on
one of that size that is made up.
"""

import argparse
import asyncio
import csv
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

from attrs import frozen

from benchmarks.dataset import SMALL, MadeMovie, made
from benchmarks.figures import Figure
from watchlist_core.ids import Uuid7
from watchlist_core.movielens import MOVIELENS, MovieLens
from watchlist_core.work import now
from watchlist_http.server.importing import MovieImport
from watchlist_sql.database import open_database
from watchlist_sql.schema import migrate
from watchlist_sql.unit_of_work import unit_of_work

__all__ = ["MILLION", "import_memory", "import_rate", "made_movielens"]

MILLION: Final = 1_000_000
BATCH: Final = 1_000
"""Movies to a transaction of the baseline."""
MEGABYTES_WANTED: Final = 250
_PRAGMAS: Final = (  # those of the server
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "temp_store = MEMORY",
    "cache_size = -12288",
)


def import_rate(source: Path, pairs: int) -> Figure:
    """Import *source* into an empty database, and its rows once more, in turn.

    The rows are read and made before: what is measured of the baseline is `executemany` into the
    same tables, with their constraints, indexes and triggers. Both end with all of it on the disk.
    """
    ours, raw = [], []
    with TemporaryDirectory(prefix="watchlist-bench-") as folder:
        for number in range(pairs + 1):
            imported, copied = (Path(folder) / f"{name}{number}.db" for name in ("ours", "raw"))
            ours.append(asyncio.run(_imported(source, imported)))
            raw.append(_inserted(_rows_of(imported), asyncio.run(_empty(copied))))
    return Figure(
        name="import of MovieLens against raw inserts",
        database="sqlite",
        unit="movies a second",
        ours=ours[1:],  # the first pair only warms up
        other=raw[1:],
        target=1 / 3,
    )


def import_memory(source: Path) -> Figure:
    """Import *source* by the command, and tell the most memory that its process ever had."""
    with TemporaryDirectory(prefix="watchlist-bench-") as folder:
        environment = {"WATCHLIST_DATA_FOLDER": folder, "WATCHLIST_ENVIRONMENT": "development"}
        start = perf_counter()
        process = subprocess.Popen(  # noqa: S603  our own command
            [sys.executable, "-m", "watchlist_http.server", "import", "movielens", str(source)],
            env=os.environ | environment,
            stdout=subprocess.DEVNULL,
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"the import ended with {process.returncode}")
    rows = MovieLens.open(source).row_count()
    return Figure(
        name="memory of an import",
        database="sqlite",
        unit="MB resident at most",
        ours=[used.ru_maxrss * 1024 / 1e6],
        other=[MEGABYTES_WANTED],
        target=1,
        is_limit=True,
        remark=f"{rows:,} movies in {perf_counter() - start:.0f} s",
    )


async def _imported(source: Path, file: Path) -> float:
    """Return how many movies a second were added."""
    await _empty(file)
    movies = MovieLens.open(source)
    count = 0
    start = perf_counter()
    database = await open_database(f"sqlite:///{file}", syncs_works=False)
    take = MovieImport(unit_of_work(database), now, Uuid7(), MOVIELENS)
    async for batch in take(movies):
        count += batch.added
    await database.close()
    return count / (perf_counter() - start)


async def _empty(file: Path) -> Path:
    database = await open_database(f"sqlite:///{file}")
    await migrate(database)
    await database.close()
    return file


@frozen
class _Rows:
    """Of one table, by the movie that they belong to: those of none come before the first."""

    statement: str
    of_movies: Mapping[int, Sequence[tuple[object, ...]]]


def _rows_of(file: Path) -> list[_Rows]:
    with closing(sqlite3.connect(file)) as connection:
        tables = connection.execute(
            """
            SELECT name FROM pragma_table_list
            WHERE type = 'table' AND strict AND name NOT IN ('catalogue', 'outbox', 'jobs')
            """
        )
        return [rows for (table,) in tables.fetchall() if (rows := _read(connection, table))]


def _read(connection: sqlite3.Connection, table: str) -> _Rows | None:
    columns = [
        name
        for name, is_computed in connection.execute(
            "SELECT name, hidden FROM pragma_table_xinfo(?)", [table]
        )
        if not is_computed
    ]
    names, marks = ", ".join(columns), ", ".join("?" * len(columns))
    key = "key" if table == "movies" else "movie_key"
    place = columns.index(key) if key in columns else None
    of_movies: dict[int, list[tuple[object, ...]]] = {}
    for row in connection.execute(f"SELECT {names} FROM {table}"):  # noqa: S608  names of ours
        of_movies.setdefault(0 if place is None else row[place], []).append(row)
    if not of_movies:
        return None
    return _Rows(f"INSERT INTO {table} ({names}) VALUES ({marks})", of_movies)  # noqa: S608


def _inserted(tables: Sequence[_Rows], file: Path) -> float:
    """Return how many movies a second were inserted."""
    movies = sorted({key for table in tables for key in table.of_movies} - {0})
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        start = perf_counter()
        for keys in ([0], *(movies[at : at + BATCH] for at in range(0, len(movies), BATCH))):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("PRAGMA defer_foreign_keys = ON")
            for table in tables:
                rows = [row for key in keys for row in table.of_movies.get(key, ())]
                connection.executemany(table.statement, rows)
            connection.execute("COMMIT")
        return len(movies) / (perf_counter() - start)


@contextmanager
def made_movielens(count: int) -> Iterator[Path]:
    """Give a made-up folder of so many movies in the form of MovieLens."""
    with TemporaryDirectory(prefix="watchlist-bench-") as folder:
        path = Path(folder)
        with (
            (path / "movies.csv").open("w", encoding="utf-8", newline="") as movies,
            (path / "links.csv").open("w", encoding="utf-8", newline="") as links,
        ):
            write_movie, write_link = csv.writer(movies).writerow, csv.writer(links).writerow
            write_movie(["movieId", "title", "genres"])
            write_link(["movieId", "imdbId", "tmdbId"])
            dataset = made(count)
            names = [name for _, name in dataset.genres]
            for number, movie in enumerate(dataset.movies, start=1):
                genres = "|".join(names[genre] for genre in movie.genres)
                write_movie([number, _title(movie), genres])
                write_link([number, f"{number:07}", number])
        yield path


def _title(movie: MadeMovie) -> str:
    title = movie.title
    if title.startswith("The "):
        title = f"{title.removeprefix('The ')}, The"
    return f"{title} ({movie.year})" if movie.year else title


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--million", action="store_true", help="measure the memory instead")
    given = parser.parse_args()
    if given.million:
        with made_movielens(MILLION) as folder:
            print(import_memory(folder).text())  # noqa: T201
    elif given.folder:
        print(import_rate(given.folder, given.pairs).text())  # noqa: T201
    else:
        with made_movielens(SMALL) as folder:
            print(import_rate(folder, given.pairs).text())  # noqa: T201


if __name__ == "__main__":
    main()
