"""In development nobody should have to invent a secret, and none should be in a repository."""

import os
from contextlib import suppress
from pathlib import Path
from secrets import token_urlsafe
from tempfile import mkstemp
from typing import Final

from watchlist_http.server.secret import SecretKeys

__all__ = ["development_keys"]

_FILE: Final = "development-key"


def development_keys(data_folder: Path) -> SecretKeys:
    """Return the key that is kept in *data_folder*, readable by nobody else, made when missing."""
    file = data_folder / _FILE
    data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        return SecretKeys.parse(file.read_text("utf-8"))
    # Written aside and put there whole: of several that start at once, all read the same key.
    descriptor, aside = mkstemp(dir=data_folder)
    with open(descriptor, "w", encoding="utf-8") as key:  # noqa: PTH123  no path, a descriptor
        key.write(token_urlsafe(48))
    with suppress(FileExistsError):
        os.link(aside, file)
    Path(aside).unlink()
    return SecretKeys.parse(file.read_text("utf-8"))
