"""Which of the movies that match a search come first."""

from collections.abc import Iterable
from operator import itemgetter
from typing import Final, TypeAlias, TypeVar, cast

from watchlist_core.catalogue.search_text import SearchText
from watchlist_core.paging import ForeignPosition, Page, PageNumber, Position, Total, Window

__all__ = [
    "FEW",
    "RANKED",
    "SUGGESTIONS",
    "Rank",
    "in_a_row",
    "is_in_one_name",
    "rank",
    "ranked_page",
]

FEW: Final = 3
"""Where fewer movies match, those are added that match when mistakes are forgiven."""
RANKED: Final = 1_000
"""So many of the movies that match are ranked, and shown, at most."""
SUGGESTIONS: Final = 10
"""So many are made at most."""

Rank: TypeAlias = tuple[int, int, int, int, int, int, str, str]
"""What hits are sorted by, the smaller the better; it is the position of a page."""

Item = TypeVar("Item")

_place: Final = itemgetter(0)

_SAME: Final = 0, 0
_IN_ANOTHER_ORDER: Final = 1, 0
_BEGINNING: Final = 2
_IN_A_ROW: Final = 3
_SCATTERED: Final = 4
_NOT_IN_ONE: Final = 5, 0
_KINDS: Final = (*(int,) * 6, str, str)


def rank(
    text: SearchText,
    names: str,
    *,
    rating_count: int,
    year: int | None,
    title: str,
    id_: str,
    forgiven: int = 0,
) -> Rank:
    """Return how good a hit the movie with these *names* is, each a line, as `bare_name` makes it.

    *title* is folded. Of a text as the movie spells it, *forgiven* tells how many words were
    others. It depends on how few these are, then how close one name is, then how often the movie
    was rated, where twice as often are two steps, then how few other words that name has, and
    last on what tells any two movies apart.
    """
    closeness, others = _NOT_IN_ONE
    for word in text.bare_words:
        if word not in names:  # as most hits are: it stands in their descriptions
            break
    else:
        closeness, others = min([_nearness(text, name) for name in names.split("\n")])
    return (
        forgiven,
        closeness,
        -(rating_count * rating_count).bit_length(),
        others,
        -rating_count,
        -(year or 0),
        title,
        id_,
    )


def is_in_one_name(place: Rank) -> bool:
    """Tell whether one name has all words of the text: any such hit comes before all others."""
    return place[0] == 0 and place[1] < _NOT_IN_ONE[0]


def in_a_row(text: SearchText, names: str) -> bool:
    """Tell whether a bare name, each a line, has the text's bare words in their order in a row.

    With those of a short text it must begin.
    """
    if text.bare not in names:
        return False
    padded = f" {names} ".replace("\n", " \n ")
    if text.is_short:
        return padded.startswith(text.row) or f"\n{text.row}" in padded
    return text.row in padded


def _nearness(text: SearchText, name: str) -> tuple[int, int]:
    """Return how close a name is to the text, and how many words it has besides."""
    if name == text.bare:
        return _SAME
    padded = f" {name} "
    at = padded.find(text.row)
    if at < 0:
        for part in text.parts:
            if part not in padded:
                return _NOT_IN_ONE
        if len(name) == len(text.bare) and sorted(name.split()) == sorted(text.bare.split()):
            return _IN_ANOTHER_ORDER
    others = name.count(" ") - text.bare.count(" ")
    return (_SCATTERED if at < 0 else _IN_A_ROW if at else _BEGINNING), others


def ranked_page(
    hits: Iterable[tuple[Rank, Item]],
    window: Window,
    *,
    number: int | None = None,
    more_match: bool = False,
) -> Page[Item]:
    """Return a page of hits, its total only where it is asked for by number.

    Where *number* movies match, those are enough that come first: as many as the page and one more.
    *more_match* tells that these, as many as are ranked, are not all.

    Raises:
        ForeignPosition: The position is none of a search.
    """
    found = sorted(hits, key=_place)
    if len(found) > RANKED:
        found, more_match = found[:RANKED], True
    start, total = 0, None
    if isinstance(window, PageNumber):
        number = len(found) if number is None else number
        start, total = window.offset, Total(number, is_exact=not more_match)
    else:
        last = _rank_of(window.position)
        found = [hit for hit in found if hit[0] > last]
    end = start + window.page_size
    items = found[start:end]
    position = items[-1][0] if len(found) > end else None
    return Page([item for _, item in items], position, total)


def _rank_of(position: Position) -> Rank:
    if tuple(map(type, position)) != _KINDS:
        raise ForeignPosition
    return cast(Rank, position)
