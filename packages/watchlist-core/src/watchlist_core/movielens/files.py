"""The files of MovieLens, wherever they lie: in a folder, or in a zip file that nobody unpacks."""

import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from os import SEEK_END
from pathlib import Path
from typing import IO, Final, TextIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from attrs import frozen

from watchlist_core.movielens.refusals import NotMovieLens

__all__ = ["MovieLensFile", "movielens_files"]

_LARGEST: Final = 1 << 30
"""Bytes of a file in a zip file: a hundred times as many as the largest ``movies.csv`` has."""
_LARGEST_DIRECTORY: Final = 1 << 20
"""Bytes in which a zip file names what is in it, all of which is held in memory."""
_SHORTEST_END: Final = 22
_LONGEST_END: Final = _SHORTEST_END + 0xFFFF + 20
"""Bytes of what ends a zip file, with a comment, and with what tells of a larger directory."""
_CHUNK: Final = 1 << 16
_SEVERAL: Final = "there are several of them in the zip file"
_IS_ENCRYPTED: Final = 0x1
_DAMAGED: Final = (BadZipFile, NotImplementedError, EOFError, zlib.error)
_MOVIES: Final = re.compile(r"((?:(?!\.)[^/\\]+/)?)movies\.csv")
"""In the zip file itself, or in one folder."""


@frozen
class MovieLensFile:
    path: Path
    _open: Callable[[], IO[bytes]]

    @contextmanager
    def opened(self) -> Iterator[TextIO]:
        """Open it anew, from its beginning.

        Raises:
            NotMovieLens: It cannot be read, be it only further on.
        """
        # Bytes that are no UTF-8 become lone surrogates, which no title and no number may hold.
        with (
            _refused(self.path),
            TextIOWrapper(
                self._open(), encoding="utf-8-sig", errors="surrogateescape", newline="\n"
            ) as text,
        ):
            yield text


@contextmanager
def _refused(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise NotMovieLens(path, error.strerror or "cannot be read") from error
    except _DAMAGED as error:
        raise NotMovieLens(path, "the zip file is damaged, or only a part of one") from error


def movielens_files(source: Path) -> tuple[MovieLensFile, MovieLensFile]:
    """Return the files of the movies and of the links in a folder or a zip file.

    Raises:
        NotMovieLens: A zip file cannot be read to its end, or does not have them, or more of them
            than anybody would put there. Of a folder nothing is looked at.
    """
    if not source.is_file():
        return _in_folder(source / "movies.csv"), _in_folder(source / "links.csv")
    with _refused(source):
        if not _has_small_directory(source):
            raise NotMovieLens(source, "this is no zip file, or not one of MovieLens")
        with ZipFile(source) as archive:
            found = [_MOVIES.fullmatch(entry.filename) for entry in archive.infolist()]
            folders = {match[1] for match in found if match} or {""}
            folder = min(folders)
            if len(folders) > 1:
                raise NotMovieLens(source / f"{folder}movies.csv", _SEVERAL)
            return (
                _checked(source, archive, f"{folder}movies.csv"),
                _checked(source, archive, f"{folder}links.csv"),
            )


def _in_folder(path: Path) -> MovieLensFile:
    return MovieLensFile(path, lambda: path.open("rb"))


def _checked(source: Path, archive: ZipFile, name: str) -> MovieLensFile:
    """Read a file in the zip file to its end once: what it holds is what was put there."""
    path = source / name
    entries = [entry for entry in archive.infolist() if entry.filename == name]
    if len(entries) != 1:
        raise NotMovieLens(path, _SEVERAL if entries else "it is not in the zip file")
    with _refused(path):
        if reason := _why_not(entries[0]):
            raise NotMovieLens(path, reason)
        with archive.open(entries[0]) as packed:
            while packed.read(_CHUNK):  # the last one compares the checksum
                pass
    return MovieLensFile(path, lambda: _member(source, name))


def _why_not(entry: ZipInfo) -> str | None:
    if entry.flag_bits & _IS_ENCRYPTED:
        return "it is encrypted"
    if entry.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        return "it is packed in a way that is not read"  # and might not be unpacked bit by bit
    if entry.file_size > _LARGEST:  # no more than that is unpacked, whatever there is
        return f"it has more than {_LARGEST:,} bytes"
    return None


def _member(source: Path, name: str) -> IO[bytes]:
    with ZipFile(source) as archive:
        return archive.open(name)  # which keeps the file open for itself


def _has_small_directory(source: Path) -> bool:
    """Look at the end of a zip file, before all that it names is read."""
    with source.open("rb") as file:
        size = file.seek(0, SEEK_END)
        file.seek(max(0, size - _LONGEST_END))
        end = file.read()
    position = end.rfind(b"PK\5\6")
    entry = end[position:]
    if position < 0 or len(entry) < _SHORTEST_END or b"PK\6\7" in end[:position][-20:]:
        return False  # the last would lead to another directory, of any size
    return int.from_bytes(entry[12:16], "little") <= _LARGEST_DIRECTORY
