"""A relay in a process of its own: ``relay_process.py URL hang|drain``.

Its reaction tells what it got; then it goes on until nothing waits, or hangs until it is killed.
"""

import asyncio
import sys
from collections.abc import Sequence

from watchlist_core.catalogue import MoviesImported
from watchlist_http.server.reactions import Happened, Reactions
from watchlist_http.server.relay import Relay
from watchlist_sql.database import open_database
from watchlist_sql.outbox import Outbox


async def tell(happened: Sequence[Happened[MoviesImported]]) -> None:
    for one in happened:
        print(one.event.added, flush=True)  # noqa: T201  this is what the test waits for


async def tell_and_hang(happened: Sequence[Happened[MoviesImported]]) -> None:
    await tell(happened)
    await asyncio.Event().wait()


async def main(url: str, manner: str) -> None:
    reactions = Reactions()
    reactions.on(MoviesImported, tell_and_hang if manner == "hang" else tell)
    database = await open_database(url)
    relay = Relay(Outbox(database), reactions, lambda: 1.0)
    while (await relay.outbox.count()).waiting:
        await relay(asyncio.Event())
        await asyncio.sleep(0)
    await database.close()


asyncio.run(main(*sys.argv[1:]))
