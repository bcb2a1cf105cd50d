from collections.abc import Iterable, Mapping, Sequence

from attrs import evolve, frozen

from watchlist_core.catalogue import ExternalId, ExternalIdTaken, Movie, MovieNotFound, folded
from watchlist_core.ids import MovieId
from watchlist_core.rating import Score, Tally
from watchlist_core.testing.memory.tables import Tables, refuse_taken

__all__ = ["MemoryMovies", "known_movie"]


@frozen
class MemoryMovies:
    _tables: Tables

    async def hold(self, movie: MovieId) -> Movie:
        return known_movie(self._tables, movie)

    async def hold_alike(self, title: str, year: int | None, runtime: int | None) -> MovieId | None:
        wanted = folded(title), year, runtime
        alike = (
            movie
            for movie in self._tables.movies.values()
            if movie.likeness == wanted and not movie.is_withdrawn
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
        self._tables.tallies.update((movie.id, Tally()) for movie in movies)

    async def save(self, movie: Movie) -> None:
        taken = self._tables.external_ids
        for external_id in sorted(movie.external_ids):
            if taken.get(external_id, movie.id) != movie.id:
                raise ExternalIdTaken(external_id)
        for given_up in self._tables.movies[movie.id].external_ids - movie.external_ids:
            del taken[given_up]
        taken.update(dict.fromkeys(movie.external_ids, movie.id))
        self._tables.movies[movie.id] = movie


def known_movie(tables: Tables, movie: MovieId) -> Movie:
    """Return the movie with its genres as they are called now.

    Raises:
        MovieNotFound: There is none, or it was withdrawn.
    """
    kept = tables.movies.get(movie)
    if kept is None or kept.is_withdrawn:
        raise MovieNotFound(movie)
    return evolve(kept, genres=tuple(tables.genres[genre.id] for genre in kept.genres))
