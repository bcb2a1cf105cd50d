"""Runs the whole comparison and shows it: ``nox -s bench``.

``nox -s bench -- --write docs/benchmarks.md`` keeps what it found.
"""

import argparse
import asyncio
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

from attrs import frozen

from benchmarks.databases import empty_databases, settle
from benchmarks.dataset import LARGE, SMALL, Dataset, made
from benchmarks.figures import Comparison, Spread
from benchmarks.load import Load, Measured, Request, measure
from benchmarks.recount import wrong_scores
from benchmarks.report import Report, Run
from benchmarks.servers import Server, running
from benchmarks.subjects import BARE, OURS, PEER, Subject

CONNECTIONS: Final = 16
STARTS: Final = 5
FIRST_PAGE: Final = "/api/v1/movies"
SORTS: Final = [
    sign + name for name in ("title", "year", "rating_count", "created_at") for sign in ("", "-")
]
DEEPEST_PAGE: Final = 10_000 // 20


@frozen
class Plan:
    sizes: Sequence[int]
    databases: Sequence[str]
    seconds: float
    pairs: int


@frozen
class Stage:
    """The servers on one database with one catalogue."""

    database: str
    dataset: Dataset
    urls: Mapping[str, str]
    """Of the databases, by the name of the subject."""
    folder: Path

    @contextmanager
    def serving(self, subject: Subject, **environment: str) -> Iterator[Server]:
        log = self.folder / f"{subject.name}.log"
        settled = {**subject.environment(self.urls[subject.name]), **environment}
        with running(subject.command, settled, log, first_page=FIRST_PAGE) as server:
            yield server


@frozen
class Side:
    """A server and what it is asked: the same as its counterpart, but for the tokens."""

    server: Server
    load: Load


def lists(dataset: Dataset) -> list[Request]:
    """Ask for every page that there is, and for the first ones most, as people do (Zipf's law)."""
    last = min(DEEPEST_PAGE, len(dataset.movies) // 20)
    pages = [page for page in range(1, last + 1) for _ in range(last // page)]
    return [
        Request(f"{FIRST_PAGE}?{size}page={page}&sort={sort}")
        for page in pages
        for sort in SORTS
        for size in ("", "page_size=20&")
    ]


def movies(dataset: Dataset) -> list[Request]:
    return [Request(f"{FIRST_PAGE}/{movie.id}") for movie in dataset.movies[:20_000]]


def ratings(dataset: Dataset, subject: Subject) -> list[Request]:
    tokens = [subject.token(account) for account in dataset.accounts]
    stars = [halves / 2 for halves in range(2, 11)]
    return [
        Request(
            f"{FIRST_PAGE}/{dataset.movies[movie].id}/rating",
            tokens[account],
            json.dumps({"stars": stars[number % len(stars)]}),
        )
        for number, (_, account, movie) in enumerate(dataset.watches)
    ]


def loading(server: Server, method: str, requests: Sequence[Request]) -> Side:
    """Mix the requests, and ask some of them first, to know what lengths answers have."""
    mixed = list(requests)
    Random(1).shuffle(mixed)  # noqa: S311  repeatable, not secret
    lengths = []
    for request in mixed[:200]:
        answer = server.ask(request.path, method, request.token, request.body)
        if answer.status != 200:  # noqa: PLR2004  OK
            raise RuntimeError(f"{method} {request.path}: {answer}")
        lengths.append(len(answer.body))
    return Side(server, Load(method, mixed, min(lengths) // 2, max(lengths) * 2))


def compared(name: str, target: float, ours: Side, other: Side, plan: Plan) -> Comparison:
    """Measure in turn, so that a noisy moment of the machine falls on both."""
    mine: list[Measured] = []
    theirs: list[Measured] = []
    for number in range(plan.pairs + 1):
        for side, results in (ours, mine), (other, theirs):
            first = number * len(side.load.requests) // (plan.pairs + 1)
            results.append(
                measure(
                    side.server.port,
                    side.load,
                    connections=CONNECTIONS,
                    seconds=plan.seconds,
                    first=first,
                )
            )
    comparison = Comparison(
        name, target, mine[1:], theirs[1:], len({r.path for r in ours.load.requests})
    )
    print(f"  {name}: {comparison.ratio.text('.2f')} x, target {target:g}", flush=True)  # noqa: T201
    return comparison


def run(stage: Stage, plan: Plan) -> Run:
    """Compare with the peer on one database; the first pair of each kind only warms up."""
    on_sqlite = stage.database == "sqlite"
    dataset = stage.dataset
    with stage.serving(OURS) as ours, stage.serving(PEER) as peer:

        def against_peer(
            name: str, target: float, method: str, asked: Callable[[Subject], Sequence[Request]]
        ) -> Comparison:
            mine = loading(ours, method, asked(OURS))
            theirs = loading(peer, method, asked(PEER))
            return compared(name, target, mine, theirs, plan)

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


def run_alone(stage: Stage, plan: Plan) -> list[Comparison]:
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
            compared("list against a bare handler", 0.10, ours, of_bare, plan),
            compared("request log on against off", 0.85, ours, without_log, plan),
        ]


def starts(stage: Stage) -> Mapping[str, Spread]:
    """Start each in turn and wait for its first page."""
    times: dict[str, list[float]] = {OURS.name: [], PEER.name: []}
    for _ in range(STARTS):
        for subject in OURS, PEER:
            with stage.serving(subject) as server:
                times[subject.name].append(server.started_in)
    return {name: Spread(values) for name, values in times.items()}


@contextmanager
def staged(database: str, dataset: Dataset) -> Iterator[Stage]:
    """Make a database for each subject and fill both with the same catalogue."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="watchlist-bench-")))
        names = [OURS.name, PEER.name]
        urls = stack.enter_context(empty_databases(database, names, folder))
        for subject in OURS, PEER:
            asyncio.run(subject.fill(urls[subject.name], dataset))
            asyncio.run(settle(urls[subject.name]))
        yield Stage(database, dataset, urls, folder)


def main() -> None:
    parser = argparse.ArgumentParser(prog="nox -s bench --", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only tell whether everything runs")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    parser.add_argument("--write", type=Path, help="the document to write")
    given = parser.parse_args()
    plan = Plan(
        sizes=[SMALL] if given.quick else [SMALL, LARGE],
        databases=given.database or ["sqlite", "postgresql"],
        seconds=1 if given.quick else 3,
        pairs=1 if given.quick else 5,
    )
    report = Report()
    for size in plan.sizes:
        dataset = made(size)
        for database in plan.databases:
            print(f"{size} movies on {database}", flush=True)  # noqa: T201
            with staged(database, dataset) as stage:
                report.runs.append(run(stage, plan))
                if database == "sqlite":
                    report.alone[size] = run_alone(stage, plan)
                    report.starts[size] = starts(stage)
    text = report.text()
    print(text)  # noqa: T201
    if given.write:
        given.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
