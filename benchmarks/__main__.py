"""Measures the parts of the benchmark and keeps what each has found: ``nox -s bench``.

``-- --only catalogue --size 87585 --database sqlite`` measures one part again, and
``-- --write docs/benchmarks.md`` makes the document of what all parts have found last. Of a part
that runs with ``--quick``, nothing is kept.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from benchmarks.dataset import made
from benchmarks.pairs import Pace
from benchmarks.parts import DATABASES, PARTS, Part
from benchmarks.report import document
from benchmarks.results import keep, kept_results
from benchmarks.stage import staged
from benchmarks.subjects import OURS, PEER, Subject


def main() -> None:
    names = [part.name for part in PARTS]
    about = "; ".join(f"{part.name}: {part.about}" for part in PARTS)
    parser = argparse.ArgumentParser(prog="nox -s bench --", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only tell whether everything runs")
    parser.add_argument("--only", choices=names, action="append", help=about)
    parser.add_argument("--size", type=int, action="append", help="another number of movies")
    parser.add_argument("--database", choices=DATABASES, action="append")
    parser.add_argument("--report", action="store_true", help="measure nothing")
    parser.add_argument("--write", type=Path, help="the document to write")
    given = parser.parse_args()
    if not given.report:
        parts = [part for part in PARTS if part.name in (given.only or names)]
        pace = Pace(seconds=1, pairs=1) if given.quick else Pace(seconds=3, pairs=5)
        sizes = given.size or ([min(part.sizes) for part in parts] if given.quick else None)
        for database in given.database or DATABASES:
            _measure(parts, database, sizes, pace, is_kept=not given.quick)
    text = document(kept_results())
    if given.write:
        given.write.write_text(text, encoding="utf-8")
    else:
        print(text)  # noqa: T201


def _measure(
    parts: Sequence[Part],
    database: str,
    sizes: Sequence[int] | None,
    pace: Pace,
    *,
    is_kept: bool,
) -> None:
    """Measure *parts* on one database, those of one size one after the other on one stage."""
    wanted = {part.name: sizes or part.sizes for part in parts if database in part.databases}
    for size in sorted({size for of_part in wanted.values() for size in of_part}):
        there = [part for part in parts if size in wanted.get(part.name, ())]
        begun = perf_counter()
        _say(f"{size} movies on {database}")
        with staged(database, made(size), _subjects(there)) as stage:
            _say(f"  filled within {perf_counter() - begun:.0f} s")
            for part in there:
                begun = perf_counter()
                result = part.measured(stage, pace)
                _say(f"  {part.name} took {perf_counter() - begun:.0f} s")
                if is_kept:
                    keep(result)


def _subjects(parts: Sequence[Part]) -> list[Subject]:
    return [one for one in (OURS, PEER) if any(one in part.subjects for part in parts)]


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
