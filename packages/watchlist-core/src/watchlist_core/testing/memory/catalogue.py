from collections.abc import Callable, Iterable, Mapping, Sequence
from types import UnionType

from attrs import frozen

from watchlist_core.catalogue import (
    ExternalId,
    ExternalIdLabel,
    ExternalIdTaken,
    Genre,
    GenreLabel,
    Movie,
    MovieCard,
    MovieDetail,
    MovieFilter,
    MovieNotFound,
    MovieOrder,
    MovieSort,
    folded,
)
from watchlist_core.ids import MovieId
from watchlist_core.paging import Page, Window
from watchlist_core.rating import Score
from watchlist_core.testing.memory.listing import Column, Listing, Value, sortable
from watchlist_core.testing.memory.tables import Tables, refuse_taken

__all__ = ["MemoryGenres", "MemoryMovieQueries", "MemoryMovies", "known_movie"]


@frozen
class MemoryMovies:
    _tables: Tables

    async def hold_alike(self, title: str, year: int | None, runtime: int | None) -> MovieId | None:
        wanted = folded(title), year, runtime
        alike = (
            movie
            for movie in self._tables.movies.values()
            if (folded(movie.title), movie.year, movie.runtime) == wanted
        )
        oldest = min(alike, key=lambda movie: (movie.created_at, movie.id), default=None)
        return oldest.id if oldest else None

    async def hold_known(self, external_ids: Iterable[ExternalId]) -> Mapping[ExternalId, MovieId]:
        taken = self._tables.external_ids
        return {wanted: taken[wanted] for wanted in external_ids if wanted in taken}

    async def add(self, movies: Sequence[Movie]) -> None:
        claimed: dict[ExternalId, MovieId] = {}
        for movie in movies:
            for external_id in sorted(movie.external_ids):
                if external_id in claimed or external_id in self._tables.external_ids:
                    raise ExternalIdTaken(external_id)
                claimed[external_id] = movie.id
        refuse_taken(self._tables.movies, (movie.id for movie in movies))
        self._tables.external_ids.update(claimed)
        self._tables.movies.update((movie.id, movie) for movie in movies)
        self._tables.scores.update((movie.id, Score()) for movie in movies)


@frozen
class MemoryGenres:
    _tables: Tables

    async def named(self, names: Iterable[str]) -> Mapping[str, Genre]:
        kept = self._tables.genres
        return {name: kept[folded(name)] for name in names if folded(name) in kept}

    async def add(self, genres: Sequence[Genre]) -> Mapping[str, Genre]:
        kept = self._tables.genres
        new: dict[str, Genre] = {}
        for genre in genres:
            if folded(genre.name) not in kept:
                new.setdefault(folded(genre.name), genre)
        refuse_taken({genre.id for genre in kept.values()}, (genre.id for genre in new.values()))
        kept.update(new)
        return {genre.name: kept[folded(genre.name)] for genre in genres}


@frozen
class MemoryMovieQueries:
    _tables: Tables

    async def browse(
        self, wanted: MovieFilter, order: MovieOrder, window: Window
    ) -> Page[MovieCard]:
        title = folded(wanted.title or "")
        found = (movie for movie in self._tables.movies.values() if title in folded(movie.title))
        page = self._listing(order).page(found, window)
        return Page([self._card(movie) for movie in page.items], page.next, page.total)

    async def show(self, movie: MovieId) -> MovieDetail:
        kept = known_movie(self._tables, movie)
        return MovieDetail(
            id=str(kept.id),
            title=kept.title,
            year=kept.year,
            runtime=kept.runtime,
            media_type=kept.media_type.value,
            description=kept.description,
            genres=[GenreLabel(str(genre.id), genre.name) for genre in kept.genres],
            external_ids=[
                ExternalIdLabel(one.provider, one.kind.value, one.value)
                for one in sorted(kept.external_ids)
            ],
            score=self._tables.scores[movie],
            revision=kept.revision,
            created_at=kept.created_at,
        )

    def _card(self, movie: Movie) -> MovieCard:
        return MovieCard(
            id=str(movie.id),
            title=movie.title,
            year=movie.year,
            media_type=movie.media_type.value,
            genres=[genre.name for genre in movie.genres],
            score=self._tables.scores[movie.id],
        )

    def _listing(self, order: MovieOrder) -> Listing[Movie]:
        columns = [
            Column(*self._value(sort), descending=descending) for sort, descending in order.fields
        ]
        return Listing([*columns, Column[Movie](lambda movie: str(movie.id), str)])

    def _value(self, sort: MovieSort) -> tuple[Callable[[Movie], Value], type | UnionType]:
        match sort:
            case MovieSort.TITLE:
                return lambda movie: folded(movie.title), str
            case MovieSort.YEAR:
                return lambda movie: movie.year, int | None
            case MovieSort.RATING_COUNT:
                return lambda movie: self._tables.scores[movie.id].rating_count, int
            case MovieSort.CREATED_AT:
                return lambda movie: sortable(movie.created_at), str


def known_movie(tables: Tables, movie: MovieId) -> Movie:
    try:
        return tables.movies[movie]
    except KeyError:
        raise MovieNotFound(movie) from None
