from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import pytest
from attrs import evolve

from watchlist_core.catalogue import (
    ExternalId,
    ExternalIdTaken,
    FindMovie,
    MediaType,
    Movie,
    MovieAlreadyThere,
    MovieChanges,
    MovieDetail,
    MovieFilter,
    MovieNotFound,
    ReviseMovie,
    StaleMovie,
)
from watchlist_core.ids import MovieId
from watchlist_core.paging import PageNumber
from watchlist_core.rating import Score, Stars
from watchlist_core.testing.contracts.given import (
    a_movie,
    a_viewer,
    new_id,
    rated,
    scored,
)
from watchlist_core.testing.contracts.overlap import Overlap, at_once
from watchlist_core.testing.contracts.seen import titles
from watchlist_core.testing.contracts.store import Store

__all__ = ["RevisingContract"]

_IMDB: Final = ExternalId("imdb", MediaType.MOVIE, "tt0079944")
_TMDB: Final = ExternalId("tmdb", MediaType.MOVIE, "1398")

_EVERYTHING: Final = MovieChanges(
    title="Solaris % _ ' \" \\",
    original_title="Солярис",
    alternative_titles=["Čisté Solaris", "Solyaris"],
    year=1972,
    runtime=167,
    media_type=MediaType.SERIES,
    description="An ocean thinks.",
    genres=["Sci-Fi", "Drama"],
    external_ids=[_TMDB, evolve(_TMDB, kind=MediaType.SERIES)],
)


async def _revised(
    store: Store, movie: Movie, changes: MovieChanges, revision: int | None = None
) -> Movie:
    return await ReviseMovie(store.begin, new_id)(movie.id, changes, revision)


async def _titles_of_providers(store: Store, movie: Movie) -> Mapping[ExternalId, str | None]:
    async with store.begin() as work:
        held = await work.movies.hold(movie.id)
    return {external_id: external_id.title for external_id in held.external_ids}


async def _shown(store: Store, movie: Movie) -> MovieDetail:
    """Return the movie as readers see it, its sequences as tuples."""
    shown = await store.movie_queries.show(movie.id)
    return evolve(
        shown,
        genres=tuple(shown.genres),
        external_ids=tuple(shown.external_ids),
        alternative_titles=tuple(shown.alternative_titles),
    )


