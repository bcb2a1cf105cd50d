"""Runs the whole comparison and shows it: ``nox -s bench``.

``nox -s bench -- --write docs/benchmarks.md`` keeps what it found.
"""

import argparse
import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final, TypeVar

from benchmarks.asked import FIRST_PAGE, lists, movies, ratings
from benchmarks.dataset import LARGE, SMALL, made
from benchmarks.figures import Comparison, Figure, Spread
from benchmarks.load import Load, Request
from benchmarks.mails import relayed_against_client
from benchmarks.pairs import Pace, Side, compared, loading
from benchmarks.protection import protected_against_open
from benchmarks.recount import wrong_scores
from benchmarks.report import Report, Run
from benchmarks.servers import running
from benchmarks.sign_ins import beside_sign_ins
from benchmarks.stage import Stage, staged
from benchmarks.subjects import BARE, OURS, PEER, Subject

STARTS: Final = 5
MAILS: Final = 500

Told = TypeVar("Told", Comparison, Figure)


def told(found: Told) -> Told:
    """Show at once what was found; the document comes at the end."""
    print(f"  {found.text()}", flush=True)  # noqa: T201
    return found


def run(stage: Stage, pace: Pace) -> Run:
    """Compare with the peer on one database; the first pair of each kind only warms up."""
    on_sqlite = stage.database == "sqlite"
    dataset = stage.dataset
    with stage.serving(OURS) as ours, stage.serving(PEER) as peer:

        def against_peer(
            name: str, target: float, method: str, asked: Callable[[Subject], Sequence[Request]]
        ) -> Comparison:
            mine = loading(ours, method, asked(OURS))
            theirs = loading(peer, method, asked(PEER))
            return told(compared(name, target, mine, theirs, pace))

        comparisons = [
            against_peer("list", 10 if on_sqlite else 8, "GET", lambda _: lists(dataset)),
            against_peer("one movie", 13 if on_sqlite else 8, "GET", lambda _: movies(dataset)),
            against_peer("rate", 5, "PUT", lambda subject: ratings(dataset, subject)),
        ]
        memory = {OURS.name: ours.memory(), PEER.name: peer.memory()}
    wrong = {
        subject.name: asyncio.run(wrong_scores(stage.urls[subject.name]))
        for subject in (OURS, PEER)
    }
    return Run(stage.database, len(dataset.movies), comparisons, memory, wrong)


def run_alone(stage: Stage, pace: Pace) -> list[Comparison]:
    """Compare with a handler that does nothing, and with ourselves without a request log."""
    with ExitStack() as stack:
        ours = loading(stack.enter_context(stage.serving(OURS)), "GET", lists(stage.dataset))
        silent = stack.enter_context(stage.serving(OURS, WATCHLIST_LOG_REQUESTS="false"))
        size = len(ours.server.ask(FIRST_PAGE).body)
        command = [*BARE, str(size)]
        log = stage.folder / "bare.log"
        bare = stack.enter_context(running(command, {}, log, first_page=FIRST_PAGE))
        without_log = Side(silent, ours.load)
        of_bare = Side(bare, Load("GET", ours.load.requests, size, size))
        return [
            told(compared("list against a bare handler", 0.10, ours, of_bare, pace)),
            told(compared("request log on against off", 0.85, ours, without_log, pace)),
        ]


def starts(stage: Stage) -> Mapping[str, Spread]:
    """Start each in turn and wait for its first page."""
    times: dict[str, list[float]] = {OURS.name: [], PEER.name: []}
    for _ in range(STARTS):
        for subject in OURS, PEER:
            with stage.serving(subject) as server:
                times[subject.name].append(server.started_in)
    return {name: Spread(values) for name, values in times.items()}


def of_accounts(stage: Stage, pace: Pace) -> list[Figure]:
    """Measure what accounts cost others, and those who ask with a token; and how mails leave."""
    return [
        told(beside_sign_ins(stage, pace)),
        told(protected_against_open(stage, pace)),
        told(relayed_against_client(stage.database, MAILS, pace.pairs)),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="nox -s bench --", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only tell whether everything runs")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    parser.add_argument("--write", type=Path, help="the document to write")
    given = parser.parse_args()
    pace = Pace(seconds=1, pairs=1) if given.quick else Pace(seconds=3, pairs=5)
    report = Report()
    for size in [SMALL] if given.quick else [SMALL, LARGE]:
        dataset = made(size)
        for database in given.database or ["sqlite", "postgresql"]:
            print(f"{size} movies on {database}", flush=True)  # noqa: T201
            with staged(database, dataset) as stage:
                report.runs.append(run(stage, pace))
                if size == SMALL:
                    report.of_accounts += of_accounts(stage, pace)
                if database == "sqlite":
                    report.alone[size] = run_alone(stage, pace)
                    report.starts[size] = starts(stage)
    text = report.text()
    print(text)  # noqa: T201
    if given.write:
        given.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
