"""What stands in a title of MovieLens: titles with their articles at the end, and the year."""

import re
from typing import Final

from attrs import frozen

__all__ = ["Titles", "titles_in"]

_YEAR: Final = re.compile(r"([0-9]{4})(?: ?[-–] ?(?:[0-9]{4})?)?")
_ALSO_KNOWN_AS: Final = re.compile(r"(?:^|,? +)(?:aka|a\.k\.a\.?):?(?: +|$)", re.IGNORECASE)
# How it was shown. Whatever else stands in parentheses is taken for a title.
_NO_TITLE: Final = re.compile("TV|V|Video|Short|Director's Cut|Uncut", re.IGNORECASE)
# English, French, Italian, Spanish, Portuguese, German, Dutch, the Scandinavian languages, slang.
_ARTICLES: Final = frozenset(
    (
        *("The", "A", "An", "Le", "La", "Les", "L'", "L’", "Un", "Une", "Il", "Lo", "I", "Gli"),
        *("Una", "Uno", "El", "Los", "Las", "O", "Os", "As", "Um", "Uma", "Der", "Die", "Das"),
        *("Ein", "Eine", "De", "Het", "Den", "Det", "En", "Ett", "Et", "Da"),
    )
)


@frozen
class Titles:
    """The titles of one movie, each with its article in front."""

    title: str
    year: int | None = None
    original: str | None = None
    alternatives: tuple[str, ...] = ()


def titles_in(text: str) -> Titles:
    """Read "Seventh Seal, The (a.k.a. Seal, The) (Sjunde inseglet, Det) (1957)".

    That is "The Seventh Seal" of 1957, alternatively "The Seal", originally "Det Sjunde inseglet".
    What is "also known as" is an alternative title. Of other titles the last is the original one,
    as it stands next to the year; those before it are titles under which the movie was shown.
    """
    title, year, others = " ".join(text.split()), None, list[str]()
    while title.endswith(")"):
        start = _last_parenthesis(title)
        before = title[:start].rstrip()
        # "Frontière(s)" ends with a part of the word, "Birdman or (…)" with a part of the title.
        if not before or title[start - 1] != " " or before.casefold().endswith(" or"):
            break
        inside = title[start + 1 : -1].strip()
        found = _YEAR.fullmatch(inside)
        if found:
            year = year or int(found[1])
        elif inside and not _NO_TITLE.fullmatch(inside):
            others.append(inside)
        title = before
    title = _with_leading_article(title)
    original, alternatives = None, list[str]()
    for other in others:  # from the last to the first
        first, *known_as = _ALSO_KNOWN_AS.split(other)
        alternatives[:0] = map(_with_leading_article, filter(None, known_as))
        if first and original is None:
            original = _with_leading_article(first)
        elif first:
            alternatives.insert(0, _with_leading_article(first))
    return Titles(title, year, original if original != title else None, tuple(alternatives))


def _last_parenthesis(title: str) -> int:
    """Tell where the parenthesis that ends *title* begins, with those inside it; else 0."""
    depth = 0
    for position in range(len(title) - 1, -1, -1):
        depth += (title[position] == ")") - (title[position] == "(")
        if not depth:
            return position
    return 0


def _with_leading_article(title: str) -> str:
    rest, comma, last = title.rpartition(", ")
    if not comma or last not in _ARTICLES:
        return title
    return f"{last}{rest}" if last.endswith(("'", "’")) else f"{last} {rest}"
