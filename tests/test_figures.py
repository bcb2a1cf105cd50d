"""What the benchmark says of a figure is what was wanted of it."""

from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from benchmarks.figures import Comparison, Figure, Spread
from benchmarks.load import Measured
from benchmarks.report import document
from benchmarks.results import Quality, Result, keep, kept_results


def figure(ours: list[float], other: list[float], *, is_limit: bool) -> Figure:
    return Figure("mails", "sqlite", "mails a second", ours, other, 1.3, is_limit, "by one")


@pytest.mark.parametrize(
    ("ours", "is_limit", "is_reached"),
    [
        ([12.0, 13.0, 90.0], True, True),
        ([14.0, 14.0, 1.0], True, False),
        ([13.0, 14.0, 1.0], False, True),
        ([12.0, 12.0, 90.0], False, False),
    ],
)
def test_a_figure_is_reached_by_the_median_of_its_pairs(
    ours: list[float], *, is_limit: bool, is_reached: bool
) -> None:
    assert figure(ours, [10.0, 10.0, 10.0], is_limit=is_limit).is_reached is is_reached


def a_result(**found: Any) -> Result:
    return Result("accounts", "sqlite", 9_742, **found)


def test_the_report_tells_each_figure_of_accounts() -> None:
    result = a_result(figures=[figure([30.0, 20.0], [10.0, 10.0], is_limit=True)])

    assert (
        "| mails (by one) | sqlite | 2.50 (2.00-3.00) | ≤ 1.3 | **no** "
        "| 25.0 (20.0-30.0) | 10.0 (10.0-10.0) | mails a second |"
    ) in document([result]).splitlines()


def test_what_a_part_found_is_kept_until_it_is_measured_again(tmp_path: Path) -> None:
    asked = Measured(100, 2.0, p50=1.0, p99=2.0, wrong=0)
    found = {
        "comparisons": [Comparison("list", 2, [asked], [asked], urls=3)],
        "figures": [figure([30.0], [10.0], is_limit=True)],
        "starts": {"watchlist": Spread([1.0]), "FastAPI + ORM": Spread([2.0])},
        "qualities": [Quality("exact", 20, 19, ["alien"], is_reached=True)],
    }
    keep(a_result(), tmp_path)
    again, other = a_result(**found), evolve(a_result(), movies=87_585)
    keep(again, tmp_path)
    keep(other, tmp_path)

    kept = kept_results(tmp_path)
    assert [one.movies for one in kept] == [9_742, 87_585]
    assert document(kept) == document([again, other])
    assert "alien" in document(kept)
