from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from attrs import evolve, frozen

from watchlist_core.catalogue import (
    Genre,
    GenreDetail,
    GenreInUse,
    GenreLabel,
    GenreNameTaken,
    GenreNotFound,
    GenreStatistics,
    Movie,
    folded,
)
from watchlist_core.ids import GenreId
from watchlist_core.paging import Page, Window
from watchlist_core.rating import Score
from watchlist_core.testing.memory.listing import Column, Listing
from watchlist_core.testing.memory.tables import Tables, refuse_taken

__all__ = ["MemoryGenreQueries", "MemoryGenres"]


@frozen
class MemoryGenres:
    _tables: Tables

    async def named(self, names: Iterable[str]) -> Mapping[str, Genre]:
        ids, genres = self._tables.genre_names, self._tables.genres
        return {name: genres[ids[folded(name)]] for name in names if folded(name) in ids}

    async def add(self, genres: Sequence[Genre]) -> Mapping[str, Genre]:
        ids = self._tables.genre_names
        new: dict[str, Genre] = {}
        for genre in genres:
            if folded(genre.name) not in ids:
                new.setdefault(folded(genre.name), genre)
        refuse_taken(self._tables.genres, (genre.id for genre in new.values()))
        ids.update((name, genre.id) for name, genre in new.items())
        self._tables.genres.update((genre.id, genre) for genre in new.values())
        return await self.named(genre.name for genre in genres)

    async def hold(self, genre: GenreId) -> Genre:
        return _known_genre(self._tables, genre)

    async def save(self, genre: Genre) -> None:
        ids = self._tables.genre_names
        other = ids.get(folded(genre.name), genre.id)
        if other != genre.id:
            raise GenreNameTaken(other)
        del ids[folded(self._tables.genres[genre.id].name)]
        ids[folded(genre.name)] = genre.id
        self._tables.genres[genre.id] = genre

    async def remove(self, genre: GenreId) -> None:
        movies = _movies_of(self._tables, genre)
        if any(not movie.is_withdrawn for movie in movies):
            raise GenreInUse(genre)
        for movie in movies:
            others = tuple(one for one in movie.genres if one.id != genre)
            self._tables.movies[movie.id] = evolve(movie, genres=others)
        del self._tables.genre_names[folded(self._tables.genres[genre].name)]
        del self._tables.genres[genre]


_BY_NAME: Final = Listing[Genre]([Column(lambda genre: folded(genre.name), str)])


@frozen
class MemoryGenreQueries:
    _tables: Tables

    async def browse(self, window: Window) -> Page[GenreDetail]:
        page = _BY_NAME.page(self._tables.genres.values(), window)
        return Page([self._detail(genre) for genre in page.items], page.next, page.total)

    async def show(self, genre: GenreId) -> GenreDetail:
        return self._detail(_known_genre(self._tables, genre))

    async def statistics(self) -> Sequence[GenreStatistics]:
        genres = sorted(self._tables.genres.values(), key=lambda genre: folded(genre.name))
        return [self._statistics(genre) for genre in genres]

    def _detail(self, genre: Genre) -> GenreDetail:
        return GenreDetail(str(genre.id), genre.name, genre.revision, len(self._shown(genre)))

    def _statistics(self, genre: Genre) -> GenreStatistics:
        movies = self._shown(genre)
        scores = [self._tables.scores[movie.id] for movie in movies]
        score = Score(
            sum(score.rating_count for score in scores), sum(score.halves for score in scores)
        )
        return GenreStatistics(GenreLabel(str(genre.id), genre.name), len(movies), score)

    def _shown(self, genre: Genre) -> list[Movie]:
        return [movie for movie in _movies_of(self._tables, genre.id) if not movie.is_withdrawn]


def _known_genre(tables: Tables, genre: GenreId) -> Genre:
    try:
        return tables.genres[genre]
    except KeyError:
        raise GenreNotFound(genre) from None


def _movies_of(tables: Tables, genre: GenreId) -> list[Movie]:
    """Return the movies that have the genre, withdrawn ones included."""
    movies = tables.movies.values()
    return [movie for movie in movies if genre in {one.id for one in movie.genres}]
