"""The lines that mutants take away are still there; ``nox -s mutations`` takes them away."""

from pathlib import Path

import pytest

from tests.faults.mutants import MUTANTS, Mutant

PACKAGES = Path(__file__).parents[2] / "packages"


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.told)
def test_what_a_mutant_takes_away_stands_there_once(mutant: Mutant) -> None:
    source = (PACKAGES / mutant.file).read_text()

    assert source.count(mutant.old) == 1
