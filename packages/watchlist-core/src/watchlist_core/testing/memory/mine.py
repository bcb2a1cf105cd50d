from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from attrs import frozen

from watchlist_core.ids import AccountId, MovieId
from watchlist_core.mine import MyEntry, MyMovie, MyRating, MyWatch
from watchlist_core.testing.memory.tables import Tables
from watchlist_core.watching import Watch

__all__ = ["MemoryMyMovieQueries"]

_NEVER: Final = datetime.min.replace(tzinfo=UTC)


@frozen
class MemoryMyMovieQueries:
    _tables: Tables

    async def of(self, account: AccountId, movies: Sequence[MovieId]) -> Sequence[MyMovie]:
        return [self._mine(account, movie) for movie in movies]

    def _mine(self, account: AccountId, movie: MovieId) -> MyMovie:
        return MyMovie(
            movie=str(movie),
            entry=self._entry(account, movie),
            last_watch=self._last_watch(account, movie),
            rating=self._rating(account, movie),
            vote=self._vote(account, movie),
        )

    def _entry(self, account: AccountId, movie: MovieId) -> MyEntry | None:
        for entry in self._tables.entries.values():
            if (entry.account, entry.about) == (account, movie):
                return MyEntry(str(entry.id), entry.status.value)
        return None

    def _last_watch(self, account: AccountId, movie: MovieId) -> MyWatch | None:
        watches = self._tables.watches.values()
        own = [watch for watch in watches if (watch.account, watch.movie) == (account, movie)]
        last = max(own, key=self._when, default=None)
        return MyWatch(str(last.id), last.watched_at, last.is_inferred) if last else None

    def _when(self, watch: Watch) -> tuple[datetime, str]:
        return watch.watched_at or _NEVER, str(watch.id)

    def _rating(self, account: AccountId, movie: MovieId) -> MyRating | None:
        kept = self._tables.ratings.get((account, movie))
        if kept is None:
            return None
        return MyRating(kept.rating.stars.halves, kept.rating.review, kept.rating.rated_at)

    def _vote(self, account: AccountId, movie: MovieId) -> str | None:
        vote = self._tables.votes.get((account, movie))
        return vote.direction.value if vote else None
