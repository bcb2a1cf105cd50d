from typing import Final

from attrs import frozen

from watchlist_core.ids import AccountId, MovieId
from watchlist_core.paging import Page, Window
from watchlist_core.rating import MovieRatings, PublicRating, Rating, Score
from watchlist_core.testing.memory.auth import known_account
from watchlist_core.testing.memory.catalogue import known_movie
from watchlist_core.testing.memory.listing import Column, Listing, sortable
from watchlist_core.testing.memory.tables import KeptRating, Tables

__all__ = ["MemoryRatingQueries", "MemoryRatings"]


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
        kept = (kept for kept in self._tables.ratings.values() if kept.rating.movie == movie)
        page = _LATEST_FIRST.page(kept, window)
        shown = [self._shown(kept.rating) for kept in page.items]
        return MovieRatings(self._tables.scores[movie], Page(shown, page.next, page.total))

    def _shown(self, rating: Rating) -> PublicRating:
        account = known_account(self._tables, rating.account)
        return PublicRating(account.username, rating.stars.halves, rating.rated_at)
