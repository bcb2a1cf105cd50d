"""Which movies a list shows, and what it shows of them."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from watchlist_core.catalogue import Movie, MovieCard, MovieFilter, folded
from watchlist_core.ids import GenreId
from watchlist_core.testing.memory.tables import Tables

__all__ = ["answers", "card_of"]


def answers(tables: Tables, movie: Movie, wanted: MovieFilter) -> Iterator[bool]:
    """Yield, of each condition, whether it holds."""
    yield folded(wanted.title or "") in folded(movie.title)
    yield _keys(wanted.genres) <= _keys(
        key for genre in movie.genres for key in (genre.id, tables.genres[genre.id].name)
    )
    yield wanted.media_type in {None, movie.media_type}
    year, score = movie.year, tables.scores[movie.id]
    yield wanted.year in {None, year}
    yield wanted.year_from is None or (year is not None and year >= wanted.year_from)
    yield wanted.year_to is None or (year is not None and year <= wanted.year_to)
    least = wanted.rating_hundredths_from
    if least is not None:
        yield score.rating_count > 0 and score.halves * 50 >= least * score.rating_count


def _keys(genres: Iterable[GenreId | str]) -> set[UUID | str]:
    return {folded(genre) if isinstance(genre, str) else genre for genre in genres}


def card_of(tables: Tables, movie: Movie) -> MovieCard:
    """Return what a list shows of the movie, with its genres as they are called now."""
    tally = tables.tallies[movie.id]
    return MovieCard(
        id=str(movie.id),
        title=movie.title,
        year=movie.year,
        media_type=movie.media_type.value,
        genres=[tables.genres[genre.id].name for genre in movie.genres],
        score=tables.scores[movie.id],
        upvotes=tally.upvotes,
        downvotes=tally.downvotes,
    )
