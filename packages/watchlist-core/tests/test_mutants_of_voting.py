"""Stores that break one promise about votes each are found out by the contract."""

from typing import ClassVar

from attrs import evolve
from typing_extensions import override

from tests.broken_stores import (
    EveryMutantIsFoundOut,
    Mutant,
    ShowsUncommittedChanges,
    WithoutLock,
)
from watchlist_core.auth import AccountNotFound
from watchlist_core.catalogue import Movie, MovieCard, MovieNotFound
from watchlist_core.ids import AccountId, MovieId
from watchlist_core.paging import After, ForeignPosition, Page, PageNumber, Window
from watchlist_core.rating import OwnVote, Tally, Vote
from watchlist_core.testing.contracts import VotingContract
from watchlist_core.testing.memory import (
    MemoryAccounts,
    MemoryMovieQueries,
    MemoryVoteQueries,
    MemoryVotes,
)


class CountsNothingOnCards(Mutant):
    class MovieQueries(MemoryMovieQueries):
        @override
        def _card(self, movie: Movie) -> MovieCard:
            return evolve(super()._card(movie), upvotes=0, downvotes=0)


class KeepsTheFirstVote(Mutant):
    class Votes(MemoryVotes):
        @override
        async def save(self, vote: Vote, tally: Tally) -> None:
            await super().save(await self.find(vote.account, vote.movie) or vote, tally)


class KeepsTheTally(Mutant):
    class Votes(MemoryVotes):
        @override
        async def remove(self, vote: Vote, tally: Tally) -> None:
            del self._tables.votes[vote.account, vote.movie]


class HoldsAnybodysVote(Mutant):
    class Votes(MemoryVotes):
        @override
        async def hold_vote(self, account: AccountId, movie: MovieId) -> tuple[Vote, Tally]:
            for vote in self._tables.votes.values():
                if vote.movie == movie:
                    return vote, self._tables.tallies[movie]
            return await super().hold_vote(account, movie)


class CountsVotesOnNothing(Mutant):
    class Votes(MemoryVotes):
        @override
        async def hold_tally(self, movie: MovieId) -> Tally:
            return self._tables.tallies.get(movie, Tally())


class VotesForNobody(Mutant):
    class Votes(MemoryVotes):
        @override
        async def save(self, vote: Vote, tally: Tally) -> None:
            try:
                await super().save(vote, tally)
            except AccountNotFound:
                self._tables.tallies[vote.movie] = tally


class KeepsVotesOnWithdrawnMovies(Mutant):
    class Votes(MemoryVotes):
        @override
        async def hold_vote(self, account: AccountId, movie: MovieId) -> tuple[Vote, Tally]:
            kept = self._tables.movies.get(movie)
            if kept and kept.is_withdrawn:
                raise MovieNotFound(movie)
            return await super().hold_vote(account, movie)


class CountsTheRemoved(Mutant):
    class Accounts(MemoryAccounts):
        @override
        async def remove(self, account: AccountId) -> None:
            tallies = dict(self._tables.tallies)
            await super().remove(account)
            self._tables.tallies.update(tallies)


class ListsTheOldestFirst(Mutant):
    class VoteQueries(MemoryVoteQueries):
        @override
        async def browse(self, account: AccountId, window: Window) -> Page[OwnVote]:
            page = await super().browse(account, window)
            return evolve(page, items=page.items[::-1])


class SkipsTies(Mutant):
    class VoteQueries(MemoryVoteQueries):
        @override
        async def browse(self, account: AccountId, window: Window) -> Page[OwnVote]:
            if isinstance(window, After) and len(window.position) == 2:
                window = evolve(window, position=(window.position[0], ""))
            return await super().browse(account, window)


class ListsEverybodysVotes(Mutant):
    class VoteQueries(MemoryVoteQueries):
        @override
        def _is_own(self, vote: Vote, account: AccountId) -> bool:
            return True


class StaysOnTheLastPage(Mutant):
    class VoteQueries(MemoryVoteQueries):
        @override
        async def browse(self, account: AccountId, window: Window) -> Page[OwnVote]:
            page = await super().browse(account, window)
            return page if page.items else await super().browse(account, PageNumber())


class TakesAnyPosition(Mutant):
    class VoteQueries(MemoryVoteQueries):
        @override
        async def browse(self, account: AccountId, window: Window) -> Page[OwnVote]:
            try:
                return await super().browse(account, window)
            except ForeignPosition:
                return await super().browse(account, PageNumber())


class TestVoting(EveryMutantIsFoundOut):
    contract = VotingContract
    found_out_by: ClassVar = {
        CountsNothingOnCards: ["test_votes_are_counted_where_the_movie_is_shown"],
        KeepsTheFirstVote: ["test_a_changed_vote_counts_once"],
        KeepsTheTally: ["test_a_vote_that_is_taken_back_counts_no_more"],
        HoldsAnybodysVote: ["test_what_was_not_voted_on_has_no_vote"],
        CountsVotesOnNothing: ["test_what_is_not_there_cannot_be_voted_on"],
        VotesForNobody: ["test_what_is_not_there_cannot_be_voted_on"],
        KeepsVotesOnWithdrawnMovies: ["test_the_vote_on_a_withdrawn_movie_is_still_its_owners"],
        CountsTheRemoved: ["test_what_a_removed_account_voted_no_longer_counts"],
        ListsTheOldestFirst: ["test_the_latest_votes_come_first_whichever_way_they_are_walked"],
        SkipsTies: ["test_the_latest_votes_come_first_whichever_way_they_are_walked"],
        ListsEverybodysVotes: ["test_past_the_last_page_of_votes_there_is_nothing"],
        StaysOnTheLastPage: ["test_past_the_last_page_of_votes_there_is_nothing"],
        TakesAnyPosition: ["test_a_position_of_another_list_is_refused_by_votes"],
        ShowsUncommittedChanges: ["test_readers_see_votes_that_are_committed"],
        WithoutLock: [
            "test_no_vote_is_lost_when_many_vote_at_once",
            "test_who_takes_back_while_others_vote_is_no_longer_counted",
            "test_who_votes_while_another_is_removed_is_counted",
        ],
    }
