from collections.abc import AsyncIterator, Iterator

import pytest

from tests.servers.plans import Fill, filled
from tests.servers.run import TestRun
from watchlist_sql.store import SqlStore


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def full_url(
    request: pytest.FixtureRequest,
    test_run: TestRun,
    tmp_path_factory: pytest.TempPathFactory,
    fill: Fill,
) -> Iterator[str]:
    """The URL of a database with what the module's *fill* puts in, which no test changes."""
    with filled(request.param, test_run, tmp_path_factory, fill) as url:
        yield url


@pytest.fixture
async def full_store(full_url: str) -> AsyncIterator[SqlStore]:
    store = await SqlStore.open(full_url)
    yield store
    await store.close()
