"""A folder, a zip file or the URL of one is imported; anything else is one clear error."""

import asyncio
import tempfile
from pathlib import Path

import pytest

from tests.servers.imports import Folder, Run, movie_count


def test_a_zip_file_is_taken_as_it_lies(
    watchlist: Run, zipped: Folder, migrated_url: str, tmp_path: Path
) -> None:
    path = zipped(30)

    result = watchlist("import", "movielens", path)

    assert result.exit_code == 0, result.output
    assert "30 movies added" in result.stdout
    assert asyncio.run(movie_count(migrated_url)) == 30
    assert not list(tmp_path.glob("**/ml/*"))


def test_another_file_is_one_clear_error(watchlist: Run, tmp_path: Path) -> None:
    path = tmp_path / "ml.zip"
    path.write_bytes(b"movieId,title,genres\n")

    result = watchlist("import", "movielens", path)

    assert result.exit_code == 1
    assert result.stderr == (
        f"Error: {path} is not MovieLens: this is no zip file, or not one of MovieLens\n"
    )


def test_a_url_is_fetched_and_nothing_is_left_of_it(
    watchlist: Run,
    *,
    zipped: Folder,
    served: str,
    migrated_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    zipped(30, ["x,No Number,Drama"])
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))

    result = watchlist("import", "movielens", f"{served}/ml.zip")

    assert result.exit_code == 0, result.output
    assert "30 movies added" in result.stdout
    assert asyncio.run(movie_count(migrated_url)) == 30
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("ml.zip", "the file was not fetched: the answer is 404 File not found"),
        (
            "other.zip",
            "{url} is not MovieLens: this is no zip file, or not one of MovieLens",
        ),
    ],
)
def test_a_url_of_something_else_is_one_clear_error(
    watchlist: Run, served: str, tmp_path: Path, name: str, told: str
) -> None:
    (tmp_path / "other.zip").write_bytes(b"<html>Sign in, please</html>")
    url = f"{served}/{name}"

    result = watchlist("import", "movielens", url)

    assert result.exit_code == 1
    assert result.stderr == f"Error: {told.format(url=url)}\n"
    assert not (tmp_path / "kept").exists()
