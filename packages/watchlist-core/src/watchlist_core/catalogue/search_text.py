"""What somebody searches for."""

from collections.abc import Collection
from typing import Final, Self

from attrs import field, frozen
from attrs.validators import max_len, min_len

from watchlist_core.catalogue.typos import FORGIVEN_LENGTH, is_one_edit_away
from watchlist_core.catalogue.words import bare_words, is_written_apart, words_of

__all__ = ["MOST_WORDS", "SHORT_LENGTH", "SearchText"]

MOST_WORDS: Final = 12
"""Words after these are not looked at."""
SHORT_LENGTH: Final = 2
"""A search for one word of so many letters, or fewer, is short."""


@frozen
class SearchText:
    """The words that a movie should have, the last of which may be half typed.

    A *short* one is a single word of one or two letters, of which there are too many: it matches
    those movies of which a bare name begins with it. Any other matches the movies that have each
    of its words, in whichever name or in the description; of the last the beginning suffices,
    unless it is of a script without blanks.
    """

    words: tuple[str, ...] = field(validator=[min_len(1), max_len(MOST_WORDS)])
    bare: str = field(init=False)
    """As `bare_name` makes it of a name."""
    bare_words: tuple[str, ...] = field(init=False)
    is_prefix: bool = field(init=False)
    """Whether a word that begins with the last one is as good as that."""
    is_short: bool = field(init=False)
    parts: tuple[str, ...] = field(init=False)
    """Its bare words, each between blanks, the last as far as it must be found."""
    row: str = field(init=False)
    """All of them in their order."""

    def __attrs_post_init__(self) -> None:
        bare = bare_words(self.words)
        is_prefix = is_written_apart(self.words[-1])
        end = "" if is_prefix else " "
        for name, value in {
            "bare": " ".join(bare),
            "bare_words": tuple(bare),
            "is_prefix": is_prefix,
            "is_short": is_prefix and len(self.words) == 1 and len(bare[0]) <= SHORT_LENGTH,
            "parts": (*(f" {word} " for word in bare[:-1]), f" {bare[-1]}{end}"),
            "row": f" {' '.join(bare)}{end}",
        }.items():
            object.__setattr__(self, name, value)  # it is being made

    @classmethod
    def of(cls, text: str) -> Self | None:
        """Return what is searched for by that text; None where it has no words."""
        words = words_of(text)[:MOST_WORDS]
        return cls(words) if words else None

    def is_in(self, words: Collection[str]) -> bool:
        """Tell whether a movie with these words matches one that is not short."""
        return all(self._has(words, number) for number in range(len(self.words)))

    def spelled_as(self, words: Collection[str]) -> Self | None:
        """Return what matches a movie with these words when mistakes are forgiven, if anything.

        Each word of `FORGIVEN_LENGTH` that the movie does not have is the first of the movie's
        words, in their order, that is one edit away from it.
        """
        spelled: list[str] = []
        for number, word in enumerate(self.words):
            if self._has(words, number):
                spelled.append(word)
            elif len(word) < FORGIVEN_LENGTH:
                return None
            else:
                alike = next((other for other in words if is_one_edit_away(word, other)), None)
                if alike is None:
                    return None
                spelled.append(alike)
        return type(self)(tuple(spelled))

    def _has(self, words: Collection[str], number: int) -> bool:
        word = self.words[number]
        if word in words:
            return True
        is_last = number == len(self.words) - 1
        return is_last and self.is_prefix and any(other.startswith(word) for other in words)
