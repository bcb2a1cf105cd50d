"""MovieLens in a zip file: read where it lies, and never trusted."""

from collections.abc import Callable, Mapping
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest

from watchlist_core.catalogue import NewMovie
from watchlist_core.movielens import MovieLens, NotMovieLens

MOVIES = "movieId,title,genres\n" + "".join(f"{n},Movie {n} (1999),Drama\n" for n in range(1, 200))
LINKS = "movieId,imdbId,tmdbId\n1,5,6\n"
FILES = {"ml/movies.csv": MOVIES, "ml/links.csv": LINKS}
Zipped = Callable[..., Path]


@pytest.fixture
def zipped(tmp_path: Path) -> Zipped:
    def write(files: Mapping[str, str] = FILES, compression: int = ZIP_DEFLATED) -> Path:
        path = tmp_path / "ml.zip"
        with ZipFile(path, "w", compression) as archive:
            for name, text in files.items():
                archive.writestr(name, text)
        return path

    return write


def refusal(path: Path) -> tuple[str, str]:
    with pytest.raises(NotMovieLens) as refused:
        list(MovieLens.open(path))
    return str(refused.value.file.relative_to(path.parent)), refused.value.reason


@pytest.mark.parametrize("compression", [ZIP_STORED, ZIP_DEFLATED])
@pytest.mark.parametrize("folder", ["", "ml/"])
def test_the_movies_of_a_zip_file_are_read_as_often_as_wanted(
    zipped: Zipped, folder: str, compression: int
) -> None:
    files = {
        f"{folder}{name}": text for name, text in [("movies.csv", MOVIES), ("links.csv", LINKS)]
    }
    path = zipped({"other/README.txt": "hello", **files}, compression)

    movies = MovieLens.open(path)

    first, second = list(movies), list(movies)
    assert first == second
    assert movies.row_count() == len(first) == 199
    assert isinstance(first[0], NewMovie)
    assert {one.value for one in first[0].external_ids} == {"1", "tt0000005", "6"}


def test_nothing_is_unpacked(zipped: Zipped, tmp_path: Path) -> None:
    path = zipped(FILES | {"../escaped.txt": "x", "/escaped.txt": "x", "ml/../../escaped.txt": "x"})

    assert len(list(MovieLens.open(path))) == 199

    assert [found.name for found in tmp_path.rglob("*")] == ["ml.zip"]


@pytest.mark.parametrize(
    ("files", "file", "reason"),
    [
        ({}, "ml.zip/movies.csv", "it is not in the zip file"),
        ({"ml/movies.csv": MOVIES}, "ml.zip/ml/links.csv", "it is not in the zip file"),
        (
            {"ml/movies.csv": MOVIES, "links.csv": LINKS},
            "ml.zip/ml/links.csv",
            "it is not in the zip file",
        ),
        ({"a/b/movies.csv": MOVIES}, "ml.zip/movies.csv", "it is not in the zip file"),
        ({"../movies.csv": MOVIES}, "ml.zip/movies.csv", "it is not in the zip file"),
        (
            FILES | {"a/movies.csv": MOVIES},
            "ml.zip/a/movies.csv",
            "there are several of them in the zip file",
        ),
        (FILES | {"ml/movies.csv": "a,b\n"}, "ml.zip/ml/movies.csv", "there is no column movieId"),
    ],
)
def test_a_zip_file_of_something_else_is_one_clear_error(
    zipped: Zipped, files: Mapping[str, str], file: str, reason: str
) -> None:
    assert refusal(zipped(files)) == (file, reason)


def test_a_file_that_stands_twice_in_a_zip_file_is_refused(zipped: Zipped) -> None:
    path = zipped()
    with pytest.warns(UserWarning, match="Duplicate name"), ZipFile(path, "a") as archive:
        archive.writestr("ml/movies.csv", MOVIES)

    assert refusal(path) == ("ml.zip/ml/movies.csv", "there are several of them in the zip file")


def test_a_file_that_would_fill_the_disk_is_refused_before_it_is_read(zipped: Zipped) -> None:
    path = zipped()
    _altered(path, LINKS.encode(), at=24, value=(1 << 30) + 1)

    assert refusal(path) == ("ml.zip/ml/links.csv", "it has more than 1,073,741,824 bytes")


def test_no_more_is_unpacked_than_a_zip_file_says(zipped: Zipped) -> None:
    path = zipped()
    _altered(path, LINKS.encode(), at=24, value=10)

    assert refusal(path) == (
        "ml.zip/ml/links.csv",
        "the zip file is damaged, or only a part of one",
    )


def _altered(path: Path, text: bytes, *, at: int, value: int) -> None:
    """Write another number into what the zip file says of its last file."""
    content = bytearray(path.read_bytes())
    entry = content.rindex(b"PK\1\2") + at
    assert int.from_bytes(content[entry : entry + 4], "little") == len(text)
    content[entry : entry + 4] = value.to_bytes(4, "little")
    path.write_bytes(content)


def test_an_encrypted_file_is_refused(zipped: Zipped) -> None:
    path = zipped()
    content = bytearray(path.read_bytes())
    content[content.rindex(b"PK\1\2") + 8] |= 1
    path.write_bytes(content)

    assert refusal(path) == ("ml.zip/ml/links.csv", "it is encrypted")


def test_what_cannot_be_unpacked_bit_by_bit_is_refused(zipped: Zipped) -> None:
    assert refusal(zipped(compression=ZIP_BZIP2)) == (
        "ml.zip/ml/movies.csv",
        "it is packed in a way that is not read",
    )


def test_a_zip_file_of_very_many_files_is_refused_before_their_names_are_read(
    zipped: Zipped,
) -> None:
    path = zipped(FILES | {f"{number:0>60}": "" for number in range(11_000)}, ZIP_STORED)

    assert refusal(path) == ("ml.zip", "this is no zip file, or not one of MovieLens")


def test_half_a_zip_file_is_refused(zipped: Zipped) -> None:
    path = zipped()
    path.write_bytes(path.read_bytes()[:-200])

    assert refusal(path) == ("ml.zip", "this is no zip file, or not one of MovieLens")


def test_a_zip_file_that_was_changed_on_its_way_is_refused(zipped: Zipped) -> None:
    path = zipped(compression=ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"Movie 77 ", b"Movie 78 ", 1))

    assert refusal(path) == (
        "ml.zip/ml/movies.csv",
        "the zip file is damaged, or only a part of one",
    )


@pytest.mark.parametrize("content", [b"", MOVIES.encode(), b"PK\5\6", b"\x89PNG\r\n"])
def test_another_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "ml.zip"
    path.write_bytes(content)

    assert refusal(path) == ("ml.zip", "this is no zip file, or not one of MovieLens")