@pytest.mark.asyncio
class RevisingContract:
    """What the catalogue says of a movie is changed by one at a time, who knows what it said."""

    async def test_a_held_movie_is_as_it_was_added(self, store: Store) -> None:
        movie = await a_movie(
            store,
            "Stalker",
            1979,
            genres=["Sci-Fi", "Drama"],
            runtime=162,
            description="Into the Zone.",
            original_title="Сталкер",
            alternative_titles=["Roadside Picnic", "Čára"],
            external_ids=[_IMDB, _TMDB],
        )

        async with store.begin() as work:
            held = await work.movies.hold(movie.id)

        assert held == movie
        assert held.created_at.utcoffset() == timedelta()

    async def test_an_unknown_movie_is_not_held(self, store: Store) -> None:
        await a_movie(store)
        nothing = MovieId(new_id())

        async with store.begin() as work:
            with pytest.raises(MovieNotFound) as refused:
                await work.movies.hold(nothing)

        assert refused.value.movie == nothing

    async def test_a_revised_movie_is_shown_as_what_it_has_become(self, store: Store) -> None:
        movie = await a_movie(
            store,
            "Stalker",
            1979,
            genres=["Drama", "Horror"],
            alternative_titles=["Roadside Picnic"],
            external_ids=[_IMDB, _TMDB],
        )
        before = await _shown(store, movie)

        revised = await _revised(store, movie, _EVERYTHING, revision=1)

        shown = await _shown(store, movie)
        assert shown == MovieDetail(
            id=before.id,
            title=revised.title,
            original_title="Солярис",
            alternative_titles=("Čisté Solaris", "Solyaris"),
            year=1972,
            runtime=167,
            media_type="series",
            description="An ocean thinks.",
            genres=(shown.genres[0], before.genres[0]),
            external_ids=tuple(
                evolve(before.external_ids[1], kind=kind) for kind in ("movie", "series")
            ),
            score=Score(),
            revision=2,
            created_at=before.created_at,
        )
        assert [genre.name for genre in shown.genres] == ["Sci-Fi", "Drama"]
        async with store.begin() as work:
            assert await work.movies.hold(movie.id) == revised
        assert list(await store.events()) == ["movie-added", "movie-revised"]

    async def test_what_a_provider_calls_a_movie_is_kept_as_long_as_its_id_is(
        self, store: Store
    ) -> None:
        told = evolve(_TMDB, title=" Сталкер (a.k.a. Stalker) % ' \" \\ (1979) ")
        movie = await a_movie(store, "Stalker", 1979, external_ids=[_IMDB, told])
        added = await _titles_of_providers(store, movie)
        await _revised(store, movie, MovieChanges(year=1980, external_ids=[_IMDB, _TMDB]))
        same_ids = await _titles_of_providers(store, movie)
        other = evolve(_IMDB, value="tt0000001", title="Сталкер")

        revised = await _revised(store, movie, MovieChanges(external_ids=[_TMDB, other]))

        assert added == same_ids == {_IMDB: None, _TMDB: told.title}
        assert await _titles_of_providers(store, movie) == {_TMDB: told.title, other: "Сталкер"}
        without = await _revised(store, revised, MovieChanges(external_ids=[_IMDB]))
        await _revised(store, without, MovieChanges(external_ids=[_IMDB, _TMDB]))
        assert await _titles_of_providers(store, movie) == {_IMDB: None, _TMDB: None}

    async def test_a_work_may_change_what_a_provider_calls_a_movie(self, store: Store) -> None:
        movie = await a_movie(store, "Stalker", 1979, external_ids=[_IMDB])
        called = evolve(_IMDB, title="Сталкер")

        async with store.begin() as work:
            held = await work.movies.hold(movie.id)
            await work.movies.save(evolve(held, external_ids=frozenset([called])))
            await work.commit()

        assert await _titles_of_providers(store, movie) == {_IMDB: "Сталкер"}

    async def test_what_is_cleared_is_not_known_any_more(self, store: Store) -> None:
        movie = await a_movie(
            store,
            "Stalker",
            1979,
            genres=["Drama"],
            runtime=162,
            original_title="Сталкер",
            alternative_titles=["Roadside Picnic"],
            external_ids=[_IMDB],
        )
        nothing = MovieChanges(
            original_title=None,
            alternative_titles=[],
            year=None,
            runtime=None,
            description="",
            genres=[],
            external_ids=[],
        )

        await _revised(store, movie, nothing)

        shown = await _shown(store, movie)
        assert (shown.title, shown.original_title, shown.year, shown.runtime) == (
            *("Stalker", None),
            *(None, None),
        )
        assert (shown.alternative_titles, shown.genres, shown.external_ids) == ((), (), ())

    async def test_a_revised_movie_is_listed_and_found_as_what_it_has_become(
        self, store: Store
    ) -> None:
        movie = await a_movie(store, "Stalker", 1979, genres=["Horror"], external_ids=[_IMDB])
        await a_movie(store, "Stardust", 1979, genres=["Horror"])

        await _revised(store, movie, evolve(_EVERYTHING, title="Solaris"))

        assert await titles(store, MovieFilter()) == ["Solaris", "Stardust"]
        assert await titles(store, MovieFilter("sta")) == ["Stardust"]
        assert await titles(store, MovieFilter("olari")) == ["Solaris"]
        assert await titles(store, MovieFilter(genres=["Horror"])) == ["Stardust"]
        assert await titles(store, MovieFilter(genres=["Drama"], year=1972)) == ["Solaris"]
        assert await store.movie_queries.find(_IMDB) is None
        found = await FindMovie(store.movie_queries)("tmdb", "1398")
        assert found.title == "Solaris"
        async with store.begin() as work:
            assert await work.movies.hold_alike("Stalker", 1979, None) is None
            assert await work.movies.hold_alike("solaris", 1972, 167) == movie.id
            assert set(await work.movies.hold_known([_IMDB, _TMDB])) == {_TMDB}

    async def test_what_changes_nothing_is_not_kept(self, store: Store) -> None:
        movie = await a_movie(store, "Stalker", 1979, genres=["Drama"])
        same = MovieChanges(title=" Stalker ", genres=["DRAMA"], year=1979)

        revised = await _revised(store, movie, same, revision=1)

        assert revised == movie
        assert (await _shown(store, movie)).revision == 1
        assert list(await store.events()) == ["movie-added"]

    async def test_a_revision_leaves_what_viewers_think(self, store: Store) -> None:
        movie = await a_movie(store)
        viewer = await a_viewer(store, movie.id)
        await rated(store, viewer, movie.id, Stars.of(4))

        await _revised(store, movie, MovieChanges(description="Into the Zone."))
        await rated(store, viewer, movie.id, Stars.of(5))

        shown = await _shown(store, movie)
        assert (shown.score, shown.revision) == (Score(1, 10), 2)
        ratings = await store.rating_queries.of_movie(movie.id, PageNumber())
        assert (ratings.score, len(ratings.page.items)) == (Score(1, 10), 1)

    async def test_a_revision_that_is_not_the_present_one_is_refused(self, store: Store) -> None:
        movie = await a_movie(store)
        await _revised(store, movie, MovieChanges(year=1979), revision=1)

        for stale in (1, 3):
            with pytest.raises(StaleMovie) as refused:
                await _revised(store, movie, MovieChanges(year=1980), stale)
            assert (refused.value.movie, refused.value.revision) == (movie.id, 2)
        await _revised(store, movie, MovieChanges(year=1981))

        shown = await _shown(store, movie)
        assert (shown.year, shown.revision) == (1981, 3)

    async def test_of_two_who_revise_a_movie_at_once_one_has_seen_a_stale_one(
        self, store: Store
    ) -> None:
        movie = await a_movie(store)
        overlap = Overlap(works=2)

        async def revise(year: int) -> int:
            async with store.begin() as work:
                present = await work.movies.hold(movie.id)
                await overlap()
                if present.revision != movie.revision:
                    raise StaleMovie(movie.id, present.revision)
                await work.movies.save(present.revised(MovieChanges(year=year)))
                await work.commit()
            return year

        years, refused = await at_once(revise(1979), revise(1980))

        assert [(type(error), *error.args) for error in refused] == [(StaleMovie, movie.id, 2)]
        shown = await _shown(store, movie)
        assert ([shown.year], shown.revision) == (years, 2)

    async def test_a_movie_does_not_become_what_another_is_unless_that_is_wanted(
        self, store: Store
    ) -> None:
        other = await a_movie(store, "Amélie", 2001)
        movie = await a_movie(store, "Le fabuleux destin", 2001)
        revise = ReviseMovie(store.begin, new_id)

        with pytest.raises(MovieAlreadyThere) as refused:
            await revise(movie.id, MovieChanges(title="AMELIE"))
        unchanged = await _shown(store, movie)
        await revise(movie.id, MovieChanges(title="AMELIE"), allow_duplicate=True)
        # By now both are alike, and neither becomes so.
        await revise(movie.id, MovieChanges(title="Amelie", description="In Paris."))

        assert refused.value.movie == other.id
        assert (unchanged.title, unchanged.revision) == ("Le fabuleux destin", 1)
        assert sorted(await titles(store, MovieFilter())) == ["Amelie", "Amélie"]

    async def test_of_two_who_name_movies_alike_at_once_one_does(self, store: Store) -> None:
        movies = [await a_movie(store, title) for title in ("Stalker", "Solaris")]
        overlap = Overlap(works=2)

        async def name(movie: Movie, title: str) -> MovieId:
            async with store.begin() as work:
                held = await work.movies.hold(movie.id)
                alike = await work.movies.hold_alike(title, None, None)
                await overlap()
                if alike:
                    raise MovieAlreadyThere(alike)
                await work.movies.save(held.revised(MovieChanges(title=title)))
                await work.commit()
            return movie.id

        winners, refused = await at_once(name(movies[0], "Mirror"), name(movies[1], "MIRROR"))

        assert len(winners) == 1
        assert [(type(error), *error.args) for error in refused] == [(MovieAlreadyThere, *winners)]

    async def test_a_providers_id_is_not_taken_from_another_movie(self, store: Store) -> None:
        await a_movie(store, "Stalker", external_ids=[_IMDB])
        movie = await a_movie(store, "Solaris", external_ids=[_TMDB])

        async with store.begin() as work:
            held = await work.movies.hold(movie.id)
            with pytest.raises(ExternalIdTaken) as refused:
                await work.movies.save(
                    held.revised(MovieChanges(title="Mirror", external_ids=[_IMDB, _TMDB]))
                )
            await work.commit()

        assert refused.value.external_id == _IMDB
        shown = await _shown(store, movie)
        assert (shown.title, len(shown.external_ids)) == ("Solaris", 1)

    async def test_an_id_that_a_movie_gave_up_is_free_for_others(self, store: Store) -> None:
        stalker = await a_movie(store, "Stalker", external_ids=[_IMDB])
        solaris = await a_movie(store, "Solaris", external_ids=[_TMDB])

        await _revised(store, stalker, MovieChanges(external_ids=[]))
        await _revised(store, solaris, MovieChanges(external_ids=[_IMDB]))
        mirror = await a_movie(store, "Mirror", external_ids=[_TMDB])

        async with store.begin() as work:
            known = dict(await work.movies.hold_known([_IMDB, _TMDB]))
        assert known == {_IMDB: solaris.id, _TMDB: mirror.id}

    async def test_of_two_movies_that_are_given_an_id_at_once_one_gets_it(
        self, store: Store
    ) -> None:
        movies = [await a_movie(store, title) for title in ("Stalker", "Solaris")]
        overlap = Overlap(works=2)

        async def claim(movie: Movie) -> MovieId:
            async with store.begin() as work:
                held = await work.movies.hold(movie.id)
                await work.movies.save(held.revised(MovieChanges(external_ids=[_IMDB])))
                await overlap()
                await work.commit()
            return movie.id

        winners, refused = await at_once(*(claim(movie) for movie in movies))

        assert len(winners) == 1
        assert [(type(error), *error.args) for error in refused] == [(ExternalIdTaken, _IMDB)]

    async def test_a_movie_is_found_by_what_a_provider_calls_it(self, store: Store) -> None:
        series = evolve(_IMDB, kind=MediaType.SERIES)
        stalker = await a_movie(store, "Stalker", external_ids=[_IMDB, _TMDB])
        kingdom = await a_movie(store, "The Kingdom", external_ids=[series])
        await scored(store, stalker.id, Score(2, 9))

        found = {
            one: await store.movie_queries.find(one)
            for one in (_IMDB, _TMDB, series, evolve(_TMDB, value="1"), evolve(_TMDB, provider="x"))
        }

        assert [detail and detail.id for detail in found.values()] == [
            *(str(stalker.id), str(stalker.id), str(kingdom.id)),
            *(None, None),
        ]
        assert found[_IMDB] == await store.movie_queries.show(stalker.id)
