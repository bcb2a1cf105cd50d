"""What a position may hold, for it comes back from outside."""

from datetime import datetime, timedelta, timezone
from functools import partial

import pytest

from watchlist_core.catalogue import MovieFilter, MovieOrder, MovieSort
from watchlist_core.paging import After, ForeignPosition, Position
from watchlist_sql.database import Database
from watchlist_sql.positions import (
    is_storable,
    read_id,
    read_instant,
    read_number,
    read_text,
    written_instant,
)
from watchlist_sql.store import SqlStore

AN_ID = "01a1fa49-b173-7a7f-99fd-9c077aa186bf"


def test_an_instant_is_read_as_it_was_written() -> None:
    instant = datetime(2026, 11, 20, 12, 0, 0, 1, tzinfo=timezone(timedelta(hours=2)))

    assert read_instant(written_instant(instant)) == instant


@pytest.mark.parametrize(
    "value",
    [
        None,
        12,
        "",
        "noon",
        "2026-11-20",
        "2026-11-20T12:00:00.000000",
        "2026-11-20T12:00:00+00:00",
        "2026-11-20T14:00:00.000000+02:00",
        "0001-01-01T00:00:00.000000+23:00",
    ],
)
def test_what_is_not_written_by_us_is_no_instant(value: object) -> None:
    with pytest.raises(ForeignPosition):
        read_instant(value)


@pytest.mark.parametrize("value", [None, 5, "", "stalker", "\ud800", f"{AN_ID}0"])
def test_what_is_no_uuid_is_no_id(value: object) -> None:
    with pytest.raises(ForeignPosition):
        read_id(value)


@pytest.mark.parametrize("value", [None, "5", 5.0, True, -1, 1 << 15])
def test_what_the_column_cannot_hold_is_no_number(value: object) -> None:
    with pytest.raises(ForeignPosition):
        read_number(value, bits=15)


@pytest.mark.parametrize("value", [None, 5, b"text", "\0", "half of a pair: \ud800"])
def test_what_no_database_can_hold_is_no_text(value: object) -> None:
    with pytest.raises(ForeignPosition):
        read_text(value)


def test_any_other_text_can_be_kept() -> None:
    assert is_storable("Сталкер 🎬 \uffff\U0010ffff")


@pytest.mark.parametrize(
    ("sort", "position"),
    [
        (MovieSort.TITLE, ("a",)),
        (MovieSort.TITLE, ("a", AN_ID, AN_ID)),
        (MovieSort.TITLE, (None, AN_ID)),
        (MovieSort.TITLE, ("\0", AN_ID)),
        (MovieSort.TITLE, ("a", None)),
        (MovieSort.TITLE, ("a", "stalker")),
        (MovieSort.YEAR, ("1979", AN_ID)),
        (MovieSort.YEAR, (1 << 40, AN_ID)),
        (MovieSort.RATING_COUNT, (None, AN_ID)),
        (MovieSort.RATING_COUNT, (1 << 40, AN_ID)),
        (MovieSort.CREATED_AT, ("yesterday", AN_ID)),
        (MovieSort.CREATED_AT, (5, AN_ID)),
    ],
)
@pytest.mark.parametrize("title", [None, "stalker"])
async def test_no_database_is_asked_about_a_position_of_another_list(
    database: Database, sort: MovieSort, position: Position, title: str | None
) -> None:
    browse = partial(SqlStore(database).movie_queries.browse, MovieFilter(title))

    with pytest.raises(ForeignPosition):
        await browse(MovieOrder(((sort, False),)), After(position))
