"""A search in the words of each database.

A word is asked for as one of several: it may be spelled otherwise, and the last may be half typed.
Whatever is asked for is text, never a piece of the language that it is written in.
"""

from collections.abc import Collection, Sequence
from typing import Self, TypeAlias

from attrs import frozen

from watchlist_sql.catalogue.searchable import IN_A_NAME

__all__ = ["Alternatives", "Terms", "but_not", "terms_of"]


@frozen
class Alternatives:
    """What one word of a search may be in a movie."""

    words: Collection[str]
    beginnings: Collection[str] = ()
    """Words that begin so will do as well."""

    def in_a_name(self) -> Self:
        """Return what a bare name has of them."""
        words, beginnings = (
            [f"{IN_A_NAME}{word}" for word in some] for some in (self.words, self.beginnings)
        )
        return type(self)(words, beginnings)


Terms: TypeAlias = Sequence[Alternatives]


def terms_of(dialect: str, terms: Terms) -> str:
    """Return the text that the database is asked with."""
    return _tsquery(terms) if dialect == "postgresql" else _phrase(terms)


def but_not(dialect: str, terms: str, others: str) -> str:
    """Return a text that asks for what has *terms*, and not also the *others*."""
    return f"({terms}) & !({others})" if dialect == "postgresql" else f"({terms}) NOT ({others})"


def _phrase(terms: Terms) -> str:
    """Return what FTS5 matches, which has whole words only."""
    return " AND ".join(_one_of(" OR ", [f'"{word}"' for word in one.words]) for one in terms)


def _tsquery(terms: Terms) -> str:
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
