from collections import Counter
from functools import partial
from typing import Final

from attrs import frozen

from watchlist_core.catalogue import folded
from watchlist_core.ids import AccountId, MovieId
from watchlist_core.paging import Page, Window
from watchlist_core.rating import (
    MovieRatings,
    OwnRating,
    PublicRating,
    Rating,
    RatingFilter,
    RatingNotFound,
    RatingOrder,
    RatingSort,
    Score,
)
from watchlist_core.testing.memory.auth import known_account
from watchlist_core.testing.memory.catalogue import known_movie
from watchlist_core.testing.memory.listing import Column, Listing, sortable
from watchlist_core.testing.memory.tables import KeptRating, Tables

__all__ = ["MemoryOwnRatingQueries", "MemoryRatingQueries", "MemoryRatings"]


@frozen
class MemoryRatings:
    _tables: Tables

    async def hold_score(self, movie: MovieId) -> Score:
        known_movie(self._tables, movie)
        return self._tables.scores[movie]

    async def find(self, account: AccountId, movie: MovieId) -> Rating | None:
        kept = self._tables.ratings.get((account, movie))
        return kept.rating if kept else None

    async def save(self, rating: Rating, score: Score) -> None:
        known_account(self._tables, rating.account)
        key = rating.account, rating.movie
        earlier = self._tables.ratings.get(key)
        number = earlier.number if earlier else next(self._tables.numbers)
        self._tables.ratings[key] = KeptRating(number, rating)
        self._tables.scores[rating.movie] = score

    async def hold_rating(self, account: AccountId, movie: MovieId) -> tuple[Rating, Score]:
        kept = self._tables.ratings.get((account, movie))
        if kept is None:
            raise RatingNotFound(movie)
        return kept.rating, self._tables.scores[movie]

    async def remove(self, rating: Rating, score: Score) -> None:
        del self._tables.ratings[rating.account, rating.movie]
        self._tables.scores[rating.movie] = score


_LATEST_FIRST: Final = Listing[KeptRating](
    [
        Column(lambda kept: sortable(kept.rating.rated_at), str, descending=True),
        Column(lambda kept: kept.number, int, descending=True),
    ]
)


@frozen
class MemoryRatingQueries:
    _tables: Tables

    async def of_movie(self, movie: MovieId, window: Window) -> MovieRatings:
        known_movie(self._tables, movie)
        kept = [kept for kept in self._tables.ratings.values() if kept.rating.movie == movie]
        page = _LATEST_FIRST.page(kept, window)
        shown = [self._shown(kept.rating) for kept in page.items]
        counts = Counter(one.rating.stars.halves for one in kept)
        return MovieRatings(
            self._tables.scores[movie],
            Page(shown, page.next, page.total),
            [counts[halves] for halves in range(2, 11)],
        )

    def _shown(self, rating: Rating) -> PublicRating:
        account = known_account(self._tables, rating.account)
        return PublicRating(account.username, rating.stars.halves, rating.rated_at, rating.review)


@frozen
class MemoryOwnRatingQueries:
    _tables: Tables

    async def find(self, account: AccountId, movie: MovieId) -> OwnRating | None:
        kept = self._tables.ratings.get((account, movie))
        return self._own(kept.rating) if kept else None

    async def browse(
        self, account: AccountId, wanted: RatingFilter, order: RatingOrder, window: Window
    ) -> Page[OwnRating]:
        ratings = (kept.rating for kept in self._tables.ratings.values())
        own = (self._own(rating) for rating in ratings if self._is_own(rating, account))
        title = folded(wanted.title or "")
        found = (rating for rating in own if title in folded(rating.title))
        columns = [_column(sort, descending=descending) for sort, descending in order.fields]
        by_movie = Column[OwnRating](lambda rating: rating.movie, str)
        return Listing([*columns, by_movie]).page(found, window)

    def _is_own(self, rating: Rating, account: AccountId) -> bool:
        return rating.account == account

    def _own(self, rating: Rating) -> OwnRating:
        movie = self._tables.movies[rating.movie]
        return OwnRating(
            movie=str(movie.id),
            title=movie.title,
            media_type=movie.media_type.value,
            year=movie.year,
            halves=rating.stars.halves,
            review=rating.review,
            rated_at=rating.rated_at,
            source=rating.source,
            is_withdrawn=movie.is_withdrawn,
        )


def _column(sort: RatingSort, *, descending: bool) -> Column[OwnRating]:
    column = partial(Column[OwnRating], descending=descending)
    match sort:
        case RatingSort.RATED_AT:
            return column(lambda rating: sortable(rating.rated_at), str)
        case RatingSort.STARS:
            return column(lambda rating: rating.halves, int)
        case RatingSort.TITLE:
            return column(lambda rating: folded(rating.title), str)
        case RatingSort.YEAR:
            return column(lambda rating: rating.year, int | None)
