from typing import Final

from attrs import frozen

from watchlist_core.ids import AccountId, MovieId
from watchlist_core.paging import Page, Window
from watchlist_core.rating import OwnVote, Tally, Vote, VoteNotFound
from watchlist_core.testing.memory.auth import known_account
from watchlist_core.testing.memory.catalogue import known_movie
from watchlist_core.testing.memory.listing import Column, Listing, sortable
from watchlist_core.testing.memory.tables import Tables

__all__ = ["MemoryVoteQueries", "MemoryVotes"]


@frozen
class MemoryVotes:
    _tables: Tables

    async def hold_tally(self, movie: MovieId) -> Tally:
        known_movie(self._tables, movie)
        return self._tables.tallies[movie]

    async def find(self, account: AccountId, movie: MovieId) -> Vote | None:
        return self._tables.votes.get((account, movie))

    async def save(self, vote: Vote, tally: Tally) -> None:
        known_account(self._tables, vote.account)
        self._tables.votes[vote.account, vote.movie] = vote
        self._tables.tallies[vote.movie] = tally

    async def hold_vote(self, account: AccountId, movie: MovieId) -> tuple[Vote, Tally]:
        vote = self._tables.votes.get((account, movie))
        if vote is None:
            raise VoteNotFound(movie)
        return vote, self._tables.tallies[movie]

    async def remove(self, vote: Vote, tally: Tally) -> None:
        del self._tables.votes[vote.account, vote.movie]
        self._tables.tallies[vote.movie] = tally


_LATEST_FIRST: Final = Listing[OwnVote](
    [
        Column(lambda vote: sortable(vote.voted_at), str, descending=True),
        Column(lambda vote: vote.movie, str, descending=True),
    ]
)


@frozen
class MemoryVoteQueries:
    _tables: Tables

    async def find(self, account: AccountId, movie: MovieId) -> OwnVote | None:
        vote = self._tables.votes.get((account, movie))
        return self._own(vote) if vote else None

    async def browse(self, account: AccountId, window: Window) -> Page[OwnVote]:
        votes = self._tables.votes.values()
        own = (self._own(vote) for vote in votes if self._is_own(vote, account))
        return _LATEST_FIRST.page(own, window)

    def _is_own(self, vote: Vote, account: AccountId) -> bool:
        return vote.account == account

    def _own(self, vote: Vote) -> OwnVote:
        movie = self._tables.movies[vote.movie]
        return OwnVote(
            movie=str(movie.id),
            title=movie.title,
            media_type=movie.media_type.value,
            year=movie.year,
            direction=vote.direction.value,
            voted_at=vote.voted_at,
            is_withdrawn=movie.is_withdrawn,
        )
