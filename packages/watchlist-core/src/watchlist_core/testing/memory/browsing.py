import re
from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from typing import Final

from attrs import frozen

from watchlist_core.catalogue import (
    ExternalId,
    ExternalIdLabel,
    GenreLabel,
    Movie,
    MovieCard,
    MovieDetail,
    MovieFilter,
    MovieOrder,
    MovieSort,
    folded,
)
from watchlist_core.ids import MovieId
from watchlist_core.paging import ForeignPosition, Page, Window
from watchlist_core.testing.memory.catalogue import known_movie
from watchlist_core.testing.memory.filtering import answers, card_of
from watchlist_core.testing.memory.listing import Column, Listing, Value, sortable
from watchlist_core.testing.memory.tables import Tables

__all__ = ["MemoryMovieQueries"]

_RATIO: Final = re.compile("[1-9][0-9]{0,18}/[1-9][0-9]{0,18}")


@frozen
class MemoryMovieQueries:
    _tables: Tables

    async def browse(
        self, wanted: MovieFilter, order: MovieOrder, window: Window
    ) -> Page[MovieCard]:
        found = (
            movie
            for movie in self._tables.movies.values()
            if not movie.is_withdrawn and all(self._answers(movie, wanted))
        )
        page = self._listing(order).page(found, window)
        return Page([self._card(movie) for movie in page.items], page.next, page.total)

    async def show(self, movie: MovieId) -> MovieDetail:
        kept, tally = known_movie(self._tables, movie), self._tables.tallies[movie]
        return MovieDetail(
            id=str(kept.id),
            title=kept.title,
            original_title=kept.original_title,
            alternative_titles=kept.alternative_titles,
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
            upvotes=tally.upvotes,
            downvotes=tally.downvotes,
        )

    async def find(self, external_id: ExternalId) -> MovieDetail | None:
        movie = self._tables.external_ids.get(external_id)
        if movie is None or self._tables.movies[movie].is_withdrawn:
            return None
        return await self.show(movie)

    def _answers(self, movie: Movie, wanted: MovieFilter) -> Iterator[bool]:
        """Yield, of each condition, whether it holds."""
        yield from answers(self._tables, movie, wanted)

    def _card(self, movie: Movie) -> MovieCard:
        return card_of(self._tables, movie)

    def _listing(self, order: MovieOrder) -> Listing[Movie]:
        columns = [self._column(sort, descending=descending) for sort, descending in order.fields]
        return Listing([*columns, Column[Movie](lambda movie: str(movie.id), str)])

    def _column(self, sort: MovieSort, *, descending: bool) -> Column[Movie]:
        column = partial(Column[Movie], descending=descending)
        match sort:
            case MovieSort.TITLE:
                return column(lambda movie: folded(movie.title), str)
            case MovieSort.YEAR:
                return column(lambda movie: movie.year, int | None)
            case MovieSort.AVERAGE_RATING:
                return column(self._average, str | None, sorted_by=_ratio)
            case MovieSort.RATING_COUNT:
                return column(lambda movie: self._tables.scores[movie.id].rating_count, int)
            case MovieSort.CREATED_AT:
                return column(lambda movie: sortable(movie.created_at), str)

    def _average(self, movie: Movie) -> Value:
        score = self._tables.scores[movie.id]
        return f"{score.halves}/{score.rating_count}" if score.rating_count else None


def _ratio(average: Value) -> Fraction:
    if not isinstance(average, str) or not _RATIO.fullmatch(average):
        raise ForeignPosition
    return Fraction(average)
