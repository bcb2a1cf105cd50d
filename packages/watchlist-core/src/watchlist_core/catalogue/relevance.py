"""Which of the movies that match a search come first."""

from collections.abc import Iterable
from heapq import nsmallest
from operator import itemgetter
from typing import Final, TypeAlias, TypeVar, cast

from watchlist_core.catalogue.search_text import SearchText
from watchlist_core.paging import ForeignPosition, Page, PageNumber, Position, Total, Window

__all__ = ["FEW", "RANKED", "SUGGESTIONS", "Rank", "in_a_row", "rank", "ranked_page"]

FEW: Final = 10
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
    names: Iterable[str],
    *,
    rating_count: int,
    year: int | None,
    title: str,
    id_: str,
    forgiven: int = 0,
) -> Rank:
    """Return how good a hit the movie with these *names* is, each as `bare_name` makes it.

    *title* is folded. Of a text as the movie spells it, *forgiven* tells how many words were
    others. It depends on how few these are, then how close one name is, then how often the movie
    was rated, where twice as often are two steps, then how few other words that name has, and
    last on what tells any two movies apart.
    """
    nearest = None
    for name in names:
        nearness = _nearness(text, name)
        if nearest is None or nearness < nearest:
            nearest = nearness
    closeness, others = nearest or _NOT_IN_ONE
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


def in_a_row(text: SearchText, name: str) -> bool:
    """Tell whether a bare name has the text's bare words, in their order with none between.

    With those of a short text it must begin.
    """
    padded = f" {name} "
    return padded.startswith(text.row) if text.is_short else text.row in padded


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
    hits: Iterable[tuple[Rank, Item]], window: Window, *, more_match: bool = False
) -> Page[Item]:
    """Return a page of hits, its total only where it is asked for by number.

    *more_match* tells that these, as many as are ranked, are not all.

    Raises:
        ForeignPosition: The position is none of a search.
    """
    found = list(hits)
    if len(found) > RANKED:
        found, more_match = nsmallest(RANKED, found, key=_place), True
    start, total = 0, None
    if isinstance(window, PageNumber):
        start, total = window.offset, Total(len(found), is_exact=not more_match)
    else:
        last = _rank_of(window.position)
        found = [hit for hit in found if hit[0] > last]
    end = start + window.page_size
    items = nsmallest(end, found, key=_place)[start:]
    position = items[-1][0] if len(found) > end else None
    return Page([item for _, item in items], position, total)


def _rank_of(position: Position) -> Rank:
    if tuple(map(type, position)) != _KINDS:
        raise ForeignPosition
    return cast(Rank, position)
