from attrs import frozen

from watchlist_core.ids import AccountId, MovieId
from watchlist_core.rating.entities import Direction, Tally, Vote
from watchlist_core.rating.events import MovieVotedOn
from watchlist_core.rating.ports import VotingWork
from watchlist_core.work import Begin, Clock

__all__ = ["VoteOnMovie"]


@frozen
class VoteOnMovie:
    """Say in one word what to think of a movie, watched or not, or change what was said."""

    begin: Begin[VotingWork]
    clock: Clock

    async def __call__(self, account: AccountId, movie: MovieId, direction: Direction) -> Tally:
        """Return the tally of all votes; who says the same again changes nothing.

        Raises:
            AccountNotFound: There is no such account.
            MovieNotFound: There is no such movie.
        """
        vote = Vote(account, movie, direction, self.clock())
        async with self.begin() as work:
            tally = await work.votes.hold_tally(movie)
            earlier = await work.votes.find(account, movie)
            if earlier and earlier.direction is direction:
                return tally

            tally = tally.counting(direction, instead_of=earlier.direction if earlier else None)
            await work.votes.save(vote, tally)
            work.record(MovieVotedOn(account, movie, direction))
            await work.commit()
        return tally
