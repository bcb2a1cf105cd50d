"""What others feel of people who sign in: ``python -m benchmarks.sign_ins``.

A list is asked for while four clients sign in without pause, and again while another process checks
as many passwords a second, which takes as much of the machine. What is between the two is what the
server adds to the cost of the hash itself: threads of one process get in each other's way, and a
sign-in writes.
"""

import asyncio
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from time import sleep
from typing import Final

from attrs import evolve, frozen

from benchmarks.asked import lists
from benchmarks.burning import burning
from benchmarks.command import measured_by_itself
from benchmarks.figures import Figure, Spread
from benchmarks.load import Measured, Request, measure
from benchmarks.pairs import Pace, Side, loading
from benchmarks.stage import NOTHING_KEPT, Stage
from benchmarks.subjects import OURS
from watchlist_core.auth import AddAccount, EmailAddress
from watchlist_core.ids import Uuid7
from watchlist_core.security import BcryptPasswords
from watchlist_core.work import now
from watchlist_sql.store import SqlStore

__all__ = ["beside_sign_ins"]

TARGET: Final = 1.3
CLIENTS: Final = 4
ACCOUNTS: Final = 4 * CLIENTS
COST: Final = 12
"""Of bcrypt, as the server has it by default."""
PASSWORD: Final = "Correct1Horse!"  # noqa: S105
PATH: Final = "/api/v1/auth/login"
LEAD: Final = 1.0
"""Seconds for which people sign in before the list is measured, and after it."""
LONGER: Final = 2.0
"""How many times as long as others: it takes many requests to tell the slowest of a hundred."""
ALLOWED: Final = {
    "WATCHLIST_AUTH_PASSWORD_COST": str(COST),
    "WATCHLIST_AUTH_SIGN_INS": "1000",
    "WATCHLIST_AUTH_SIGN_INS_OF_ADDRESS": "100000",
}
"""All come from one address, and each sign-in counts as failed until it is not."""


@frozen
class Beside:
    """The list beside other work of the machine."""

    measured: Measured
    hashes_a_second: float


def beside_sign_ins(stage: Stage, pace: Pace) -> Figure:
    """Compare the p99 of the list beside sign-ins with that beside hashes of another process."""
    pace = evolve(pace, seconds=LONGER * pace.seconds)
    emails = asyncio.run(_accounts(stage.urls[OURS.name]))
    ours: list[Beside] = []
    other: list[Beside] = []
    with stage.serving(OURS, **ALLOWED, **NOTHING_KEPT) as server:
        asked = loading(server, "GET", lists(stage.dataset))
        signing_in = loading(server, "POST", [_sign_in(email) for email in emails])
        for number in range(pace.pairs + 1):  # the first only warms up
            ours.append(_while_people_sign_in(asked, signing_in, pace, number))
            other.append(_while_another_burns(asked, ours[-1].hashes_a_second, pace, number))
    hashes = [Spread([one.hashes_a_second for one in side[1:]]).text() for side in (ours, other)]
    return Figure(
        "p99 of the list beside sign-ins, against it beside the same hashes elsewhere",
        stage.database,
        "ms",
        [one.measured.p99 for one in ours[1:]],
        [one.measured.p99 for one in other[1:]],
        TARGET,
        is_limit=True,
        remark=f"{' and '.join(hashes)} hashes a second",
    )


async def _accounts(url: str) -> Sequence[str]:
    """Make people with passwords, and return their addresses."""
    with closing(BcryptPasswords(COST)) as passwords:
        password_hash = await passwords.hash(PASSWORD)
    store = await SqlStore.open(url)
    try:
        add = AddAccount(store.begin, now, Uuid7())
        emails = [f"person{number}@example.org" for number in range(ACCOUNTS)]
        for email in emails:
            await add(email=EmailAddress(email), password_hash=password_hash)
    finally:
        await store.close()
    return emails


def _sign_in(email: str) -> Request:
    return Request(PATH, body=json.dumps({"email": email, "password": PASSWORD}))


def _while_people_sign_in(asked: Side, signing_in: Side, pace: Pace, number: int) -> Beside:
    with ThreadPoolExecutor(1) as thread:
        people = thread.submit(
            measure,
            signing_in.server.port,
            signing_in.load,
            connections=CLIENTS,
            seconds=_whole(pace),
        )
        sleep(LEAD)
        measured = asked.measured(pace, number)
    return Beside(measured, people.result().rate)


def _while_another_burns(asked: Side, hashes_a_second: float, pace: Pace, number: int) -> Beside:
    with burning(COST, hashes_a_second, _whole(pace)) as burner:
        sleep(LEAD)
        measured = asked.measured(pace, number)
    return Beside(measured, burner.hashes / _whole(pace))


def _whole(pace: Pace) -> float:
    return pace.seconds + 2 * LEAD


if __name__ == "__main__":
    measured_by_itself(beside_sign_ins, __doc__)
