"""Who has a store of his own tests it as the contracts say, without any setting of pytest."""

import subprocess
import sys
from pathlib import Path

import pytest

TESTS = """
import pytest
from watchlist_core.testing import MemoryStore
from watchlist_core.testing.contracts import AuthContract, Store, WatchingContract

class Mine(MemoryStore):
    async def events(self):
        return {events}

@pytest.fixture
async def store() -> Store:
    return Mine()

class TestAuth(AuthContract):
    pass

class TestWatching(WatchingContract):
    pass
"""


@pytest.fixture
def outcome(tmp_path: Path, request: pytest.FixtureRequest) -> subprocess.CompletedProcess[str]:
    tests = tmp_path / "test_my_store.py"
    tests.write_text(TESTS.format(events=request.param), "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-o", "asyncio_mode=auto", str(tests)]
    return subprocess.run(  # noqa: S603  our own words
        command, cwd=tmp_path, capture_output=True, check=False, text=True
    )


@pytest.mark.parametrize("outcome", ["await super().events()"], indirect=True)
def test_a_sound_store_passes(outcome: subprocess.CompletedProcess[str]) -> None:
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


@pytest.mark.parametrize("outcome", ["['nothing']"], indirect=True)
def test_what_is_wrong_with_a_store_is_shown_by_its_values(
    outcome: subprocess.CompletedProcess[str],
) -> None:
    assert outcome.returncode == 1, outcome.stdout + outcome.stderr
    assert "assert ['nothing'] == ['account-added']" in outcome.stdout
