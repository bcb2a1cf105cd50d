from attrs import frozen

from watchlist_core.ids import AccountId, MovieId
from watchlist_core.rating.entities import Tally
from watchlist_core.rating.events import VoteRemoved
from watchlist_core.rating.ports import VotingWork
from watchlist_core.work import Begin

__all__ = ["RemoveVote"]


@frozen
class RemoveVote:
    """Take back a vote on a movie."""

    begin: Begin[VotingWork]

    async def __call__(self, account: AccountId, movie: MovieId) -> Tally:
        """Return the tally of the votes of others.

        Raises:
            VoteNotFound: The account has not voted on such a movie.
        """
        async with self.begin() as work:
            vote, tally = await work.votes.hold_vote(account, movie)
            tally = tally.without(vote.direction)
            await work.votes.remove(vote, tally)
            work.record(VoteRemoved(account, movie))
            await work.commit()
        return tally
