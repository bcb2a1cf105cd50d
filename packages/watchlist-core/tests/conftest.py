import pytest

pytest.register_assert_rewrite("watchlist_core.testing.contracts")

from watchlist_core.testing import MemoryStore  # noqa: E402  the asserts above come first
from watchlist_core.testing.contracts import Store  # noqa: E402


@pytest.fixture
def store() -> Store:
    return MemoryStore()
