"""Takes away each line that must not go missing, and looks whether a test cries out.

It takes minutes, so only ``nox -s mutations`` runs it, by its name.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from tests.faults.every_mutant import EVERY_MUTANT
from tests.faults.mutants import Mutant

ROOT: Final = Path(__file__).parents[2]
GREEN, RED = 0, 1


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy all that the tests need, so that nobody meets a mutant who did not ask for one."""
    copy = tmp_path_factory.mktemp("mutants")
    for name in ("packages", "tests"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copy(ROOT / name, copy / name)
    return copy


def outcome(copy: Path, tests: Sequence[str]) -> tuple[int, str]:
    """Run *tests* on the sources of *copy*, and return pytest's exit code and its last words."""
    sources = os.pathsep.join(map(str, sorted(copy.glob("packages/*/src"))))
    ended = subprocess.run(  # noqa: S603  our own words
        [sys.executable, "-B", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests],
        cwd=copy,
        env=os.environ | {"PYTHONPATH": sources, "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,  # where pytest tells of tests that are not there any more
        check=False,
        text=True,
        timeout=900,
    )
    return ended.returncode, ended.stdout[-2000:]


def test_without_a_mutant_all_is_green(copy: Path) -> None:
    code, told = outcome(copy, sorted({test for mutant in EVERY_MUTANT for test in mutant.red}))

    assert code == GREEN, told


@pytest.mark.parametrize("mutant", EVERY_MUTANT, ids=lambda mutant: mutant.told)
def test_a_mutant_turns_a_test_red(mutant: Mutant, copy: Path) -> None:
    file = copy / "packages" / mutant.file
    sound = file.read_text()
    file.write_text(mutant.applied_to(sound))
    try:
        code, told = outcome(copy, mutant.red)
    finally:
        file.write_text(sound)

    assert code == RED, told
