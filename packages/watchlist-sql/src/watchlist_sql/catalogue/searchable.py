"""What a search knows a movie by, as it stands in the tables for it."""

from collections.abc import Iterable, Sequence
from typing import Final, Self

from attrs import frozen

from watchlist_core.catalogue import bare_name, words_of

__all__ = ["IN_A_NAME", "NAME_LENGTH", "Searchable"]

NAME_LENGTH: Final = 100
"""So many letters of a name are kept to look it up by; it is ranked by all of them."""
IN_A_NAME: Final = "·"
"""Stands before a word that a bare name has: no word begins so."""


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
            "words": f" {' '.join(self.terms())} ",
        }

    def terms(self) -> Sequence[str]:
        """Return by what it is looked up: its words, and then those of its names as such."""
        in_names = dict.fromkeys(word for name in self.names for word in name.split())
        return [*self.words, *(f"{IN_A_NAME}{word}" for word in in_names)]

    def beginnings(self) -> Iterable[str]:
        """Return what stands in `movie_names`."""
        return dict.fromkeys(name[:NAME_LENGTH] for name in self.names if name)
