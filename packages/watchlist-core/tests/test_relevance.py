"""Which hits come first, and which page of them is shown."""

from collections.abc import Sequence
from typing import Any

import pytest

from watchlist_core.catalogue import (
    MOST_WORDS,
    RANKED,
    MovieFilter,
    Rank,
    SearchMovies,
    SearchText,
    SuggestTitles,
    bare_name,
    in_a_row,
    rank,
    ranked_page,
)
from watchlist_core.paging import After, ForeignPosition, Page, PageNumber, Total
from watchlist_core.testing import MemoryStore


def text_of(text: str) -> SearchText:
    searched = SearchText.of(text)
    assert searched
    return searched


def ranked(text: str, *names: str, **members: Any) -> Rank:
    given = {"rating_count": 0, "year": None, "title": names[0].lower(), "id_": "1"} | members
    return rank(text_of(text), "\n".join(map(bare_name, names)), **given)


def in_order(text: str, *names: str) -> Sequence[str]:
    return sorted(names, key=lambda name: ranked(text, name))


def hits(number: int) -> list[tuple[Rank, int]]:
    return [(ranked("alien", "Alien", id_=f"{one:05}"), one) for one in range(number)][::-1]


def test_what_has_no_words_is_no_text_of_a_search() -> None:
    assert [SearchText.of(text) for text in ("", "  ", "!?", "\0", "🎬")] == [None] * 5
    with pytest.raises(ValueError, match="words"):
        SearchText(())


async def test_what_has_no_words_finds_nothing() -> None:
    search = SearchMovies(MemoryStore().movie_search)

    assert await search("?") == Page([], total=Total(0))
    assert await search("?", MovieFilter(), After(())) == Page([])
    assert await SuggestTitles(MemoryStore().movie_search)("?") == []


def test_only_so_many_words_are_looked_at() -> None:
    assert len(text_of("a b " * 50).words) == MOST_WORDS


def test_a_short_text_is_one_word_of_few_letters() -> None:
    texts = {"m": True, "ab": True, "é!": True, "abc": False, "a b": False, "七": False}

    assert {text: text_of(text).is_short for text in texts} == texts


def test_words_are_spelled_as_the_movie_does() -> None:
    words = ["the", "matrix", "matrox", "hero"]

    spelled = {
        text: found.words if (found := text_of(text).spelled_as(words)) else None
        for text in ("metrix", "matrix he", "the matrx hero", "herp", "matrx herp", "mtx")
    }

    assert spelled == {
        "metrix": ("matrix",),
        "matrix he": ("matrix", "he"),
        "the matrx hero": ("the", "matrix", "hero"),
        "herp": None,
        "matrx herp": None,
        "mtx": None,
    }


def test_close_names_come_first() -> None:
    names = [
        "The Night Hunter",
        "Hunter Night",
        "Night Hunters",
        "Night Hunter Returns",
        "Long Night Hunter",
        "Night of the Hunter",
        "Hunter",
    ]

    assert in_order("night hunter", *names[::-1]) == names
    assert in_order("night hunter, the", *names[::-1]) == names


def test_the_closest_name_counts() -> None:
    assert ranked("zone", "Stalker", "Zone")[:4] == ranked("stalker", "Stalker")[:4]


def test_twice_as_many_ratings_are_two_steps() -> None:
    places = [ranked("alien", "Alien", rating_count=count)[2] for count in (0, 1, 2, 3, 4, 8, 900)]

    assert places == [0, -1, -3, -4, -5, -7, -20]


def test_words_stand_in_a_row() -> None:
    found = {
        (text, name): in_a_row(text_of(text), bare_name(name))
        for text in ("mat", "the matrix", "matrix relo", "ma", "七")
        for name in ("The Matrix", "Checkmate, Matrix Reloaded", "七人", "Stalemate")
    }

    assert {pair for pair, is_in in found.items() if is_in} == {
        ("mat", "The Matrix"),
        ("mat", "Checkmate, Matrix Reloaded"),
        ("the matrix", "The Matrix"),
        ("the matrix", "Checkmate, Matrix Reloaded"),
        ("matrix relo", "Checkmate, Matrix Reloaded"),
        ("ma", "The Matrix"),
        ("七", "七人"),
    }


def test_a_page_of_hits_continues_by_number_and_by_position() -> None:
    first = ranked_page(hits(5), PageNumber(1, 2))
    second = ranked_page(hits(5), PageNumber(2, 2))
    last = ranked_page(hits(5), After(second.next or (), 2))

    assert (first.items, first.total) == ([0, 1], Total(5))
    assert ranked_page(hits(5), After(first.next or (), 2)) == Page(second.items, second.next)
    assert last == Page([4])
    assert ranked_page(hits(5), PageNumber(4, 2)) == Page([], total=Total(5))


def test_hits_end_where_they_are_ranked_no_more() -> None:
    all_of_them = ranked_page(hits(RANKED), PageNumber(10, 100))
    too_many = ranked_page(hits(RANKED + 1), PageNumber(10, 100))
    more = ranked_page(hits(RANKED), PageNumber(10, 100), more_match=True)

    assert all_of_them == Page(list(range(900, 1000)), total=Total(RANKED))
    assert too_many == more == Page(all_of_them.items, total=Total(RANKED, is_exact=False))


def test_a_position_of_another_list_is_refused() -> None:
    for position in [(), ("alien", "1"), (*hits(1)[0][0], 1), (*hits(1)[0][0][:-1], 1)]:
        with pytest.raises(ForeignPosition):
            ranked_page(hits(1), After(position))
