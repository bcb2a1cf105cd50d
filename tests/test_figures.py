"""What the benchmark says of a figure is what was wanted of it."""

import pytest

from benchmarks.figures import Figure
from benchmarks.report import Report


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


def test_the_report_tells_each_figure_of_accounts() -> None:
    report = Report(of_accounts=[figure([30.0, 20.0], [10.0, 10.0], is_limit=True)])

    assert (
        "| mails (by one) | sqlite | 2.50 (2.00-3.00) | ≤ 1.3 | **no** "
        "| 25.0 (20.0-30.0) | 10.0 (10.0-10.0) | mails a second |"
    ) in report.text().splitlines()
