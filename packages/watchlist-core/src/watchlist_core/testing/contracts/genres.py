from typing import Final

import pytest
from attrs import evolve

from watchlist_core.catalogue import (
    Genre,
    GenreDetail,
    GenreInUse,
    GenreLabel,
    GenreNameTaken,
    GenreNotFound,
    GenreStatistics,
    MovieChanges,
    MovieFilter,
    RemoveGenre,
    ReviseGenre,
    ReviseMovie,
    WithdrawMovie,
)
from watchlist_core.ids import GenreId
from watchlist_core.paging import After, ForeignPosition, PageNumber, Position, Total
from watchlist_core.rating import Score
from watchlist_core.testing.contracts.given import a_genre, a_movie, new_id, scored, unsaved_movie
from watchlist_core.testing.contracts.overlap import Overlap, at_once
from watchlist_core.testing.contracts.renaming import RenamingContract
from watchlist_core.testing.contracts.seen import all_genres, genres_on_cards
from watchlist_core.testing.contracts.store import Store

__all__ = ["GenresContract"]

# By what they fold to, by code point.
_NAMES: Final = ["Action", "Čapek", "Comédie", "drama", "Éxodo", "Łódź", "Sci-Fi", "драма"]
_FOREIGN: Final[list[Position]] = [(), (None,), (1,), ("drama", "drama")]


async def _renamed(store: Store, genre: Genre, name: str, revision: int | None = None) -> Genre:
    return await ReviseGenre(store.begin)(genre.id, name, revision)


async def _removed(store: Store, genre: Genre, revision: int | None = None) -> None:
    await RemoveGenre(store.begin)(genre.id, revision)


