from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any, Final

import pytest
from attrs import evolve

from watchlist_core.catalogue import (
    FEW,
    MediaType,
    MovieChanges,
    MovieFilter,
    MovieOrder,
    ReviseMovie,
    WithdrawMovie,
)
from watchlist_core.paging import After, ForeignPosition, Page, PageNumber, Position, Total
from watchlist_core.testing.contracts.given import a_movie, new_id, popular, unsaved_movie
from watchlist_core.testing.contracts.ranking import RankingContract
from watchlist_core.testing.contracts.same_hits import SameHitsContract
from watchlist_core.testing.contracts.seen import found_by, hits, suggested_for
from watchlist_core.testing.contracts.store import Store
from watchlist_core.testing.contracts.suggesting import SuggestingContract

__all__ = ["MovieSearchContract"]

_MOVIES: Final[Mapping[str, Mapping[str, Any]]] = {
    "Amélie": {"original_title": "Le fabuleux destin d'Amélie Poulain"},
    "The Bicycle Thieves": {"alternative_titles": ["Ladri di biciclette", "Fahrraddiebe"]},
    "Schindler's List": {"description": "A factory owner saves his workers; Kraków, 1943."},
    "E.T. the Extra-Terrestrial": {},
    "Lilo & Stitch": {},
    "L’Avventura": {},
    "千と千尋の神隠し": {"alternative_titles": ["Spirited Away"]},
    "ガラス": {},
    "Сталкер": {"description": "Three men enter the Zone."},
    "8 ½": {},
    "It": {},
    "Or Not": {},
}
_FOUND_BY: Final = {
    "amelie": ["Amélie"],
    "AMÉLIE POULAIN": ["Amélie"],
    "poulain amelie": ["Amélie"],
    "le destin damelie": ["Amélie"],
    "le destin adamelie": [],
    "biciclette": ["The Bicycle Thieves"],
    "thieves fahrraddiebe": ["The Bicycle Thieves"],
    "schindlers list": ["Schindler's List"],
    "schindler's list!": ["Schindler's List"],
    "Krakow factory": ["Schindler's List"],
    "list krakow 1943": ["Schindler's List"],
    "list zone": [],
    "factory saves nobody": [],
    "et": ["E.T. the Extra-Terrestrial"],
    "extra terrestrial": ["E.T. the Extra-Terrestrial"],
    "lilo and stitch": ["Lilo & Stitch"],
    "lilo & stitch": ["Lilo & Stitch"],
    "avventura": ["L’Avventura"],
    "l'avventura": ["L’Avventura"],
    "千尋": ["千と千尋の神隠し"],
    "神隠し 千": ["千と千尋の神隠し"],
    "カラス": [],
    "ガラス": ["ガラス"],
    "сталкер": ["Сталкер"],
    "8½": ["8 ½"],
    "it": ["It"],
    "the": ["E.T. the Extra-Terrestrial", "The Bicycle Thieves", "Сталкер"],
    "solaris": [],
    "bicycle\u0000thieves": ["The Bicycle Thieves"],
    "\ud800bicycle": ["The Bicycle Thieves"],
    "bicycle*": ["The Bicycle Thieves"],
    '"bicycle" (thieves': ["The Bicycle Thieves"],
    "%bicycle_thieves\\": ["The Bicycle Thieves"],
    "bicycle:* & !thieves | '": ["The Bicycle Thieves"],
    "bicycle AND thieves": [],
    "bicycle OR amelie": [],
    "NOT": ["Or Not"],
    "or": ["Or Not"],
    "NEAR(bicycle thieves)": [],
    "title:bicycle": [],
    "' OR 1=1 --": [],
    "'; DROP TABLE movies; --": [],
    "?%(1)s:x$1": [],
    "   ": [],
    "!?": [],
    "🎬": [],
    "": [],
    "a" * 5_000: [],
    "bicycle " * 5_000: ["The Bicycle Thieves"],
}

_MISTAKES: Final = {
    "matrx": ["The Matrix"],
    "matrixx": ["The Matrix"],
    "metrix": ["The Matrix"],
    "matirx": ["The Matrix"],
    "the matrrix": ["The Matrix"],
    "matxr": [],
    "mtarxi": [],
    "jwas": [],
    "jawss": ["Jaws"],
    "redd lantern": [],
    "red lantren": ["Raise the Red Lantern"],
    "conkubine lantern": ["Raise the Red Lantern"],
    "teh lantern": [],
    "conkubine lantren": ["Raise the Red Lantern"],
}


