"""How fast mails leave the outbox, beside the SMTP client alone: ``python -m benchmarks.mails``.

Both send the same activation mails over one connection to the same server, which is a process of
its own. The client alone is handed mails that are made already; the relay claims events, makes the
token of each link and keeps its hash, makes the mail, sends it, and notes it.
"""

import argparse
import subprocess
import sys
from asyncio import Event
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from secrets import token_hex, token_urlsafe
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

from aiosmtplib import SMTP

from benchmarks.databases import empty_databases
from benchmarks.figures import Figure
from watchlist_core.auth import EmailAddress, IssueMailTokens, Lives, PasswordRules, Register
from watchlist_core.ids import Uuid7
from watchlist_core.testing import PlainPasswords
from watchlist_core.work import now
from watchlist_http.server.loop import run
from watchlist_http.server.mailing import Mailing
from watchlist_http.server.outbound.mail.mail import Sender
from watchlist_http.server.outbound.mail.message import message_of
from watchlist_http.server.outbound.mail.smtp import SmtpMailer, SmtpServer
from watchlist_http.server.outbound.mail.templating import MailKind, MailTemplates
from watchlist_http.server.relay import Relay
from watchlist_http.server.settings import MailSecurity
from watchlist_sql.outbox import Outbox, Share
from watchlist_sql.store import SqlStore

TARGET: Final = 0.5
SITE: Final = "https://movies.example.org"
SENDER: Final = Sender.parse("Watchlist <watchlist@example.org>")
AT_ONCE: Final = 8
"""As the server does (chores.py)."""


@contextmanager
def mail_sink() -> Iterator[int]:
    """Give the port of a mail server in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.mail_sink"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  our own words
        try:
            assert process.stdout is not None  # noqa: S101  it was asked for
            yield int(process.stdout.readline())
        finally:
            process.terminate()


async def client_alone(port: int, people: list[str]) -> float:
    """Return how many mails a second the SMTP client hands over."""
    templates = MailTemplates()
    prepared = []
    for person in people:
        link = f"{SITE}/activate#token={token_urlsafe(32)}"
        values = {"site": SITE, "link": link, "life": "30 minutes"}
        mail = templates.mail(MailKind.ACTIVATION, EmailAddress(person), token_hex(8), values)
        prepared.append(message_of(mail, SENDER, now()))
    async with SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client:
        begun = perf_counter()
        for message in prepared:
            await client.sendmail(message.sender, message.to, message.content)
        return len(prepared) / (perf_counter() - begun)


async def relayed(store: SqlStore, port: int, people: list[str]) -> float:
    """Return how many mails a second leave the outbox."""
    register = Register(
        store.begin, now, Uuid7(), PlainPasswords(), PasswordRules(), activation_required=True
    )
    for person in people:
        await register(person, "Correct1Horse!")
    lives, there = Lives(), SmtpServer("127.0.0.1", port, MailSecurity.NONE)
    issue = IssueMailTokens(store.begin, now, partial(token_urlsafe, 32), lives)
    async with SmtpMailer(there, SENDER, now) as mailer:
        mailing = Mailing(mailer, MailTemplates(), issue, store.account_queries, lives, SITE)
        reactions = mailing.reactions()
        outbox = Outbox(store.database, Share.of(*reactions.answered))
        relay = Relay(outbox, reactions, lambda: 1.0, at_once=AT_ONCE)
        going_on = Event()
        begun = perf_counter()
        while await relay(going_on):
            pass
        taken = perf_counter() - begun
    left = await outbox.count()
    if left.waiting or left.parked:
        raise RuntimeError(f"not all mails were sent: {left}")
    return len(people) / taken


async def measured(url: str, port: int, mails: int, pairs: int) -> tuple[list[float], list[float]]:
    """Return how many mails a second the relay and the client alone sent, in turn."""
    store = await SqlStore.open(url)
    await store.migrate()
    ours, alone = [], []
    for pair in range(pairs + 1):  # the first only warms up
        people = [f"person-{pair}-{number}@example.org" for number in range(mails)]
        ours.append(await relayed(store, port, people))
        alone.append(await client_alone(port, people))
    await store.close()
    return ours[1:], alone[1:]


def relayed_against_client(database: str, mails: int, pairs: int) -> Figure:
    with (
        TemporaryDirectory() as folder,
        mail_sink() as port,
        empty_databases(database, ["mails"], Path(folder)) as urls,
    ):
        ours, alone = run(measured(urls["mails"], port, mails, pairs))
    name = "mails by the relay, against the SMTP client alone"
    return Figure(name, database, "mails a second", ours, alone, TARGET)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mails", description=__doc__)
    parser.add_argument("--mails", type=int, default=500)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    given = parser.parse_args()
    for database in given.database or ["sqlite", "postgresql"]:
        print(database, flush=True)  # noqa: T201
        print(relayed_against_client(database, given.mails, given.pairs).text())  # noqa: T201


if __name__ == "__main__":
    main()
