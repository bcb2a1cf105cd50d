"""What each part of the benchmark has found, kept as JSON, so that any can be repeated alone.

The document is made of all parts, each with its own date and commit.
"""

import json
import platform
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from os import cpu_count
from pathlib import Path
from typing import Final

from attrs import field, frozen
from cattrs import Converter

from benchmarks.figures import Comparison, Figure, Spread

__all__ = ["KEPT", "Quality", "Result", "keep", "kept_results"]

KEPT: Final = Path(__file__).with_name("results")
_converter: Final = Converter()


def _commit() -> str:
    """Return the commit that was measured, with a sign of what is not committed."""
    command = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    return subprocess.run(  # noqa: S603  our own words
        command, check=False, capture_output=True, text=True, cwd=KEPT.parent
    ).stdout.strip()


def _machine() -> str:
    return f"Python {platform.python_version()}, {cpu_count()} cores ({platform.machine()})"


def _today() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d}"


@frozen
class Quality:
    """How many of the searches of one kind found what they hope for."""

    kind: str
    expected: int
    found: int
    missed: Sequence[str]
    is_reached: bool


@frozen
class Result:
    """What one part found on one database with one catalogue."""

    part: str
    database: str
    movies: int
    comparisons: Sequence[Comparison] = ()
    figures: Sequence[Figure] = ()
    memory: Mapping[str, float] = field(factory=dict)
    """MiB after the load, by server."""
    wrong: Mapping[str, int] = field(factory=dict)
    """Movies whose counters a recount contradicts, by server."""
    starts: Mapping[str, Spread] = field(factory=dict)
    """Seconds from the start of the process to its first page, by server."""
    qualities: Sequence[Quality] = ()
    measured_on: str = field(factory=_today)
    commit: str = field(factory=_commit)
    machine: str = field(factory=_machine)


def keep(result: Result, folder: Path = KEPT) -> None:
    """Keep it in the place of what the same part found before."""
    folder.mkdir(exist_ok=True)
    file = folder / f"{result.part}-{result.database}-{result.movies}.json"
    told = json.dumps(_converter.unstructure(result), indent=1, ensure_ascii=False)
    file.write_text(f"{told}\n", encoding="utf-8")


def kept_results(folder: Path = KEPT) -> list[Result]:
    """Return what all parts found last: the smaller catalogue first, SQLite before PostgreSQL."""
    texts = (file.read_text("utf-8") for file in folder.glob("*.json"))
    results = [_converter.structure(json.loads(text), Result) for text in texts]
    return sorted(results, key=lambda one: (one.part, one.movies, one.database != "sqlite"))
