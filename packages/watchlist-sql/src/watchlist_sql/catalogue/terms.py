"""A search in the words of each database.

A word is asked for as one of several: it may be spelled otherwise, and the last may be half typed.
Whatever is asked for is text, never a piece of the language that it is written in.
"""

from collections.abc import Collection, Sequence
from typing import TypeAlias

from attrs import frozen

__all__ = ["Alternatives", "Terms", "phrase", "tsquery"]


@frozen
class Alternatives:
    """What one word of a search may be in a movie."""

    words: Collection[str]
    beginnings: Collection[str] = ()
    """Words that begin so will do as well."""


Terms: TypeAlias = Sequence[Alternatives]


def phrase(terms: Terms) -> str:
    """Return what FTS5 matches, which has whole words only."""
    return " AND ".join(_one_of(" OR ", [f'"{word}"' for word in one.words]) for one in terms)


def tsquery(terms: Terms) -> str:
    """Return the text of what a tsvector is matched with."""
    return " & ".join(
        _one_of(
            " | ",
            [
                *map(_lexeme, one.words),
                *(f"{_lexeme(beginning)}:*" for beginning in one.beginnings),
            ],
        )
        for one in terms
    )


def _one_of(separator: str, written: Sequence[str]) -> str:
    return f"({separator.join(written)})"


def _lexeme(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
