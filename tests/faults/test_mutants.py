"""The lines that mutants take away are still there; ``nox -s mutations`` takes them away."""

from pathlib import Path

import pytest

from tests.faults.every_mutant import EVERY_MUTANT
from tests.faults.mutants import LineMoved, Mutant

PACKAGES = Path(__file__).parents[2] / "packages"


@pytest.mark.parametrize("mutant", EVERY_MUTANT, ids=lambda mutant: mutant.told)
def test_what_a_mutant_takes_away_stands_there_once(mutant: Mutant) -> None:
    source = (PACKAGES / mutant.file).read_text()

    assert mutant.applied_to(source) != source


@pytest.mark.parametrize(("source", "times"), [("", 0), ("check()\ncheck()\n", 2)])
def test_a_mutant_whose_line_moved_says_which_and_where_it_was(source: str, times: int) -> None:
    mutant = Mutant(
        "nobody checks", "watchlist-core/src/door.py", "check()\n", "", ["test_door.py"]
    )

    with pytest.raises(LineMoved) as told:
        mutant.applied_to(source)

    assert str(told.value).startswith(
        f"'nobody checks' takes away what stands {times} times in "
        "packages/watchlist-core/src/door.py: 'check()\\n'"
    )
