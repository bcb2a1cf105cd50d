from typing import Any, Final

import pytest

from watchlist_core.catalogue import RANKED
from watchlist_core.paging import PageNumber, Total
from watchlist_core.rating import Score
from watchlist_core.testing.contracts.given import popular, scored, unsaved_movie
from watchlist_core.testing.contracts.seen import found_by, hits
from watchlist_core.testing.contracts.store import Store

__all__ = ["RankingContract"]

_SHORT: Final = {
    "m": ["M", "The Matrix", "Memento", "Diary of a Widow"],
    "é": ["The Étude", "E.T."],
    "ma": ["The Matrix"],
    "th": [],
    "of": [],
    "wi": [],
    "人": ["七人の侍"],
    "七": ["七人の侍"],
}


@pytest.mark.asyncio
class RankingContract:
    """Of what a search finds the most likely comes first."""

    async def test_what_is_forgiven_comes_behind_what_matches(self, store: Store) -> None:
        await popular(store, "Aline", 1_000)
        await popular(store, "Alien Nation", 1)
        await popular(store, "Aliens and Aline", 100)

        found = [await found_by(store, text) for text in ("alien", "alien nation", "alien natoin")]

        assert found == [
            ["Aliens and Aline", "Alien Nation", "Aline"],
            ["Alien Nation"],
            ["Alien Nation"],
        ]

    async def test_the_most_likely_come_first(self, store: Store) -> None:
        rows: list[tuple[str, int, dict[str, Any]]] = [
            ("The Night Hunter", 0, {}),
            ("Hunter Night, A", 9_000, {}),
            ("Night Hunters Return", 9, {}),
            ("The Long Night Hunter", 90, {}),
            ("The Night of the Hunter", 900, {}),
            ("Hunter", 90_000, {"description": "He hunts by night."}),
            ("Nachtjäger", 0, {"year": 1990, "alternative_titles": ["Night Hunter"]}),
        ]
        for title, rating_count, members in rows:
            await popular(store, title, rating_count, **members)

        found = await found_by(store, "night hunter")

        assert found == [
            "Nachtjäger",
            "The Night Hunter",
            "Hunter Night, A",
            "Night Hunters Return",
            "The Long Night Hunter",
            "The Night of the Hunter",
            "Hunter",
        ]

    async def test_of_alike_hits_the_popular_and_the_short_come_first(self, store: Store) -> None:
        rows = [
            ("Star Trek", 63, 1979),
            ("Star Trek: Insurrection", 70, 1998),
            ("Star Trek: Generations", 80, 1994),
            ("Star Trek IV: The Voyage Home", 90, 1986),
            ("Star Trek: Beyond", 80, 2016),
            ("Star Trek: Aliens", 80, 2016),
            ("Star Trek V", 0, None),
            ("Star Trek VI", 0, 1991),
        ]
        for title, rating_count, year in rows:
            await popular(store, title, rating_count, year=year)

        found = await found_by(store, "star tre")

        assert found == [
            "Star Trek: Aliens",
            "Star Trek: Beyond",
            "Star Trek: Generations",
            "Star Trek: Insurrection",
            "Star Trek IV: The Voyage Home",
            "Star Trek",
            "Star Trek VI",
            "Star Trek V",
        ]

    async def test_a_short_text_finds_names_that_begin_with_it(self, store: Store) -> None:
        await popular(store, "The Matrix", 500)
        await popular(store, "M", 1)
        await popular(store, "Memento", 100)
        await popular(store, "The Étude", 5)
        await popular(store, "E.T.", 1)
        await popular(store, "The Fame", 0, description="Of M, the widow.")
        await popular(store, "Diary of a Widow", 0, alternative_titles=["Mourning"])
        await popular(store, "七人の侍", 0)

        found = {text: await found_by(store, text) for text in _SHORT}

        assert found == _SHORT

    async def test_no_more_are_shown_than_are_ranked(self, store: Store) -> None:
        movies = [unsaved_movie(f"Night {number}") for number in range(RANKED + 5)]
        movies.append(unsaved_movie("The Night"))
        async with store.begin() as work:
            await work.movies.add(movies)
            await work.commit()
        await scored(store, movies[-2].id, Score(9, 72))

        first = await hits(store, "night")
        last = await hits(store, "night", window=PageNumber(RANKED // 100, 100))
        beyond = await hits(store, "night", window=PageNumber(RANKED // 100 + 1, 100))

        assert first.total == last.total == beyond.total == Total(RANKED, is_exact=False)
        assert [card.title for card in first.items[:2]] == ["The Night", f"Night {RANKED + 4}"]
        assert (len(last.items), last.next, list(beyond.items)) == (100, None, [])
