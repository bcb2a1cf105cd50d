from asyncio import gather
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import pytest

from watchlist_core.auth import AccountNotFound
from watchlist_core.catalogue import MovieFilter, MovieNotFound, MovieOrder
from watchlist_core.ids import AccountId, MovieId
from watchlist_core.paging import After, ForeignPosition, PageNumber, Position, Total
from watchlist_core.rating import (
    Direction,
    ListVotes,
    OwnVote,
    RemoveVote,
    ShowVote,
    Tally,
    Vote,
    VoteNotFound,
    VoteOnMovie,
)
from watchlist_core.testing.contracts.given import (
    NOON,
    a_movie,
    added,
    an_account,
    new_id,
    unsaved_account,
)
from watchlist_core.testing.contracts.overlap import Overlap, at_once
from watchlist_core.testing.contracts.own import account_removed, withdrawn
from watchlist_core.testing.contracts.store import PersonalStore
from watchlist_core.testing.contracts.walking import walked

__all__ = ["VotingContract"]

_UP: Final = Direction.UP
_DOWN: Final = Direction.DOWN
_HOUR: Final = timedelta(hours=1)
_FOREIGN: Final[list[Position]] = [(), (None,), (1, "id"), ("stalker",), (None, None), (1, 2, 3)]


async def _voted(
    store: PersonalStore,
    account: AccountId,
    movie: MovieId,
    direction: Direction = _UP,
    *,
    at: datetime = NOON,
) -> Tally:
    return await VoteOnMovie(store.begin, lambda: at)(account, movie, direction)


async def _tally(store: PersonalStore, movie: MovieId) -> Tally:
    """Return the votes on a movie as its detail and its card both show them."""
    detail = await store.movie_queries.show(movie)
    page = await store.movie_queries.browse(MovieFilter(), MovieOrder(), PageNumber())
    (card,) = [card for card in page.items if card.id == str(movie)]
    assert (detail.upvotes, detail.downvotes) == (card.upvotes, card.downvotes)
    return Tally(card.upvotes, card.downvotes)


async def _crowd(store: PersonalStore, number: int) -> list[AccountId]:
    accounts = [unsaved_account() for _ in range(number)]
    await added(store, *accounts)
    return [account.id for account in accounts]


