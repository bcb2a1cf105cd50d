"""A database for each server, filled with the same catalogue, and the servers on them."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from attrs import frozen

from benchmarks.asked import FIRST_PAGE
from benchmarks.databases import empty_databases, settle
from benchmarks.dataset import Dataset
from benchmarks.servers import Server, running
from benchmarks.subjects import OURS, PEER, Subject

__all__ = ["NOTHING_KEPT", "Stage", "staged"]

BOTH: Final = (OURS, PEER)
NOTHING_KEPT: Final[Mapping[str, str]] = {"WATCHLIST_HTTP_KEPT_ANSWERS": "0"}
"""Has our server make each answer anew."""


@frozen
class Stage:
    """The servers on one database with one catalogue."""

    database: str
    dataset: Dataset
    urls: Mapping[str, str]
    """Of the databases, by the name of the subject."""
    folder: Path

    @property
    def size(self) -> int:
        """How many movies there are."""
        return len(self.dataset.movies)

    @contextmanager
    def serving(
        self, subject: Subject, *, first_page: str = FIRST_PAGE, **environment: str
    ) -> Iterator[Server]:
        log = self.folder / f"{subject.name}.log"
        settled = {**subject.environment(self.urls[subject.name]), **environment}
        with running(subject.command, settled, log, first_page=first_page) as server:
            yield server


@contextmanager
def staged(database: str, dataset: Dataset, subjects: Sequence[Subject] = BOTH) -> Iterator[Stage]:
    """Make a database for each of *subjects* and fill all with the same catalogue."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="watchlist-bench-")))
        names = [subject.name for subject in subjects]
        urls = stack.enter_context(empty_databases(database, names, folder))
        for subject in subjects:
            asyncio.run(subject.fill(urls[subject.name], dataset))
            asyncio.run(settle(urls[subject.name]))
        yield Stage(database, dataset, urls, folder)
