"""What a search knows a movie by, as it stands in the tables for it."""

from collections.abc import Iterable, Sequence
from typing import Final, Self

from attrs import frozen

from watchlist_core.catalogue import bare_name, words_of

__all__ = ["NAME_LENGTH", "Searchable"]

NAME_LENGTH: Final = 100
"""So many letters of a name are kept to look it up by; it is ranked by all of them."""


@frozen
class Searchable:
    """What a search knows a movie by."""

    names: tuple[str, ...]
    """Each bare name once."""
    words: tuple[str, ...]
    """Each word once, in the order of the names and the description."""

    @classmethod
    def of(cls, names: Sequence[str], description: str) -> Self:
        words = (word for text in (*names, description) for word in words_of(text))
        return cls(tuple(dict.fromkeys(map(bare_name, names))), tuple(dict.fromkeys(words)))

    def row(self) -> dict[str, str]:
        """Return what stands in `movie_words`."""
        return {
            "names": "".join(f"\n{name}" for name in self.names),
            "words": f" {' '.join(self.words)} ",
        }

    def beginnings(self) -> Iterable[str]:
        """Return what stands in `movie_names`."""
        return dict.fromkeys(name[:NAME_LENGTH] for name in self.names if name)
