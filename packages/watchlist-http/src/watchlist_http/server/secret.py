"""Texts that must not be seen in logs, tracebacks and on screens."""

import re
from pathlib import Path
from typing import Final, Self
from urllib.parse import unquote

from typing_extensions import override

from watchlist_core.keys import SHORTEST_SECRET

__all__ = ["DatabaseUrl", "Secret", "SecretKeys"]

_MASK: Final = "***"
_EMBEDDED: Final = "sqlite:///"


class Secret:
    """A text that shows itself only to who asks for it by `reveal`."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    @override
    def __str__(self) -> str:
        return _MASK

    @override
    def __repr__(self) -> str:
        return repr(str(self))

    @override
    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other._text == self._text

    @override
    def __hash__(self) -> int:
        return hash(self._text)


class SecretKeys(tuple[Secret, ...]):
    """The first signs, all are accepted, so that one can follow another."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read keys between commas or blanks.

        Raises:
            ValueError: One is too short to keep anybody out.
        """
        keys = text.replace(",", " ").split()
        if any(len(key.encode()) < SHORTEST_SECRET for key in keys):
            raise ValueError(f"each key must have at least {SHORTEST_SECRET} bytes")
        return cls(Secret(key) for key in keys)

    def reveal(self) -> list[bytes]:
        return [key.reveal().encode() for key in self]


class DatabaseUrl(Secret):
    """Where the database is; all of it may be seen but the password.

    Raises:
        ValueError: It is of a database that is not known here, or of SQLite without a file.
    """

    __slots__ = ()

    def __init__(self, text: str) -> None:
        if not text.startswith((_EMBEDDED, "postgresql://", "postgres://")):
            raise ValueError("must start with sqlite:/// or postgresql://")
        place = text.removeprefix(_EMBEDDED)
        if place != text and (place in {"", ":memory:"} or "?" in place):
            raise ValueError(f"must name a file and nothing else, as {_EMBEDDED}watchlist.db does")
        super().__init__(text)

    @classmethod
    def of_file(cls, file: Path) -> Self:
        # Only what would mean something else in a URL: people read it, too.
        return cls(_EMBEDDED + str(file).replace("%", "%25").replace("?", "%3F"))

    @property
    def is_embedded(self) -> bool:
        """Whether it is a file of ours and no server of somebody's."""
        return self._text.startswith(_EMBEDDED)

    @property
    def file(self) -> Path:
        """Where an embedded one is."""
        return Path(unquote(self._text.removeprefix(_EMBEDDED)))

    @override
    def __str__(self) -> str:
        if self.is_embedded:
            return self._text
        scheme, _, rest = self._text.partition("://")
        authority = re.split("[/?#]", rest, maxsplit=1)[0]
        beyond = rest[len(authority) :]
        if "@" in beyond:
            # Of a password whose signs were not escaped, nobody knows where it ends.
            return f"{scheme}://{_MASK}"
        credentials, at, place = authority.rpartition("@")
        user, colon, _ = credentials.partition(":")
        # The query goes too: drivers take a password from there as well.
        path = re.split("[?#]", beyond, maxsplit=1)[0]
        return f"{scheme}://{user}{colon and ':' + _MASK}{at}{place}{path}"
