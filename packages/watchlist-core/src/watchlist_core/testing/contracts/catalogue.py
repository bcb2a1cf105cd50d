from asyncio import gather
from datetime import timedelta
from typing import Final

import pytest
from attrs import evolve

from watchlist_core.catalogue import (
    AddMovie,
    ExternalId,
    ExternalIdLabel,
    ExternalIdTaken,
    Genre,
    GenreLabel,
    MediaType,
    Movie,
    MovieAlreadyThere,
    MovieDetail,
    MovieNotFound,
    NewMovie,
)
from watchlist_core.ids import GenreId, MovieId
from watchlist_core.paging import Total
from watchlist_core.rating import Score
from watchlist_core.testing.contracts.browsing import BrowsingContract
from watchlist_core.testing.contracts.genres import GenresContract
from watchlist_core.testing.contracts.given import NOON, a_movie, count, new_id, unsaved_movie
from watchlist_core.testing.contracts.importing import ImportContract
from watchlist_core.testing.contracts.mistake import mistake
from watchlist_core.testing.contracts.overlap import Overlap, at_once
from watchlist_core.testing.contracts.revising import RevisingContract
from watchlist_core.testing.contracts.store import Store
from watchlist_core.testing.contracts.withdrawing import WithdrawingContract

__all__ = ["CatalogueContract"]

_IMDB: Final = ExternalId("imdb", MediaType.MOVIE, "tt0079944")
_TMDB: Final = ExternalId("tmdb", MediaType.MOVIE, "1398")


async def _added(store: Store, *movies: NewMovie) -> list[Movie]:
    add = AddMovie(store.begin, lambda: NOON, new_id)
    return [await add(movie) for movie in movies]


