"""What a type checker knows of what is somebody's own. mypy reads this file."""

from collections.abc import Sequence
from datetime import datetime
from typing import assert_type

import pytest

from watchlist_core.ids import EntryId, MovieId, Uuid7
from watchlist_core.mine import MyMovie, MyMovieQueries, ShowMyMovies
from watchlist_core.paging import Page
from watchlist_core.rating import (
    Direction,
    ListOwnRatings,
    ListVotes,
    OwnRating,
    OwnRatingQueries,
    OwnVote,
    RatingOrder,
    RatingRemovalWork,
    RatingSort,
    RemoveRating,
    RemoveVote,
    Score,
    ShowRating,
    ShowVote,
    Stars,
    Tally,
    VoteOnMovie,
    VoteQueries,
    VotingWork,
)
from watchlist_core.testing import MemoryStore
from watchlist_core.testing.contracts import PersonalStore, a_movie, a_title, a_viewer, rated
from watchlist_core.watching import (
    AddToWatchlist,
    Entry,
    EntryCard,
    EntryChanges,
    EntryFilter,
    EntryOrder,
    EntryQueries,
    EntrySort,
    EntryStatus,
    FreeTitle,
    History,
    ListWatches,
    ListWatchlist,
    RemoveEntry,
    RemoveWatch,
    ReviseEntry,
    ShowEntry,
    TitleWatch,
    Viewing,
    Watch,
    WatchCard,
    WatchEntry,
    WatchlistWork,
    WatchQueries,
)
from watchlist_core.work import Begin, now

new_id = Uuid7()


async def test_the_verbs_of_a_watchlist_have_types() -> None:
    store = MemoryStore()
    viewer = await a_viewer(store, (await a_movie(store)).id)

    entry = await AddToWatchlist(store.begin, now, new_id)(viewer, a_title(), note="soon")
    changes = EntryChanges(status=EntryStatus.WATCHED, year=None)
    revised = await ReviseEntry(store.begin, now, new_id)(viewer, entry.id, changes)
    viewing = await WatchEntry(store.begin, now, new_id)(viewer, entry.id, None)
    card = await ShowEntry(store.entry_queries)(viewer, entry.id)
    order = EntryOrder([(EntrySort.STATUS, False), (EntrySort.TITLE, True)])
    page = await ListWatchlist(store.entry_queries)(viewer, EntryFilter(title="de"), order)
    history = await ListWatches(store.watch_queries)(viewer)
    await RemoveWatch(store.begin)(viewer, viewing.id)
    await RemoveEntry(store.begin)(viewer, entry.id)

    assert_type(entry, Entry)
    assert_type(entry.about, MovieId | FreeTitle)
    assert_type(revised, Entry)
    assert_type(viewing, Viewing)
    assert_type(viewing.watched_at, datetime | None)
    if not isinstance(viewing, Watch):
        assert_type(viewing, TitleWatch)
        assert_type(viewing.entry, EntryId | None)
    assert_type(card, EntryCard)
    assert_type(card.movie, str | None)
    assert_type(page, Page[EntryCard])
    assert_type(history, Page[WatchCard])


async def test_the_verbs_of_raters_and_voters_have_types() -> None:
    store = MemoryStore()
    movie = (await a_movie(store)).id
    viewer = await a_viewer(store, movie)
    await rated(store, viewer, movie, Stars.of(4))

    own = await ShowRating(store.own_rating_queries)(viewer, movie)
    order = RatingOrder([(RatingSort.STARS, True)])
    ratings = await ListOwnRatings(store.own_rating_queries)(viewer, None, order)
    tally = await VoteOnMovie(store.begin, now)(viewer, movie, Direction.UP)
    vote = await ShowVote(store.vote_queries)(viewer, movie)
    votes = await ListVotes(store.vote_queries)(viewer)
    mine = await ShowMyMovies(store.my_movie_queries)(viewer, [movie])
    score = await RemoveRating(store.begin)(viewer, movie)
    left = await RemoveVote(store.begin)(viewer, movie)

    assert_type(own, OwnRating)
    assert_type(own.review, str | None)
    assert_type(ratings, Page[OwnRating])
    assert_type(tally, Tally)
    assert_type(left, Tally)
    assert_type(vote, OwnVote)
    assert_type(votes, Page[OwnVote])
    assert_type(score, Score)
    assert_type(mine, Sequence[MyMovie])
    assert_type(mine[0].vote, str | None)


async def test_the_memory_store_meets_the_needs_of_what_is_somebodys_own() -> None:
    store = MemoryStore()
    personal: PersonalStore = store
    watchlist: Begin[WatchlistWork] = store.begin
    removal: Begin[RatingRemovalWork] = store.begin
    voting: Begin[VotingWork] = store.begin
    entries: EntryQueries = store.entry_queries
    watches: WatchQueries = store.watch_queries
    ratings: OwnRatingQueries = store.own_rating_queries
    votes: VoteQueries = store.vote_queries
    movies: MyMovieQueries = store.my_movie_queries

    async with store.begin() as work:
        history: History = work.watch_log

    assert all((personal, watchlist, removal, voting, history))
    assert all((entries, watches, ratings, votes, movies))


def test_a_checker_refuses_what_would_go_wrong_with_own_things() -> None:
    store = MemoryStore()
    with pytest.raises(TypeError):
        EntryChanges(note=None)  # type: ignore[arg-type]  # a note that is not there is empty
    ShowEntry(store.watch_queries)  # type: ignore[arg-type]  # another door
    EntryOrder([(RatingSort.STARS, True)])  # type: ignore[list-item]  # of another list
