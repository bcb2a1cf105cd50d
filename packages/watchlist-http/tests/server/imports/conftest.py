"""Something to import, and the command that imports it."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from zipfile import ZipFile

import pytest
from click.testing import CliRunner, Result
from typing_extensions import override

from tests.servers.imports import Folder, Run
from watchlist_http.server.cli.program import program


@pytest.fixture
def environ(migrated_url: str, tmp_path: Path) -> Mapping[str, str]:
    return {"WATCHLIST_DATABASE_URL": migrated_url, "WATCHLIST_DATA_FOLDER": str(tmp_path / "kept")}


@pytest.fixture
def watchlist(environ: Mapping[str, str]) -> Run:
    def run(*arguments: object) -> Result:
        return CliRunner(env=environ).invoke(program, [str(each) for each in arguments])

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Write a MovieLens folder of so many movies, with *others* among them."""

    def write(count: int, others: Sequence[str] = (), links: Sequence[str] = ()) -> Path:
        path = tmp_path / "movielens"
        path.mkdir()
        movies = [f"{n},Movie {n} ({1900 + n % 100}),Drama|Comedy" for n in range(1, count + 1)]
        linked = [f"{n},{n:07},{n}" for n in range(1, count + 1)]
        for name, lines in (
            ("movies.csv", ["movieId,title,genres", *movies, *others]),
            ("links.csv", ["movieId,imdbId,tmdbId", *linked, *links]),
        ):
            (path / name).write_text("\n".join([*lines, ""]), encoding="utf-8")
        return path

    return write


@pytest.fixture
def zipped(folder: Folder, tmp_path: Path) -> Folder:
    """Write such a folder into a zip file."""

    def write(*rows: Any) -> Path:
        source, path = folder(*rows), tmp_path / "ml.zip"
        with ZipFile(path, "w") as archive:
            for file in source.iterdir():
                archive.write(file, f"ml-small/{file.name}")
        return path

    return write


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Serve the temporary folder, and tell by which URL."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    handler = partial(SilentFiles, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


class SilentFiles(SimpleHTTPRequestHandler):
    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""
