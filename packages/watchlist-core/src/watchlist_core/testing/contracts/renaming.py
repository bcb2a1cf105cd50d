import pytest
from attrs import evolve

from watchlist_core.catalogue import (
    Genre,
    GenreDetail,
    GenreLabel,
    GenreNameTaken,
    MovieFilter,
    RemoveGenre,
    ReviseGenre,
    StaleGenre,
)
from watchlist_core.ids import GenreId
from watchlist_core.testing.contracts.given import a_genre, a_movie
from watchlist_core.testing.contracts.overlap import Overlap, at_once
from watchlist_core.testing.contracts.seen import all_genres, genres_on_cards
from watchlist_core.testing.contracts.store import Store

__all__ = ["RenamingContract"]


async def _renamed(store: Store, genre: Genre, name: str, revision: int | None = None) -> Genre:
    return await ReviseGenre(store.begin)(genre.id, name, revision)


@pytest.mark.asyncio
class RenamingContract:
    """A genre has one name at a time, which no other has, and readers see it everywhere."""

    async def test_a_new_name_is_seen_wherever_the_genre_stands(self, store: Store) -> None:
        movie = await a_movie(store, genres=["Horror", "Sci-Fi"])
        await a_movie(store, "Solaris", genres=["Sci-Fi"])
        genre = movie.genres[1]

        renamed = await _renamed(store, genre, "Science Fiction", revision=1)

        assert renamed == Genre(genre.id, "Science Fiction", 2)
        assert await store.genre_queries.show(genre.id) == GenreDetail(
            str(genre.id), "Science Fiction", 2, movie_count=2
        )
        assert await genres_on_cards(store, MovieFilter(genres=["science fiction"])) == [
            *(["Science Fiction"], ["Horror", "Science Fiction"]),
        ]
        assert await genres_on_cards(store, MovieFilter(genres=["Sci-Fi"])) == []
        shown = await store.movie_queries.show(movie.id)
        assert list(shown.genres)[1] == GenreLabel(str(genre.id), "Science Fiction")
        assert [one.genre.name for one in await store.genre_queries.statistics()] == [
            *("Horror", "Science Fiction"),
        ]
        assert (await store.events())[-1] == "genre-renamed"

    async def test_a_new_name_changes_no_movie(self, store: Store) -> None:
        movie = await a_movie(store, genres=["Sci-Fi"])

        renamed = await _renamed(store, movie.genres[0], "Science Fiction")

        async with store.begin() as work:
            assert await work.movies.hold(movie.id) == evolve(movie, genres=(renamed,))
            # One that was held before, as it was called then, is the same genre.
            await work.movies.save(evolve(movie, year=1979))
            await work.commit()
        assert await genres_on_cards(store, MovieFilter(year=1979)) == [["Science Fiction"]]

    async def test_genres_are_named_by_their_present_names(self, store: Store) -> None:
        drama = await a_genre(store, "Drama")

        renamed = await _renamed(store, drama, "Tragedy")
        other = await a_genre(store, "Drama")

        async with store.begin() as work:
            named = dict(await work.genres.named(["DRAMA", "tragedy"]))
        assert named == {"DRAMA": other, "tragedy": renamed}

    async def test_a_genre_may_be_written_in_another_way(self, store: Store) -> None:
        drama = await a_genre(store, "drama")

        renamed = await _renamed(store, drama, "Dráma")
        same = await _renamed(store, drama, " Dráma ", revision=2)

        assert renamed == same == Genre(drama.id, "Dráma", 2)
        assert await all_genres(store) == [GenreDetail(str(drama.id), "Dráma", 2, 0)]
        assert list(await store.events()) == ["genre-added", "genre-renamed"]

    async def test_no_genre_takes_the_name_of_another(self, store: Store) -> None:
        drama, horror = [await a_genre(store, name) for name in ("Drama", "Horror")]

        async with store.begin() as work:
            held = await work.genres.hold(horror.id)
            with pytest.raises(GenreNameTaken) as refused:
                await work.genres.save(held.renamed("DRÁMA"))
            await work.commit()

        assert refused.value.genre == drama.id
        assert [genre.name for genre in await all_genres(store)] == ["Drama", "Horror"]

    async def test_of_two_who_call_genres_alike_at_once_one_does(self, store: Store) -> None:
        genres = [await a_genre(store, name) for name in ("Drama", "Horror")]
        overlap = Overlap(works=2)

        async def rename(genre: Genre, name: str) -> GenreId:
            async with store.begin() as work:
                held = await work.genres.hold(genre.id)
                await work.genres.save(held.renamed(name))
                await overlap()
                await work.commit()
            return genre.id

        renamed, refused = await at_once(rename(genres[0], "Tragedy"), rename(genres[1], "TRAGEDY"))

        assert len(renamed) == 1
        assert [(type(error), *error.args) for error in refused] == [(GenreNameTaken, *renamed)]

    async def test_a_genre_of_another_revision_is_left_alone(self, store: Store) -> None:
        drama = await a_genre(store, "Drama")
        await _renamed(store, drama, "Dráma", revision=1)

        with pytest.raises(StaleGenre) as refused:
            await _renamed(store, drama, "Tragedy", revision=1)
        with pytest.raises(StaleGenre):
            await RemoveGenre(store.begin)(drama.id, revision=1)

        assert (refused.value.genre, refused.value.revision) == (drama.id, 2)
        assert await all_genres(store) == [GenreDetail(str(drama.id), "Dráma", 2, 0)]

    async def test_of_two_who_rename_a_genre_at_once_one_has_seen_a_stale_one(
        self, store: Store
    ) -> None:
        drama = await a_genre(store, "Drama")
        overlap = Overlap(works=2)

        async def rename(name: str) -> str:
            async with store.begin() as work:
                held = await work.genres.hold(drama.id)
                await overlap()
                if held.revision != drama.revision:
                    raise StaleGenre(drama.id, held.revision)
                await work.genres.save(held.renamed(name))
                await work.commit()
            return name

        renamed, refused = await at_once(rename("Tragedy"), rename("Play"))

        assert [(type(error), *error.args) for error in refused] == [(StaleGenre, drama.id, 2)]
        assert [genre.name for genre in await all_genres(store)] == renamed
