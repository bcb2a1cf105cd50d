"""The parts of the benchmark, each of which can be measured alone."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from typing import Final, TypeAlias, TypeVar

from attrs import frozen

from benchmarks import million
from benchmarks.asked import (
    FIRST_PAGE,
    contained,
    filtered,
    lists,
    movies,
    ratings,
    searched,
    statistics,
    suggested,
)
from benchmarks.dataset import HUGE, LARGE, SMALL
from benchmarks.figures import Comparison, Figure, Spread
from benchmarks.finding import found
from benchmarks.imports import import_memory, import_rate, made_movielens
from benchmarks.kept import kept_list, not_modified
from benchmarks.load import Load, Request
from benchmarks.mails import relayed_against_client
from benchmarks.pairs import Pace, Side, compared, loading
from benchmarks.protection import protected_against_open
from benchmarks.recount import wrong_scores
from benchmarks.results import Result
from benchmarks.servers import Server, running
from benchmarks.sign_ins import beside_sign_ins
from benchmarks.stage import NOTHING_KEPT, Stage
from benchmarks.subjects import BARE, OURS, PEER, Subject

__all__ = ["PARTS", "Part"]

STARTS: Final = 5
MAILS: Final = 500
DATABASES: Final = ("sqlite", "postgresql")

Asked: TypeAlias = Callable[[Subject], Sequence[Request]]
Told = TypeVar("Told", Comparison, Figure)


@frozen
class Part:
    name: str
    about: str
    measured: Callable[[Stage, Pace], Result]
    sizes: Sequence[int] = (SMALL, LARGE)
    databases: Sequence[str] = DATABASES
    subjects: Sequence[Subject] = (OURS, PEER)
    """Who needs a database with the catalogue."""


def told(found: Told) -> Told:
    """Show at once what was found; the document comes at the end."""
    print(f"  {found.text()}", flush=True)  # noqa: T201
    return found


def _against_peer(
    stage: Stage, pace: Pace, asked: Iterable[tuple[str, float, str, Asked]]
) -> tuple[Sequence[Comparison], Mapping[str, float]]:
    """Compare with the peer, and return also how much memory both took in the end."""
    with stage.serving(OURS, **NOTHING_KEPT) as ours, stage.serving(PEER) as peer:

        def against(name: str, target: float, method: str, requests: Asked) -> Comparison:
            mine, theirs = (
                loading(server, method, requests(subject))
                for server, subject in ((ours, OURS), (peer, PEER))
            )
            return told(compared(name, target, mine, theirs, pace))

        comparisons = [against(*one) for one in asked]
        return comparisons, {OURS.name: ours.memory(), PEER.name: peer.memory()}


def _peer(stage: Stage, pace: Pace) -> Result:
    on_sqlite, dataset = stage.database == "sqlite", stage.dataset
    comparisons, memory = _against_peer(
        stage,
        pace,
        [
            ("list", 10 if on_sqlite else 8, "GET", lambda _: lists(dataset)),
            ("one movie", 13 if on_sqlite else 8, "GET", lambda _: movies(dataset)),
            ("rate", 5, "PUT", lambda subject: ratings(dataset, subject)),
        ],
    )
    wrong = {
        subject.name: asyncio.run(wrong_scores(stage.urls[subject.name]))
        for subject in (OURS, PEER)
    }
    return Result(
        "peer", stage.database, stage.size, comparisons=comparisons, memory=memory, wrong=wrong
    )


def _catalogue(stage: Stage, pace: Pace) -> Result:
    on_sqlite, dataset = stage.database == "sqlite", stage.dataset
    comparisons, _ = _against_peer(
        stage,
        pace,
        [
            ("filter by genre and year", 7 if on_sqlite else 5, "GET", lambda _: filtered(dataset)),
            ("title contains", 6 if on_sqlite else 5, "GET", lambda _: contained(dataset)),
            ("word search", 8 if on_sqlite else 5, "GET", lambda _: searched(dataset)),
            ("suggestions", 1, "GET", lambda _: suggested(dataset)),
            ("statistics of genres", 1, "GET", lambda _: statistics()),
        ],
    )
    return Result("catalogue", stage.database, stage.size, comparisons=comparisons)


def _alone(stage: Stage, pace: Pace) -> Result:
    """Compare with a handler that does nothing, and with ourselves without a request log."""
    with ExitStack() as stack:
        server = stack.enter_context(stage.serving(OURS, **NOTHING_KEPT))
        ours = loading(server, "GET", lists(stage.dataset))
        log_off = {**NOTHING_KEPT, "WATCHLIST_LOG_REQUESTS": "false"}
        silent = stack.enter_context(stage.serving(OURS, **log_off))
        size = len(ours.server.ask(FIRST_PAGE).body)
        bare = _bare(stack, stage, size)
        of_bare = Side(bare, Load("GET", ours.load.requests, size, size))
        comparisons = [
            told(compared("list against a bare handler", 0.10, ours, of_bare, pace)),
            told(compared("request log on against off", 0.85, ours, Side(silent, ours.load), pace)),
        ]
    return Result("alone", stage.database, stage.size, comparisons=comparisons)


def _bare(stack: ExitStack, stage: Stage, size: int) -> Server:
    log = stage.folder / "bare.log"
    return stack.enter_context(running([*BARE, str(size)], {}, log, first_page=FIRST_PAGE))


def _starts(stage: Stage, _: Pace) -> Result:
    """Start each in turn and wait for its first page."""
    times: dict[str, list[float]] = {OURS.name: [], PEER.name: []}
    for _number in range(STARTS):
        for subject in OURS, PEER:
            with stage.serving(subject) as server:
                times[subject.name].append(server.started_in)
    starts = {name: Spread(values) for name, values in times.items()}
    return Result("starts", stage.database, stage.size, starts=starts)


def _accounts(stage: Stage, pace: Pace) -> Result:
    """Measure what accounts cost others, and those who ask with a token; and how mails leave."""
    figures = [
        told(beside_sign_ins(stage, pace)),
        told(protected_against_open(stage, pace)),
        told(relayed_against_client(stage.database, MAILS, pace.pairs)),
    ]
    return Result("accounts", stage.database, stage.size, figures=figures)


def _million(stage: Stage, pace: Pace) -> Result:
    figures = [told(figure) for figure in million.against_smaller(stage, pace)]
    return Result("million", stage.database, stage.size, figures=figures)


def _kept(stage: Stage, pace: Pace) -> Result:
    figures = [
        told(measured(stage, pace, rated=rated))
        for measured in (kept_list, not_modified)
        for rated in (False, True)
    ]
    return Result("kept", stage.database, stage.size, figures=figures)


def _import(stage: Stage, pace: Pace) -> Result:
    with made_movielens(stage.size) as folder:
        figures = [told(import_rate(folder, pace.pairs))]
    return Result("import", stage.database, stage.size, figures=figures)


def _import_memory(stage: Stage, _: Pace) -> Result:
    with made_movielens(stage.size) as folder:
        figures = [told(import_memory(folder))]
    return Result("import-memory", stage.database, stage.size, figures=figures)


def _finding(stage: Stage, _: Pace) -> Result:
    return Result("finding", stage.database, stage.size, qualities=found(stage.database))


PARTS: Final = [
    Part("peer", "lists, movies and ratings against the peer", _peer),
    Part("catalogue", "filters, searches, suggestions and statistics against the peer", _catalogue),
    Part(
        "alone",
        "the list against a bare handler, and the request log",
        _alone,
        databases=("sqlite",),
        subjects=(OURS,),
    ),
    Part("starts", "how long each takes to start", _starts, databases=("sqlite",)),
    Part("accounts", "sign-ins, tokens and mails", _accounts, sizes=(SMALL,), subjects=(OURS,)),
    Part("kept", "answers that are given again", _kept, sizes=(SMALL,), subjects=(OURS,)),
    Part("finding", "what the set of searches finds", _finding, sizes=(SMALL,), subjects=()),
    Part(
        "import",
        "the import of MovieLens against raw inserts",
        _import,
        sizes=(SMALL,),
        databases=("sqlite",),
        subjects=(),
    ),
    Part(
        "import-memory",
        "the memory of an import of a million movies",
        _import_memory,
        sizes=(HUGE,),
        databases=("sqlite",),
        subjects=(),
    ),
    Part(
        "million", "a million movies against 87 thousand", _million, sizes=(HUGE,), subjects=(OURS,)
    ),
]