@pytest.mark.asyncio
class VotingContract:
    """Everybody votes once on a movie, and its counters are true at any time."""

    async def test_votes_are_counted_where_the_movie_is_shown(self, store: PersonalStore) -> None:
        movie, other = await a_movie(store, "Stalker", 1979), await a_movie(store, "Solaris")
        first, second, third = await _crowd(store, 3)

        tallies = [
            await _voted(store, account, movie.id, direction)
            for account, direction in ((first, _UP), (second, _DOWN), (third, _UP))
        ]

        assert tallies == [Tally(1, 0), Tally(1, 1), Tally(2, 1)]
        assert await _tally(store, movie.id) == Tally(2, 1)
        assert await _tally(store, other.id) == Tally()
        assert (await store.movie_queries.show(movie.id)).revision == movie.revision
        own = await ShowVote(store.vote_queries)(second, movie.id)
        shown = str(movie.id), "Stalker", "movie", 1979
        assert own == OwnVote(*shown, "down", NOON, is_withdrawn=False)
        assert list(await store.events()).count("movie-voted-on") == 3

    async def test_a_changed_vote_counts_once(self, store: PersonalStore) -> None:
        movie, account = (await a_movie(store)).id, (await an_account(store)).id
        later = NOON + _HOUR
        await _voted(store, account, movie, _UP)

        changed = await _voted(store, account, movie, _DOWN, at=later)
        same = await _voted(store, account, movie, _DOWN, at=later + _HOUR)

        assert changed == same == await _tally(store, movie) == Tally(0, 1)
        own = await ShowVote(store.vote_queries)(account, movie)
        assert (own.direction, own.voted_at) == ("down", later)
        assert (await ListVotes(store.vote_queries)(account)).total == Total(1)
        assert list(await store.events()).count("movie-voted-on") == 2

    async def test_a_vote_that_is_taken_back_counts_no_more(self, store: PersonalStore) -> None:
        movie = (await a_movie(store)).id
        account, other = await _crowd(store, 2)
        for who in (account, other):
            await _voted(store, who, movie)

        left = await RemoveVote(store.begin)(account, movie)

        with pytest.raises(VoteNotFound):
            await RemoveVote(store.begin)(account, movie)
        with pytest.raises(VoteNotFound):
            await ShowVote(store.vote_queries)(account, movie)
        assert left == await _tally(store, movie) == Tally(1, 0)
        assert (await ShowVote(store.vote_queries)(other, movie)).direction == "up"
        assert list(await store.events()).count("vote-removed") == 1
        assert await _voted(store, account, movie, _DOWN) == Tally(1, 1)

    async def test_what_was_not_voted_on_has_no_vote(self, store: PersonalStore) -> None:
        movie, other = (await a_movie(store)).id, (await a_movie(store, "Solaris")).id
        account, stranger = await _crowd(store, 2)
        await _voted(store, account, movie)
        nothing = MovieId(new_id())

        for who, which in ((stranger, movie), (account, other), (account, nothing)):
            with pytest.raises(VoteNotFound) as not_shown:
                await ShowVote(store.vote_queries)(who, which)
            with pytest.raises(VoteNotFound) as not_removed:
                await RemoveVote(store.begin)(who, which)
            assert not_shown.value.movie == not_removed.value.movie == which

        assert await _tally(store, movie) == Tally(1, 0)
        assert "vote-removed" not in await store.events()

    async def test_what_is_not_there_cannot_be_voted_on(self, store: PersonalStore) -> None:
        movie, gone = (await a_movie(store)).id, (await a_movie(store, "Solaris")).id
        account, nobody = (await an_account(store)).id, AccountId(new_id())
        await withdrawn(store, gone)

        for nothing in (MovieId(new_id()), gone):
            with pytest.raises(MovieNotFound) as no_movie:
                await _voted(store, account, nothing)
            assert no_movie.value.movie == nothing
        with pytest.raises(AccountNotFound) as no_account:
            await _voted(store, nobody, movie)

        assert no_account.value.account == nobody
        assert await _tally(store, movie) == Tally()
        assert "movie-voted-on" not in await store.events()

    async def test_the_vote_on_a_withdrawn_movie_is_still_its_owners(
        self, store: PersonalStore
    ) -> None:
        movie = (await a_movie(store)).id
        account, other = await _crowd(store, 2)
        for who in (account, other):
            await _voted(store, who, movie)

        await withdrawn(store, movie)
        page = await ListVotes(store.vote_queries)(account)
        left = await RemoveVote(store.begin)(account, movie)

        assert [(vote.title, vote.is_withdrawn) for vote in page.items] == [("Stalker", True)]
        assert left == Tally(1, 0)
        assert list((await ListVotes(store.vote_queries)(account)).items) == []

    async def test_what_a_removed_account_voted_no_longer_counts(
        self, store: PersonalStore
    ) -> None:
        movies = [(await a_movie(store, title)).id for title in ("Stalker", "Solaris")]
        gone, other = await _crowd(store, 2)
        for movie in movies:
            await _voted(store, gone, movie, _DOWN)
            await _voted(store, other, movie, _UP)
        await withdrawn(store, movies[1])

        await account_removed(store, gone)

        assert await _tally(store, movies[0]) == Tally(1, 0)
        assert await RemoveVote(store.begin)(other, movies[1]) == Tally()
        for movie in movies:
            assert await store.vote_queries.find(gone, movie) is None

    async def test_no_vote_is_lost_when_many_vote_at_once(self, store: PersonalStore) -> None:
        movie, crowd = (await a_movie(store)).id, await _crowd(store, 5)
        overlap = Overlap(works=5)

        async def vote_slowly(account: AccountId) -> None:
            async with store.begin() as work:
                tally = await work.votes.hold_tally(movie)
                await overlap()
                vote = Vote(account, movie, _UP, NOON)
                await work.votes.save(vote, tally.counting(_UP))
                await work.commit()

        await gather(*(vote_slowly(account) for account in crowd))

        assert await _tally(store, movie) == Tally(5, 0)

    async def test_who_takes_back_while_others_vote_is_no_longer_counted(
        self, store: PersonalStore
    ) -> None:
        movie, (account, other) = (await a_movie(store)).id, await _crowd(store, 2)
        await _voted(store, account, movie)
        overlap = Overlap(works=3)

        async def take_back() -> None:
            async with store.begin() as work:
                vote, tally = await work.votes.hold_vote(account, movie)
                await overlap()
                await work.votes.remove(vote, tally.without(vote.direction))
                await work.commit()

        async def vote() -> None:
            async with store.begin() as work:
                tally = await work.votes.hold_tally(movie)
                await overlap()
                await work.votes.save(Vote(other, movie, _DOWN, NOON), tally.counting(_DOWN))
                await work.commit()

        _, refused = await at_once(take_back(), take_back(), vote())

        assert [type(error) for error in refused] == [VoteNotFound]
        assert await _tally(store, movie) == Tally(0, 1)

    async def test_who_votes_while_another_is_removed_is_counted(
        self, store: PersonalStore
    ) -> None:
        movie, (gone, other) = (await a_movie(store)).id, await _crowd(store, 2)
        await _voted(store, gone, movie)
        overlap = Overlap(works=2)

        async def vote() -> None:
            async with store.begin() as work:
                tally = await work.votes.hold_tally(movie)
                await overlap()
                await work.votes.save(Vote(other, movie, _DOWN, NOON), tally.counting(_DOWN))
                await work.commit()

        async def remove() -> None:
            async with store.begin() as work:
                await work.accounts.hold(gone)
                await overlap()
                await work.accounts.remove(gone)
                await work.commit()

        _, failed = await at_once(vote(), remove())

        assert failed == []
        assert await _tally(store, movie) == Tally(0, 1)

    async def test_the_latest_votes_come_first_whichever_way_they_are_walked(
        self, store: PersonalStore
    ) -> None:
        account, other = await _crowd(store, 2)
        for number in range(6):
            movie, at = (await a_movie(store)).id, NOON + number // 2 * _HOUR
            await _voted(store, account, movie, at=at)
            await _voted(store, other, movie, _DOWN, at=at)

        browse = partial(store.vote_queries.browse, account)
        walks = [
            [(vote.voted_at, vote.movie) for vote in await walked(browse, 6, page_size)]
            for page_size in (1, 4, 6)
        ]

        assert walks == [sorted(walks[0], reverse=True)] * 3
        assert len(set(walks[0])) == 6

    async def test_past_the_last_page_of_votes_there_is_nothing(self, store: PersonalStore) -> None:
        movie, (account, other) = (await a_movie(store)).id, await _crowd(store, 2)
        await _voted(store, account, movie)

        past = await ListVotes(store.vote_queries)(account, PageNumber(2))
        empty = await ListVotes(store.vote_queries)(other)

        assert (list(past.items), past.next, past.total) == ([], None, Total(1))
        assert (list(empty.items), empty.next, empty.total) == ([], None, Total(0))

    async def test_a_position_of_another_list_is_refused_by_votes(
        self, store: PersonalStore
    ) -> None:
        movie, account = (await a_movie(store)).id, (await an_account(store)).id
        await _voted(store, account, movie)

        for position in _FOREIGN:
            with pytest.raises(ForeignPosition):
                await store.vote_queries.browse(account, After(position))

    async def test_readers_see_votes_that_are_committed(self, store: PersonalStore) -> None:
        movie, account = (await a_movie(store)).id, (await an_account(store)).id
        vote = Vote(account, movie, _UP, NOON)

        async with store.begin() as work:
            await work.votes.hold_tally(movie)
            await work.votes.save(vote, Tally(1, 0))
            assert await work.votes.find(account, movie) == vote
            assert await work.votes.hold_vote(account, movie) == (vote, Tally(1, 0))
            before = await store.vote_queries.find(account, movie), await _tally(store, movie)
            await work.commit()

        assert before == (None, Tally())
        assert await store.vote_queries.find(account, movie)
        assert await _tally(store, movie) == Tally(1, 0)
