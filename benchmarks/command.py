"""The command of a module that measures one figure."""

import argparse
from collections.abc import Callable
from typing import TypeAlias

from benchmarks.dataset import SMALL, made
from benchmarks.figures import Figure
from benchmarks.pairs import Pace
from benchmarks.stage import Stage, staged
from benchmarks.subjects import OURS

__all__ = ["measured_by_itself"]


_Measured: TypeAlias = Callable[[Stage, Pace], Figure]


def measured_by_itself(measured: _Measured, about: str | None, *more: _Measured) -> None:
    """Measure it, and *more*, on each database that the command line names, and print it."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--pairs", type=int, default=5)
    given = parser.parse_args()
    dataset = made(SMALL)
    for database in given.database or ["sqlite", "postgresql"]:
        print(database, flush=True)  # noqa: T201
        with staged(database, dataset, [OURS]) as stage:
            for one in (measured, *more):
                print(one(stage, Pace(given.seconds, given.pairs)).text(), flush=True)  # noqa: T201