@pytest.mark.asyncio
class MovieSearchContract(RankingContract, SameHitsContract, SuggestingContract):
    """Movies are found by the words that somebody remembers, the most likely first."""

    async def test_a_movie_is_found_by_all_words_of_a_text(self, store: Store) -> None:
        for title, members in _MOVIES.items():
            await a_movie(store, title, **members)

        found = {text: sorted(await found_by(store, text)) for text in _FOUND_BY}

        assert found == _FOUND_BY

    async def test_the_last_word_may_be_half_typed(self, store: Store) -> None:
        await a_movie(store, "The Matrix Reloaded", description="Agents multiply.")
        texts = [
            "mat",
            "the mat",
            "matrix relo",
            "relo matr",
            "reloaded agents mult",
            "mat reloaded",
        ]

        found = [len(await found_by(store, text)) for text in texts]

        assert found == [1, 1, 1, 0, 1, 0]

    async def test_a_mistake_in_a_long_word_is_forgiven(self, store: Store) -> None:
        for title in ("The Matrix", "Jaws"):
            await a_movie(store, title)
        await a_movie(store, "Raise the Red Lantern", description="A concubine in Shanxi.")

        found = {text: await found_by(store, text) for text in _MISTAKES}

        assert found == _MISTAKES

    async def test_mistakes_are_forgiven_only_where_few_match(self, store: Store) -> None:
        for number in range(FEW - 2):
            await a_movie(store, f"Alien {number}", 1979)
        for title in ("Aline", "Aline, Alien"):
            await a_movie(store, title, 1979)

        few = await found_by(store, "alien")
        await a_movie(store, "Alien X", 1986)
        many = await found_by(store, "alien")
        few_again = await found_by(store, "alien", MovieFilter(year=1979))

        assert [len(found) for found in (few, many, few_again)] == [FEW] * 3
        assert ["Aline" in found for found in (few, many, few_again)] == [True, False, True]

    async def test_only_movies_that_are_wanted_are_found(self, store: Store) -> None:
        await a_movie(store, "Alien", 1979, genres=["Horror"])
        await a_movie(store, "Aliens", 1986, genres=["Action"])
        await a_movie(store, "Aline", 1986, genres=["Horror"])
        await a_movie(store, "Alien Worlds", 1986, genres=["Horror"], media_type=MediaType.SERIES)
        expected = {
            MovieFilter(year=1986): ["Aliens", "Alien Worlds", "Aline"],
            MovieFilter(genres=["horror"]): ["Alien", "Alien Worlds", "Aline"],
            MovieFilter(genres=["horror"], year=1986): ["Alien Worlds", "Aline"],
            MovieFilter("worlds"): ["Alien Worlds"],
            MovieFilter(media_type=MediaType.MOVIE, year_from=1980): ["Aliens", "Aline"],
            MovieFilter(rating_from=3): [],
            MovieFilter(genres=["Western"]): [],
        }

        found = {wanted: await found_by(store, "alien", wanted) for wanted in expected}

        assert found == expected

    async def test_pages_by_number_and_by_position_walk_the_same_hits(self, store: Store) -> None:
        mistaken = product(["Aline", "Alein"], [0, 0, 7])
        for title, rating_count in [("Alien", 0), ("Aliens", 7), *mistaken, ("Allien", 3)]:
            await popular(store, title, rating_count)
        first = await hits(store, "alien")

        for page_size in (1, 4, 9, 10):
            numbered = [
                await hits(store, "alien", window=PageNumber(number, page_size))
                for number in range(1, 9 // page_size + 2)
            ]
            positioned = [numbered[0]]
            while positioned[-1].next:
                window = After(positioned[-1].next, page_size)
                positioned.append(await hits(store, "alien", window=window))
                assert positioned[-1].total is None

            assert [page.total for page in numbered] == [Total(9)] * len(numbered)
            assert self._cards(numbered) == self._cards(positioned) == self._cards([first])
            assert [page.next is None for page in numbered].index(True) == (9 - 1) // page_size

    def _cards(self, pages: Sequence[Page[Any]]) -> list[str]:
        return [card.id for page in pages for card in page.items]

    async def test_a_position_that_is_none_of_a_search_is_refused(self, store: Store) -> None:
        await a_movie(store, "Alien")
        page = await hits(store, "alien", window=PageNumber(page_size=1))
        await a_movie(store, "Aliens")
        sound = (await hits(store, "alien", window=PageNumber(page_size=1))).next or ()
        foreign: list[Position] = [(), ("alien", "1"), (*sound, 1), sound[1:], sound[::-1]]
        foreign.append((*sound[:-1], None))

        assert page.next is None
        for position in foreign:
            with pytest.raises(ForeignPosition):
                await hits(store, "alien", window=After(position))

    async def test_withdrawn_movies_are_found_no_more(self, store: Store) -> None:
        movie = await a_movie(store, "Stalker", alternative_titles=["Zone"])
        await a_movie(store, "Stalkers")

        await WithdrawMovie(store.begin)(movie.id)

        assert [await found_by(store, text) for text in ("stalker", "zone", "stalkr", "s")] == [
            ["Stalkers"],
            [],
            [],
            ["Stalkers"],
        ]
        assert await suggested_for(store, "sta") == ["Stalkers"]

    async def test_a_movie_is_found_by_what_it_is_called_now(self, store: Store) -> None:
        movie = await a_movie(
            store, "Stalker", description="Rain.", alternative_titles=["Zone", "Picnic"]
        )
        changes = MovieChanges(title="Roadside", description="Snow.", alternative_titles=["Picnic"])

        await ReviseMovie(store.begin, new_id)(movie.id, changes)

        texts = ["roadside", "snow", "picnic", "roadsidee", "ro", "stalker", "rain", "zone", "st"]
        found = [await found_by(store, text) for text in [*texts, "stalkr"]]
        assert found == [["Roadside"]] * 5 + [[]] * 5
        assert [await suggested_for(store, text) for text in ("stalk", "road")] == [
            [],
            ["Roadside"],
        ]

    async def test_readers_find_what_is_committed(self, store: Store) -> None:
        async with store.begin() as work:
            await work.movies.add([unsaved_movie("Stalker")])
            before = await found_by(store, "stalker"), await suggested_for(store, "stalker")
            await work.commit()

        after = await found_by(store, "stalker"), await suggested_for(store, "stalker")
        assert (before, after) == (([], []), (["Stalker"], ["Stalker"]))

    async def test_a_hit_is_the_card_that_lists_show(self, store: Store) -> None:
        await popular(store, "Amélie", 3, year=2001, genres=["Romance", "Comedy"])

        found = await hits(store, "amelie")
        listed = await store.movie_queries.browse(MovieFilter(), MovieOrder(), PageNumber())

        plain = [
            [evolve(card, genres=list(card.genres)) for card in page.items]
            for page in (found, listed)
        ]
        assert plain[0] == plain[1]
        assert plain[0][0].genres == ["Romance", "Comedy"]
