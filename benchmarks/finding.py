"""How well searches find what they hope for, on each database: over the real MovieLens."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.databases import empty_databases, settle
from benchmarks.results import Quality
from benchmarks.search_quality import fill, qualities
from watchlist_sql.statistics import refresh_statistics
from watchlist_sql.store import SqlStore

__all__ = ["found"]

DATA: Final = Path(__file__).parents[2] / "shared" / "data"


def found(database: str) -> Sequence[Quality]:
    """Return by kind how many of the searches find what they hope for.

    Raises:
        FileNotFoundError: There are no files of MovieLens in the folder ``WATCHLIST_DATA``.
    """
    folder = Path(os.environ.get("WATCHLIST_DATA", DATA)) / "ml-latest-small"
    if not folder.is_dir():
        raise FileNotFoundError(f"MovieLens is not in {folder} (set WATCHLIST_DATA)")
    with (
        TemporaryDirectory(prefix="watchlist-bench-") as place,
        empty_databases(database, ["movielens"], Path(place)) as urls,
    ):
        return asyncio.run(_found(urls["movielens"], folder))


async def _found(url: str, folder: Path) -> Sequence[Quality]:
    store = await SqlStore.open(url)
    await store.migrate()
    await fill(store, folder)
    await refresh_statistics(store.database)
    await settle(url)
    by_kind = await qualities(store.movie_search)
    await store.close()
    for one in by_kind:
        print(f"  {one.text()}", flush=True)  # noqa: T201
    return [
        Quality(
            one.kind,
            one.expected,
            one.found,
            [query.text for query in one.missed],
            one.is_reached,
        )
        for one in by_kind
    ]
