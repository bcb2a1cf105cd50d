"""A process that rates one movie with many accounts at once: ``rating_process.py URL MOVIE``.

It reads the accounts' ids from its input, a line each, and starts when the input ends.
"""

import asyncio
import sys
from uuid import UUID

from watchlist_core.ids import AccountId, MovieId
from watchlist_core.rating import RateMovie, Stars
from watchlist_core.work import now
from watchlist_sql import SqlStore


async def main(url: str, movie: MovieId) -> None:
    store = await SqlStore.open(url, patience=60)
    print("ready", flush=True)  # noqa: T201  the test waits for it
    accounts = [AccountId(UUID(line.strip())) for line in sys.stdin]
    rate = RateMovie(store.begin, now)
    await asyncio.gather(*(rate(account, movie, Stars.of(4.5)) for account in accounts))
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], MovieId(UUID(sys.argv[2]))))
