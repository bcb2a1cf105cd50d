"""Workers are killed between a commit and the mail that follows it, and each mail arrives."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from random import Random, randrange
from typing import Final, Self

from attrs import define, field, frozen
from sqlalchemy import func, select, update

from tests.servers.mail import MailServer, mail_server
from tests.servers.watchlist import PATIENCE
from watchlist_core.auth import Activate, EmailAddress, PasswordRules, Register
from watchlist_core.ids import Uuid7
from watchlist_core.testing import PlainPasswords
from watchlist_core.work import now
from watchlist_sql.columns import instant_in
from watchlist_sql.database import Database
from watchlist_sql.outbox import Counted, Outbox
from watchlist_sql.store import SqlStore
from watchlist_sql.tables import outbox

PROGRAM: Final = str(Path(__file__).with_name("forked_workers.py"))
MOMENTS: Final = int(os.environ.get("WATCHLIST_TEST_MOMENTS", "20"))
"""How many workers are killed; ``nox -s soak`` kills more."""
SEED: Final = int(os.environ.get("WATCHLIST_TEST_SEED") or randrange(1 << 32))  # noqa: S311
"""Given again, the workers are killed at the same moments, as far as a machine repeats itself."""
NEW_PEOPLE: Final = 20
"""Before each kill."""
MOST_STEPS: Final = 80
"""As many as take longer than a relay waits before it notes what was delivered."""


@define
class Workers:
    """Starts one worker after the other, and ends each as it is told."""

    _program: Process
    started: int = field(default=0, init=False)
    _running: int | None = field(default=None, init=False)

    async def start(self) -> int:
        assert self._program.stdin
        self._program.stdin.write(b"\n")
        self.started += 1
        self._running = await self._told()
        return self._running

    async def end(self, worker: int, number: signal.Signals) -> int:
        """Send it the signal, and return its exit code."""
        os.kill(worker, number)
        code = await self._told()
        self._running = None
        return code

    async def close(self) -> None:
        """End the program, and the worker that a failure has left running."""
        if self._running is not None:
            os.kill(self._running, signal.SIGKILL)
        assert self._program.stdin
        self._program.stdin.close()
        await self._program.wait()

    async def _told(self) -> int:
        assert self._program.stdout
        async with asyncio.timeout(PATIENCE):
            return int(await self._program.stdout.readline())


@asynccontextmanager
async def workers_on(url: str, mail_port: int, folder: Path) -> AsyncIterator[Workers]:
    settings = {
        "WATCHLIST_ENVIRONMENT": "development",
        "WATCHLIST_DATA_FOLDER": str(folder),
        "WATCHLIST_DATABASE_URL": url,
        "WATCHLIST_LOG_LEVEL": "warning",
        "WATCHLIST_MAIL_HOST": "127.0.0.1",
        "WATCHLIST_MAIL_PORT": str(mail_port),
        "WATCHLIST_MAIL_SECURITY": "none",
        "WATCHLIST_MAIL_SENDER": "us@example.org",
    }
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("WATCHLIST_")}
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, PROGRAM), stdin=PIPE, stdout=PIPE, cwd=folder, env=inherited | settings
    )
    workers = Workers(program)
    try:
        yield workers
    finally:
        await workers.close()


@frozen
class Moment:
    """When a worker is killed: after so many steps of its mails, and some turns of the loop."""

    steps: int
    """0 for when it has claimed what waits, and made no mail yet."""
    turns: int

    @classmethod
    def drawn(cls, random: Random, waiting: int) -> Self:
        """Return one at which not all of the mails that are *waiting* are taken."""
        steps = random.randint(0, min(MOST_STEPS, 2 * waiting - 1))
        # From microseconds, in which nothing happens, up to the time that several mails take.
        return cls(steps, int(10 ** random.uniform(0, 3)))

    async def comes(self, post: MailServer, database: Database, before: int, claims: int) -> None:
        if self.steps:
            await post.reaches(before + self.steps)
        else:
            while await claimed(database) == claims:  # noqa: ASYNC110  by another process
                await asyncio.sleep(0)
        for _ in range(self.turns):
            await asyncio.sleep(0)


async def claimed(database: Database) -> int:
    """Return how often anything was claimed."""
    ((attempts,),) = await database.fetch(select(func.coalesce(func.sum(outbox.c.attempts), 0)))
    return attempts


async def end_all_leases(database: Database) -> None:
    """Let the time pass that nobody wants to wait for."""
    async with database.writing() as connection:
        await connection.execute(update(outbox).values(due_at=instant_in(-1)))
        await connection.commit()


async def test_each_mail_arrives_though_workers_are_killed_at_random_moments(
    migrated_url: str, database: Database, tmp_path: Path
) -> None:
    print(f"WATCHLIST_TEST_SEED={SEED}")  # noqa: T201  for whoever sees it fail
    random, store, events = Random(SEED), SqlStore(database), Outbox(database)  # noqa: S311
    register = Register(
        store.begin, now, Uuid7(), PlainPasswords(), PasswordRules(), activation_required=True
    )
    people: list[str] = []
    killed = 0

    async with mail_server() as post, workers_on(migrated_url, post.port, tmp_path) as workers:
        while killed < MOMENTS:
            for _ in range(NEW_PEOPLE):
                people.append(f"person-{len(people)}@example.org")
                await register(people[-1], "Correct1Horse!")
            moment = Moment.drawn(random, (await events.count()).waiting)
            before, claims = post.steps, await claimed(database)
            worker = await workers.start()
            async with asyncio.timeout(PATIENCE):
                await moment.comes(post, database, before, claims)
            assert await workers.end(worker, signal.SIGKILL) == -signal.SIGKILL
            killed += (await events.count()).waiting > 0
            await end_all_leases(database)
        noted = len(people) - (await events.count()).waiting
        last = await workers.start()
        with suppress(TimeoutError):  # what is missing then is told below
            async with asyncio.timeout(PATIENCE):
                await post.sees(lambda: {mail.recipients[0] for mail in post.taken} >= set(people))
                while (await events.count()).waiting:  # noqa: ASYNC110  by another process
                    await asyncio.sleep(0)
        assert await workers.end(last, signal.SIGTERM) == 0

    newest = {mail.recipients[0]: mail for mail in post.taken}
    assert sorted(newest) == sorted(people)
    assert await events.count() == Counted(waiting=0, parked=0)
    for mail in newest.values():
        await Activate(store.begin, now)(mail.token)
    credentials = [await store.account_queries.credentials(EmailAddress(p)) for p in people]
    assert all(one and one.account.may_sign_in for one in credentials)
    print(  # noqa: T201  as above
        f"{killed} killed of {workers.started} workers, {len(people)} mails, {noted} noted before "
        f"the last of them, {len(post.taken) - len(people)} sent once more"
    )
