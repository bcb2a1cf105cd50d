"""What it costs that a route is protected: ``python -m benchmarks.protection``.

The same list is asked of two servers: of one where guests may do nothing, with the tokens of a
hundred people in turn, and of one where they may read, without any.
"""

from itertools import cycle
from typing import Final

from attrs import evolve

from benchmarks.asked import lists
from benchmarks.command import measured_by_itself
from benchmarks.figures import Figure
from benchmarks.pairs import Pace, compared, loading
from benchmarks.stage import NOTHING_KEPT, Stage
from benchmarks.subjects import OURS

__all__ = ["protected_against_open"]

TARGET: Final = 1 / 1.15
"""A protected route costs at most 15 % more."""
OPEN_TO_ALL: Final = "/health"


def protected_against_open(stage: Stage, pace: Pace) -> Figure:
    asked = lists(stage.dataset)
    tokens = cycle([OURS.token(account) for account in stage.dataset.accounts])
    shown = [evolve(request, token=next(tokens)) for request in asked]
    with (
        stage.serving(
            OURS, first_page=OPEN_TO_ALL, **NOTHING_KEPT, WATCHLIST_HTTP_GUESTS="false"
        ) as closed,
        stage.serving(OURS, **NOTHING_KEPT) as open_,
    ):
        name = "list with tokens on a closed server, against it on an open one"
        ours, other = loading(closed, "GET", shown), loading(open_, "GET", asked)
        comparison = compared(name, TARGET, ours, other, pace)
    return Figure(
        name,
        stage.database,
        "requests a second",
        [one.rate for one in comparison.ours],
        [one.rate for one in comparison.other],
        TARGET,
    )


if __name__ == "__main__":
    measured_by_itself(protected_against_open, __doc__)
