"""Which of the movies that match a search come first."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
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

Rank: TypeAlias = tuple[int, int, int, int, int, int, int, str, str]
"""What hits are sorted by, the smaller the better; it is the position of a page."""

Item = TypeVar("Item")

_SAME, _IN_ANOTHER_ORDER, _BEGINNING, _IN_A_ROW, _SCATTERED, _NOT_IN_ONE = range(6)
_KINDS: Final = (*(int,) * 7, str, str)


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
    others. In this order count: few forgiven words, a name that has all of them, how close that
    name is, how often the movie was rated in powers of two, few other words in the name, and
    what tells any two movies apart.
    """
    closeness, others = min(_nearness(text, name) for name in names)
    return (
        forgiven,
        int(closeness == _NOT_IN_ONE),
        closeness,
        -rating_count.bit_length(),
        others,
        -rating_count,
        -(year or 0),
        title,
        id_,
    )


def in_a_row(text: SearchText, name: str) -> bool:
    """Tell whether a bare name has the words in their order with none between: it is suggested.

    Of a short text it must begin with them.
    """
    padded = f" {name} "
    return padded.startswith(text.row) if text.is_short else text.row in padded


def _nearness(text: SearchText, name: str) -> tuple[int, int]:
    """Return how close a name is to the text, and how many words it has besides."""
    if name == text.bare:
        return _SAME, 0
    padded = f" {name} "
    if not all(part in padded for part in text.parts):
        return _NOT_IN_ONE, 0
    others = name.count(" ") - text.bare.count(" ")
    if len(name) == len(text.bare) and sorted(name.split()) == sorted(text.bare.split()):
        return _IN_ANOTHER_ORDER, 0
    at = padded.find(text.row)
    return (_SCATTERED if at < 0 else _IN_A_ROW if at else _BEGINNING), others


def ranked_page(
    hits: Iterable[tuple[Rank, Item]], window: Window, *, more_match: bool = False
) -> Page[Item]:
    """Return a page of hits, its total only where it is asked for by number.

    *more_match* tells that these, as many as are ranked, are not all.

    Raises:
        ForeignPosition: The position is none of a search.
    """
    ordered = sorted(hits, key=itemgetter(0))
    total = None
    if isinstance(window, PageNumber):
        is_exact = not more_match and len(ordered) <= RANKED
        total = Total(min(len(ordered), RANKED), is_exact=is_exact)
        start = window.offset
    else:
        start = _after(window.position, [place for place, _ in ordered])
    end = start + window.page_size
    items = ordered[start : min(end, RANKED)]
    is_last = end >= min(len(ordered), RANKED)
    return Page([item for _, item in items], None if is_last else items[-1][0], total)


def _after(position: Position, ranks: Sequence[Rank]) -> int:
    if tuple(map(type, position)) != _KINDS:
        raise ForeignPosition
    return bisect_right(ranks, cast(Rank, position))