@pytest.mark.asyncio
class CatalogueContract(
    BrowsingContract, GenresContract, ImportContract, RevisingContract, WithdrawingContract
):
    """Movies are kept whole and each of them once, their genres shared."""

    @pytest.mark.parametrize(
        "new",
        [
            NewMovie("Stalker"),
            NewMovie(
                "Сталкер — «Stalker» 🎬 ' \" \\ % _ ; --",
                year=1979,
                runtime=162,
                media_type=MediaType.SERIES,
                description="A guide leads two men.\n\tInto the Zone…",
                genres=["Science Fiction", "Drama", "Čisté Umění"],
                external_ids=[_TMDB, _IMDB, evolve(_TMDB, kind=MediaType.SERIES)],
                original_title="Сталкер",
                alternative_titles=["Пикник на обочине", "Roadside Picnic", "Čára"],
            ),
        ],
        ids=["title only", "everything"],
    )
    async def test_a_movie_is_kept_as_it_is(self, store: Store, new: NewMovie) -> None:
        (movie,) = await _added(store, new)

        shown = await store.movie_queries.show(movie.id)

        genres = list(shown.genres)
        as_lists = evolve(
            shown,
            genres=genres,
            external_ids=list(shown.external_ids),
            alternative_titles=list(shown.alternative_titles),
        )
        assert as_lists == MovieDetail(
            id=str(movie.id),
            title=new.title,
            original_title=new.original_title,
            alternative_titles=list(new.alternative_titles),
            year=new.year,
            runtime=new.runtime,
            media_type=new.media_type.value,
            description=new.description,
            genres=[GenreLabel(str(genre.id), genre.name) for genre in movie.genres],
            external_ids=[
                ExternalIdLabel(one.provider, one.kind.value, one.value)
                for one in sorted(new.external_ids)
            ],
            score=Score(),
            revision=1,
            created_at=NOON,
        )
        assert [genre.name for genre in genres] == list(new.genres)
        assert shown.created_at.utcoffset() == timedelta()
        assert list(await store.events()) == ["movie-added"]

    async def test_an_unknown_movie_is_not_shown(self, store: Store) -> None:
        await a_movie(store)
        nothing = MovieId(new_id())

        with pytest.raises(MovieNotFound) as refused:
            await store.movie_queries.show(nothing)

        assert refused.value.movie == nothing

    async def test_no_movie_takes_the_place_of_another(self, store: Store) -> None:
        movie = await a_movie(store, "Stalker")

        with mistake():
            async with store.begin() as work:
                await work.movies.add([evolve(unsaved_movie("Solaris"), id=movie.id)])
                await work.commit()

        assert (await store.movie_queries.show(movie.id)).title == "Stalker"
        assert await count(store) == Total(1)

    async def test_an_id_cannot_stand_twice_among_new_movies(self, store: Store) -> None:
        movie = unsaved_movie("Stalker")

        with mistake():
            async with store.begin() as work:
                await work.movies.add([movie, evolve(movie, title="Solaris")])
                await work.commit()

        assert await count(store) == Total(0)

    async def test_movies_are_alike_by_folded_title_year_and_runtime(self, store: Store) -> None:
        dated, undated = await _added(
            store, NewMovie("Amélie", 2001, 122), NewMovie("Amélie", 2001, None)
        )

        async with store.begin() as work:
            assert await work.movies.hold_alike(" AMELIE ", 2001, 122) == dated.id
            assert await work.movies.hold_alike("Amélie", 2001, None) == undated.id
            assert await work.movies.hold_alike("Amélie", 2001, 121) is None
            assert await work.movies.hold_alike("Amélie", 2002, 122) is None
            assert await work.movies.hold_alike("Amélie", None, None) is None
            assert await work.movies.hold_alike("Amelia", 2001, 122) is None

    async def test_of_several_alike_the_oldest_is_told(self, store: Store) -> None:
        oldest = await a_movie(store, "Stalker")
        await a_movie(store, "stalker", created_at=NOON + timedelta(days=1))
        await a_movie(store, "STALKER", created_at=NOON + timedelta(days=2))

        async with store.begin() as work:
            alike = await work.movies.hold_alike("Stalker", None, None)

        assert alike == oldest.id

    async def test_a_movie_is_added_once_unless_a_duplicate_is_wanted(self, store: Store) -> None:
        add = AddMovie(store.begin, lambda: NOON, new_id)
        first = await add(NewMovie("Stalker", 1979))

        with pytest.raises(MovieAlreadyThere) as refused:
            await add(NewMovie("STALKER", 1979))
        second = await add(NewMovie("STALKER", 1979), allow_duplicate=True)

        assert refused.value.movie == first.id
        assert (second.id != first.id, await count(store)) == (True, Total(2))

    async def test_of_two_who_add_a_movie_at_once_one_does(self, store: Store) -> None:
        overlap = Overlap(works=2)

        async def add_slowly(movie: Movie) -> MovieId:
            async with store.begin() as work:
                alike = await work.movies.hold_alike(movie.title, movie.year, movie.runtime)
                await overlap()
                if alike:
                    raise MovieAlreadyThere(alike)
                await work.movies.add([movie])
                await work.commit()
            return movie.id

        winners, refused = await at_once(
            add_slowly(unsaved_movie("Stalker")), add_slowly(unsaved_movie("STALKER"))
        )

        assert len(winners) == 1
        assert [(type(error), *error.args) for error in refused] == [(MovieAlreadyThere, *winners)]
        assert await count(store) == Total(1)

    async def test_ids_of_providers_are_known_to_belong_to_movies(self, store: Store) -> None:
        first, second = await _added(
            store,
            NewMovie("Stalker", external_ids=[_IMDB]),
            NewMovie("Solaris", external_ids=[_TMDB]),
        )
        strangers = [
            evolve(_IMDB, value="tt1"),
            evolve(_IMDB, provider="tmdb"),
            evolve(_IMDB, kind=MediaType.SERIES),
        ]

        async with store.begin() as work:
            known = dict(await work.movies.hold_known([_IMDB, _TMDB, *strangers]))
            assert dict(await work.movies.hold_known([])) == {}

        assert known == {_IMDB: first.id, _TMDB: second.id}

    async def test_any_number_of_ids_can_be_asked_for(self, store: Store) -> None:
        (movie,) = await _added(store, NewMovie("Stalker", external_ids=[_IMDB]))
        # With three values each, more than a statement of SQLite or PostgreSQL has parameters.
        others = (evolve(_IMDB, value=str(number)) for number in range(22_000))

        async with store.begin() as work:
            assert dict(await work.movies.hold_known([*others, _IMDB])) == {_IMDB: movie.id}

    async def test_a_providers_id_belongs_to_one_movie(self, store: Store) -> None:
        await _added(store, NewMovie("Stalker", external_ids=[_IMDB, _TMDB]))

        with pytest.raises(ExternalIdTaken) as refused:
            await _added(store, NewMovie("Solaris", external_ids=[_IMDB]))

        assert refused.value.external_id == _IMDB
        assert await count(store) == Total(1)

    async def test_a_providers_id_cannot_stand_twice_among_new_movies(self, store: Store) -> None:
        movies = [unsaved_movie("Stalker", _TMDB, _IMDB), unsaved_movie("Solaris", _IMDB)]

        async with store.begin() as work:
            with pytest.raises(ExternalIdTaken) as refused:
                await work.movies.add(movies)

        assert refused.value.external_id == _IMDB
        assert await count(store) == Total(0)

    async def test_an_id_of_another_provider_or_kind_is_another_id(self, store: Store) -> None:
        ids = [_IMDB, evolve(_IMDB, provider="tmdb"), evolve(_IMDB, kind=MediaType.SERIES)]

        async with store.begin() as work:
            await work.movies.add([unsaved_movie("Stalker", external_id) for external_id in ids])
            await work.commit()

        assert await count(store) == Total(3)

    async def test_of_two_who_claim_a_providers_id_at_once_one_gets_it(self, store: Store) -> None:
        overlap = Overlap(works=2)

        async def claim(movie: Movie) -> MovieId:
            async with store.begin() as work:
                await work.movies.add([movie])
                await overlap()
                await work.commit()
            return movie.id

        winners, refused = await at_once(
            claim(unsaved_movie("Stalker", _IMDB)), claim(unsaved_movie("Solaris", _IMDB))
        )

        assert len(winners) == 1
        assert [(type(error), *error.args) for error in refused] == [(ExternalIdTaken, _IMDB)]
        async with store.begin() as work:
            assert dict(await work.movies.hold_known([_IMDB])) == {_IMDB: winners[0]}

    async def test_genres_are_found_by_their_folded_names(self, store: Store) -> None:
        drama, comedy = (Genre(GenreId(new_id()), name) for name in ("Drama", "Comédie"))

        async with store.begin() as work:
            added = dict(await work.genres.add([drama, comedy]))
            named = dict(await work.genres.named(["Comédie", " DRAMA", "comedie", "Horror"]))
            await work.commit()

        assert added == {"Drama": drama, "Comédie": comedy}
        assert named == {"Comédie": comedy, " DRAMA": drama, "comedie": comedy}

    async def test_the_genre_that_was_there_first_wins(self, store: Store) -> None:
        first, other, same = (
            Genre(GenreId(new_id()), name) for name in ("Drama", "Horror", "DRAMA")
        )
        async with store.begin() as work:
            await work.genres.add([first])
            await work.commit()

        async with store.begin() as work:
            added = dict(await work.genres.add([same, other]))
            await work.commit()

        assert added == {"DRAMA": first, "Horror": other}

    async def test_no_genre_takes_the_id_of_another(self, store: Store) -> None:
        drama = Genre(GenreId(new_id()), "Drama")
        async with store.begin() as work:
            await work.genres.add([drama])
            await work.commit()

        with mistake():
            async with store.begin() as work:
                await work.genres.add([evolve(drama, name="Horror")])
                await work.commit()

        async with store.begin() as work:
            assert dict(await work.genres.named(["Drama", "Horror"])) == {"Drama": drama}

    async def test_a_genre_named_twice_among_new_ones_is_one(self, store: Store) -> None:
        genres = [Genre(GenreId(new_id()), name) for name in ("Drama", "DRAMA")]

        async with store.begin() as work:
            added = await work.genres.add(genres)

        assert added["Drama"] == added["DRAMA"]
        assert added["Drama"] in genres

    async def test_of_two_who_add_a_genre_at_once_both_get_the_same(self, store: Store) -> None:
        overlap = Overlap(works=2)

        async def add(name: str) -> Genre:
            async with store.begin() as work:
                genre = (await work.genres.add([Genre(GenreId(new_id()), name)]))[name]
                await overlap()
                await work.commit()
            return genre

        first, second = await gather(add("Drama"), add("DRAMA"))

        async with store.begin() as work:
            kept = (await work.genres.named(["drama"]))["drama"]
        assert first == second == kept
