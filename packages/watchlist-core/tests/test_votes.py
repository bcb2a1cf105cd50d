"""Votes, and how they are counted."""

import pytest

from watchlist_core.ids import AccountId, MovieId
from watchlist_core.rating import Direction, Tally, Vote
from watchlist_core.testing.contracts import NOON, new_id

UP, DOWN = Direction.UP, Direction.DOWN


def test_votes_are_counted_by_their_direction() -> None:
    tally = Tally().counting(UP).counting(UP).counting(DOWN)

    assert tally == Tally(upvotes=2, downvotes=1)
    assert tally.without(UP) == Tally(1, 1)
    assert tally.without(DOWN) == Tally(2, 0)


def test_a_vote_counts_instead_of_the_one_before_it() -> None:
    tally = Tally(2, 1)

    assert tally.counting(DOWN, instead_of=UP) == Tally(1, 2)
    assert tally.counting(UP, instead_of=DOWN) == Tally(3, 0)
    assert tally.counting(UP, instead_of=UP) == tally


def test_a_vote_has_a_direction_and_an_instant() -> None:
    account, movie = AccountId(new_id()), MovieId(new_id())

    with pytest.raises(TypeError, match="direction"):
        Vote(account, movie, "up", NOON)  # type: ignore[arg-type]  # no Direction
    with pytest.raises(ValueError, match="voted_at"):
        Vote(account, movie, UP, NOON.replace(tzinfo=None))
