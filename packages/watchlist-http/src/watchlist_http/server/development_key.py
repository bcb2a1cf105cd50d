"""In development nobody should have to invent a secret, and none should be in a repository."""

import os
from contextlib import suppress
from pathlib import Path
from secrets import token_urlsafe
from tempfile import mkstemp
from typing import Final

from watchlist_http.server.refused import StartRefused
from watchlist_http.server.secret import SecretKeys

__all__ = ["development_keys"]

_FILE: Final = "development-key"


def development_keys(data_folder: Path) -> SecretKeys:
    """Return the key that is kept in *data_folder*, readable by nobody else, made when missing.

    Raises:
        StartRefused: Nothing can be kept there, or what is kept there is no key.
    """
    file = data_folder / _FILE
    try:
        keys = SecretKeys.parse(_kept(file))
    except OSError as error:
        raise StartRefused(f"no key can be kept in {data_folder}: {error.strerror}") from error
    except ValueError:
        keys = SecretKeys()
    if not keys:
        raise StartRefused(f"{file} holds no key; without the file, another is made")
    return keys


def _kept(file: Path) -> str:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        return file.read_text("utf-8")
    # Written aside and put there whole: of several that start at once, all read the same key.
    descriptor, aside = mkstemp(dir=file.parent)
    with open(descriptor, "w", encoding="utf-8") as key:  # noqa: PTH123  no path, a descriptor
        key.write(token_urlsafe(48))
    with suppress(FileExistsError):
        os.link(aside, file)
    Path(aside).unlink()
    return file.read_text("utf-8")
