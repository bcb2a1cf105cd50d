from attrs import frozen

from watchlist_core.ids import AccountId, MovieId
from watchlist_core.rating.errors import VoteNotFound
from watchlist_core.rating.ports import VoteQueries
from watchlist_core.rating.read_models import OwnVote

__all__ = ["ShowVote"]


@frozen
class ShowVote:
    """Show somebody his vote on a movie."""

    queries: VoteQueries

    async def __call__(self, account: AccountId, movie: MovieId) -> OwnVote:
        """Return the vote.

        Raises:
            VoteNotFound: The account has not voted on such a movie.
        """
        found = await self.queries.find(account, movie)
        if found is None:
            raise VoteNotFound(movie)
        return found