@pytest.mark.asyncio
class GenresContract(RenamingContract):
    """Genres are added once, counted with their movies, and removed where no movie has them."""

    async def test_a_genre_is_added_once(self, store: Store) -> None:
        drama = await a_genre(store, "  Dráma ")

        with pytest.raises(GenreNameTaken) as refused:
            await a_genre(store, "DRAMA")

        assert (drama.name, refused.value.genre) == ("Dráma", drama.id)
        assert await all_genres(store) == [GenreDetail(str(drama.id), "Dráma", 1, 0)]
        assert list(await store.events()) == ["genre-added"]

    async def test_of_two_who_add_a_genre_at_once_one_does(self, store: Store) -> None:
        overlap = Overlap(works=2)

        async def add(name: str) -> GenreId:
            genre = Genre(GenreId(new_id()), name)
            async with store.begin() as work:
                named = await work.genres.named([name])
                await overlap()
                if named:
                    raise GenreNameTaken(named[name].id)
                await work.genres.add([genre])
                await work.commit()
            return genre.id

        added, refused = await at_once(add("Drama"), add("DRAMA"))

        assert len(added) == 1
        assert [(type(error), *error.args) for error in refused] == [(GenreNameTaken, *added)]

    async def test_an_unknown_genre_is_neither_shown_nor_changed(self, store: Store) -> None:
        await a_genre(store, "Drama")
        nothing = Genre(GenreId(new_id()), "Horror")

        with pytest.raises(GenreNotFound) as refused:
            await store.genre_queries.show(nothing.id)
        with pytest.raises(GenreNotFound):
            await _renamed(store, nothing, "Western")
        with pytest.raises(GenreNotFound):
            await _removed(store, nothing)

        assert refused.value.genre == nothing.id

    async def test_a_genre_is_shown_with_how_many_movies_have_it(self, store: Store) -> None:
        genres = (await a_movie(store, genres=["Drama", "Horror"])).genres
        await a_movie(store, "Solaris", genres=["Drama"])

        shown = [await store.genre_queries.show(genre.id) for genre in genres]

        assert shown == await all_genres(store)
        assert [(one.name, one.revision, one.movie_count) for one in shown] == [
            *(("Drama", 1, 2), ("Horror", 1, 1)),
        ]

    @pytest.mark.parametrize("page_size", [1, 3, 8])
    async def test_genres_are_listed_by_folded_name(self, store: Store, page_size: int) -> None:
        for name in reversed(_NAMES):
            await a_genre(store, name)
        page = await store.genre_queries.browse(PageNumber(page_size=page_size))
        by_position = [genre.name for genre in page.items]
        by_number = list(by_position)

        number = 1
        while page.next is not None:
            after = await store.genre_queries.browse(After(page.next, page_size))
            by_position += [genre.name for genre in after.items]
            number += 1
            page = await store.genre_queries.browse(PageNumber(number, page_size))
            by_number += [genre.name for genre in page.items]
            assert (page.total, after.total) == (Total(len(_NAMES)), None)
            assert page.next == after.next

        assert by_number == by_position == _NAMES

    async def test_past_the_last_page_there_are_no_genres(self, store: Store) -> None:
        await a_genre(store, "Drama")

        page = await store.genre_queries.browse(PageNumber(2))

        assert (list(page.items), page.next, page.total) == ([], None, Total(1))

    async def test_a_position_of_another_list_is_refused_by_genres(self, store: Store) -> None:
        await a_genre(store, "Drama")

        for position in _FOREIGN:
            with pytest.raises(ForeignPosition):
                await store.genre_queries.browse(After(position))

    async def test_a_removed_genre_is_gone_and_its_name_is_free(self, store: Store) -> None:
        drama = await a_genre(store, "Drama")

        await _removed(store, drama, revision=1)

        assert await all_genres(store) == []
        with pytest.raises(GenreNotFound):
            await store.genre_queries.show(drama.id)
        again = await a_genre(store, "Drama")
        assert await all_genres(store) == [GenreDetail(str(again.id), "Drama", 1, 0)]
        assert list(await store.events()) == ["genre-added", "genre-removed", "genre-added"]

    async def test_a_genre_stays_while_a_movie_has_it(self, store: Store) -> None:
        movie = await a_movie(store, genres=["Drama"])
        (drama,) = movie.genres

        with pytest.raises(GenreInUse) as refused:
            await _removed(store, drama)
        still = await genres_on_cards(store, MovieFilter())
        await ReviseMovie(store.begin, new_id)(movie.id, MovieChanges(genres=["Horror"]))
        await _removed(store, drama)

        assert (refused.value.genre, still) == (drama.id, [["Drama"]])
        assert [genre.name for genre in await all_genres(store)] == ["Horror"]

    async def test_withdrawn_movies_keep_no_genre(self, store: Store) -> None:
        movie = await a_movie(store, genres=["Horror", "Drama", "Sci-Fi"])
        await WithdrawMovie(store.begin)(movie.id)
        counted = [genre.movie_count for genre in await all_genres(store)]

        await _removed(store, movie.genres[1])

        assert counted == [0, 0, 0]
        assert [genre.name for genre in await all_genres(store)] == ["Horror", "Sci-Fi"]

    async def test_a_genre_that_is_removed_while_a_movie_gets_it_is_either_there_or_not(
        self, store: Store
    ) -> None:
        drama = await a_genre(store, "Drama")
        overlap = Overlap(works=2)

        async def add() -> bool:
            async with store.begin() as work:
                named = await work.genres.named(["Drama"])
                await overlap()
                genres = tuple(named.values())
                await work.movies.add([evolve(unsaved_movie(), genres=genres)])
                await work.commit()
            return bool(genres)

        async def remove() -> None:
            async with store.begin() as work:
                await work.genres.hold(drama.id)
                await overlap()
                await work.genres.remove(drama.id)
                await work.commit()

        done, refused = await at_once(add(), remove())

        is_in_use = True in done
        assert [type(error) for error in refused] == [GenreInUse] * is_in_use
        assert await genres_on_cards(store, MovieFilter()) == [["Drama"] * is_in_use]

    async def test_statistics_count_all_ratings_of_a_genre(self, store: Store) -> None:
        movies = [
            await a_movie(store, "Stalker", genres=["Sci-Fi", "Drama"]),
            await a_movie(store, "Solaris", genres=["Sci-Fi"]),
            await a_movie(store, "Mirror", genres=["Drama"]),
            await a_movie(store, "Barbarella", genres=["Sci-Fi"]),
        ]
        comedy = await a_genre(store, "Čomedy")
        for movie, score in zip(
            movies, (Score(3, 30), Score(1, 4), None, Score(9, 18)), strict=True
        ):
            if score:
                await scored(store, movie.id, score)
        await WithdrawMovie(store.begin)(movies[3].id)

        statistics = list(await store.genre_queries.statistics())

        scifi, drama = (GenreLabel(str(one.id), one.name) for one in movies[0].genres)
        assert statistics == [
            GenreStatistics(GenreLabel(str(comedy.id), "Čomedy"), 0, Score()),
            GenreStatistics(drama, 2, Score(3, 30)),
            GenreStatistics(scifi, 2, Score(4, 34)),
        ]
        assert [one.average_rating for one in statistics] == [None, 5, 4.25]
