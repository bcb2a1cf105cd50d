"""What rating needs from the outside."""

from typing import Protocol

from watchlist_core.ids import AccountId, MovieId
from watchlist_core.paging import Window
from watchlist_core.rating.entities import Rating
from watchlist_core.rating.read_models import MovieRatings
from watchlist_core.scores import Score
from watchlist_core.watching.ports import WatchLog
from watchlist_core.work import UnitOfWork

__all__ = ["RatingQueries", "RatingWork", "Ratings"]


class Ratings(Protocol):
    async def hold_score(self, movie: MovieId) -> Score:
        """Return the score and let no other work change it until this one ends.

        Without the hold, two accounts rating at the same moment would both count
        from the same old score, and one rating would be lost.

        Raises:
            MovieNotFound: There is no such movie, or it was withdrawn.
        """

    async def find(self, account: AccountId, movie: MovieId) -> Rating | None: ...

    async def save(self, rating: Rating, score: Score) -> None:
        """Keep *rating*, in place of an earlier one, and the held *score* it leads to.

        Raises:
            AccountNotFound: There is no such account.
        """


class RatingWork(UnitOfWork, Protocol):
    """Only as much of the store as rating may touch."""

    @property
    def ratings(self) -> Ratings: ...

    @property
    def watch_log(self) -> WatchLog: ...


class RatingQueries(Protocol):
    """The door for readers: outside any work, they wait for nobody and see what is committed."""

    async def of_movie(self, movie: MovieId, window: Window) -> MovieRatings:
        """Return the score and a page of the ratings, latest first, of one and the same instant.

        Raises:
            MovieNotFound: There is no such movie, or it was withdrawn.
            ForeignPosition: The position does not belong to this list.
        """
