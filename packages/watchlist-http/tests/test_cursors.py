"""Cursors carry any position, and nobody else can make one."""

import pytest

from watchlist_core.paging import ForeignPosition, Position
from watchlist_http.paging import Cursors

POSITIONS: list[Position] = [("amélie", 7), (None, "x"), (2**60, -1), ("",), ()]


@pytest.mark.parametrize("position", POSITIONS)
def test_a_cursor_holds_any_position(position: Position) -> None:
    cursors = Cursors(b"k" * 32)

    cursor = cursors.write(position, "/movies?")

    assert cursors.read(cursor, "/movies?") == position


def test_cursors_end_with_their_secret() -> None:
    cursor = Cursors(b"k" * 32).write((1,), "/movies?")

    with pytest.raises(ForeignPosition):
        Cursors(b"l" * 32).read(cursor, "/movies?")


def test_nothing_of_the_secret_is_shown() -> None:
    assert repr(Cursors(b"k" * 32)) == "Cursors()"
