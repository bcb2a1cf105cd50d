"""What rating needs from the outside."""

from typing import Protocol

from watchlist_core.ids import AccountId, MovieId
from watchlist_core.paging import Page, Window
from watchlist_core.rating.entities import Rating, Tally, Vote
from watchlist_core.rating.lists import RatingFilter, RatingOrder
from watchlist_core.rating.read_models import MovieRatings, OwnRating, OwnVote
from watchlist_core.scores import Score
from watchlist_core.watching.ports import WatchLog
from watchlist_core.work import UnitOfWork

__all__ = [
    "OwnRatingQueries",
    "RatingQueries",
    "RatingRemovalWork",
    "RatingWork",
    "Ratings",
    "RemovableRatings",
    "VoteQueries",
    "Votes",
    "VotingWork",
]


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


class RemovableRatings(Ratings, Protocol):
    async def hold_rating(self, account: AccountId, movie: MovieId) -> tuple[Rating, Score]:
        """Return what the account has given, and the movie's score, held as by `hold_score`.

        The movie may have been withdrawn: its ratings are still their authors'.

        Raises:
            RatingNotFound: The account has not rated such a movie.
        """

    async def remove(self, rating: Rating, score: Score) -> None:
        """Forget a held *rating*, and keep the held *score* that is left."""


class RatingRemovalWork(UnitOfWork, Protocol):
    """Only as much of the store as taking a rating back may touch."""

    @property
    def ratings(self) -> RemovableRatings: ...


class RatingQueries(Protocol):
    """The door for readers: outside any work, they wait for nobody and see what is committed."""

    async def of_movie(self, movie: MovieId, window: Window) -> MovieRatings:
        """Return the score and a page of the ratings, latest first, of one and the same instant.

        The distribution counts what the score counts.

        Raises:
            MovieNotFound: There is no such movie, or it was withdrawn.
            ForeignPosition: The position does not belong to this list.
        """


class OwnRatingQueries(Protocol):
    """The door for readers of what is their own, as `RatingQueries`; of withdrawn movies too."""

    async def find(self, account: AccountId, movie: MovieId) -> OwnRating | None:
        """Return what the account thinks of the movie; None where it has not said so."""

    async def browse(
        self, account: AccountId, wanted: RatingFilter, order: RatingOrder, window: Window
    ) -> Page[OwnRating]:
        """Return a page of one account's ratings, its total only where asked for by number.

        The movie's id breaks a tie, ascending.

        Raises:
            ForeignPosition: The position does not belong to this order.
        """


class Votes(Protocol):
    async def hold_tally(self, movie: MovieId) -> Tally:
        """Return the tally and let no other work change it until this one ends.

        The movie is held as by `Ratings.hold_score`.

        Raises:
            MovieNotFound: There is no such movie, or it was withdrawn.
        """

    async def find(self, account: AccountId, movie: MovieId) -> Vote | None: ...

    async def save(self, vote: Vote, tally: Tally) -> None:
        """Keep *vote*, in place of an earlier one, and the held *tally* it leads to.

        Raises:
            AccountNotFound: There is no such account.
        """

    async def hold_vote(self, account: AccountId, movie: MovieId) -> tuple[Vote, Tally]:
        """Return the account's vote, and the movie's tally, held as by `hold_tally`.

        The movie may have been withdrawn: its votes are still those of who cast them.

        Raises:
            VoteNotFound: The account has not voted on such a movie.
        """

    async def remove(self, vote: Vote, tally: Tally) -> None:
        """Forget a held *vote*, and keep the held *tally* that is left."""


class VotingWork(UnitOfWork, Protocol):
    """Only as much of the store as voting may touch."""

    @property
    def votes(self) -> Votes: ...


class VoteQueries(Protocol):
    """The door for readers of what is their own, as `OwnRatingQueries`."""

    async def find(self, account: AccountId, movie: MovieId) -> OwnVote | None:
        """Return the account's vote on the movie; None where it has cast none."""

    async def browse(self, account: AccountId, window: Window) -> Page[OwnVote]:
        """Return a page of one account's votes, its total only where asked for by number.

        The latest come first; of one instant, the highest movie id first.

        Raises:
            ForeignPosition: The position does not belong to this list.
        """
