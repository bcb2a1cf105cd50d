"""Words that are one mistake away from each other."""

from typing import Final

__all__ = ["FORGIVEN_LENGTH", "deletes_of", "is_one_edit_away"]

FORGIVEN_LENGTH: Final = 5
"""A mistake is forgiven in words of so many letters, or more."""


def is_one_edit_away(word: str, other: str) -> bool:
    """Tell whether a letter is missing, too many or another, or two neighbours are swapped."""
    if not -1 <= len(word) - len(other) <= 1:
        return False
    start = 0
    while word[start : start + 1] == other[start : start + 1] != "":
        start += 1
    rest, others = word[start:], other[start:]
    return rest != others and (
        rest[1:] == others[1:]
        or rest[1:] == others
        or rest == others[1:]
        or (rest[1::-1] == others[:2] and rest[2:] == others[2:])
    )


def deletes_of(word: str) -> frozenset[str]:
    """Return the word, and the word without each of its letters.

    Of two words that are one edit away from each other, one of these is the same.
    """
    return frozenset((word, *(word[:at] + word[at + 1 :] for at in range(len(word)))))
