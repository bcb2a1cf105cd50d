"""What people do to their accounts is followed by mails, whose links lead on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from secrets import token_urlsafe
from typing import Final

import pytest
from attrs import define, evolve, field
from sqlalchemy import bindparam, select, update

from tests.servers.mail import DROP, HANG, MailServer, mail_server
from watchlist_core.auth import (
    Activate,
    EmailAddress,
    InvalidMailToken,
    IssueMailTokens,
    Lives,
    PasswordRules,
    Register,
    RequestActivation,
    RequestPasswordReset,
    ResetPassword,
)
from watchlist_core.ids import Uuid7
from watchlist_core.testing import PlainPasswords
from watchlist_http.server.mailing import Mailing
from watchlist_http.server.outbound.mail.mail import Sender
from watchlist_http.server.outbound.mail.smtp import SmtpMailer, SmtpServer
from watchlist_http.server.outbound.mail.templating import MailTemplates
from watchlist_http.server.relay import Patience, Relay
from watchlist_http.server.settings import MailSecurity
from watchlist_sql.database import Database
from watchlist_sql.outbox import Counted, Outbox, Share
from watchlist_sql.parked import ParkedEvents
from watchlist_sql.store import SqlStore
from watchlist_sql.tables import outbox

ADA: Final = "Ada@example.org"
FIRST, SECOND = "Correct1Horse!", "Another2Horse!"
SITE: Final = "https://movies.example.org/app"
GOING_ON: Final = asyncio.Event()
NOON: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
_COMES_EARLIER: Final = (
    update(outbox).where(outbox.c.key == bindparam("one")).values(due_at=bindparam("earlier"))
)


@define
class House:
    """A server's own side of the mails, and the mail server on the other."""

    store: SqlStore
    post: MailServer
    clock: list[datetime]
    relay: Relay
    passwords: PlainPasswords = field(factory=PlainPasswords)
    rules: PasswordRules = PasswordRules()  # noqa: RUF009  it is frozen

    async def register(self, email: str = ADA, *, activation: bool = True) -> None:
        register = Register(
            self.store.begin, self.now, Uuid7(), self.passwords, self.rules, activation
        )
        await register(email, FIRST)

    async def activate(self, token: str) -> None:
        await Activate(self.store.begin, self.now)(token)

    async def reset(self, token: str) -> None:
        reset = ResetPassword(self.store.begin, self.now, self.passwords, self.rules, lambda: None)
        await reset(token, SECOND)

    async def deliver(self) -> None:
        await self.relay(GOING_ON)

    def now(self) -> datetime:
        return self.clock[-1]

    async def may_sign_in(self) -> bool:
        found = await self.store.account_queries.credentials(EmailAddress(ADA))
        return found is not None and found.account.may_sign_in

    async def left(self) -> Counted:
        return await self.relay.outbox.count()

    async def pass_time(self, minutes: float) -> None:
        """Let time pass by the clock of the server, and by that of the database."""
        passed = timedelta(minutes=minutes)
        self.clock.append(self.now() + passed)
        rows = await self.store.database.fetch(select(outbox.c.key, outbox.c.due_at))
        if rows:
            async with self.store.database.writing() as connection:
                earlier = [{"one": key, "earlier": due_at - passed} for key, due_at in rows]
                await connection.execute(_COMES_EARLIER, earlier)
                await connection.commit()


@asynccontextmanager
async def a_relay_of_mails(
    store: SqlStore, clock: list[datetime], port: int
) -> AsyncIterator[Relay]:
    """Give one that hands mails to whoever listens on *port*, if anybody does."""
    now, lives = lambda: clock[-1], Lives()
    there = SmtpServer("127.0.0.1", port, MailSecurity.NONE, timeout=30.0)
    async with SmtpMailer(there, Sender.parse("us@example.org"), now) as mailer:
        issue = IssueMailTokens(store.begin, now, partial(token_urlsafe, 32), lives)
        mailing = Mailing(mailer, MailTemplates(), issue, store.account_queries, lives, SITE)
        reactions = mailing.reactions()
        events = Outbox(store.database, Share.of(*reactions.answered))
        yield Relay(events, reactions, lambda: 0.0, at_once=4)


@pytest.fixture
async def house(database: Database) -> AsyncIterator[House]:
    store, clock = SqlStore(database), [NOON]
    async with mail_server() as post, a_relay_of_mails(store, clock, post.port) as relay:
        yield House(store, post, clock, relay)


async def test_who_registers_gets_a_link_that_activates_the_account(house: House) -> None:
    await house.register()

    await house.deliver()

    (mail,) = house.post.taken
    assert mail.recipients == [ADA]
    assert mail.message["Subject"] == "Activate your account"
    assert mail.links[0] == f"{SITE}/activate#token={mail.token}"
    assert "30 minutes" in mail.text
    assert "30 minutes" in mail.html
    assert not await house.may_sign_in()
    await house.activate(mail.token)
    assert await house.may_sign_in()


async def test_who_asks_again_gets_a_newer_link_and_the_older_one_is_dead(house: House) -> None:
    await house.register()
    await house.deliver()

    await RequestActivation(house.store.begin)(ADA)
    await house.deliver()

    older, newer = house.post.taken
    assert older.message["Message-ID"] != newer.message["Message-ID"]
    with pytest.raises(InvalidMailToken):
        await house.activate(older.token)
    await house.activate(newer.token)


async def test_who_asks_twice_before_a_mail_leaves_gets_two_with_the_same_good_link(
    house: House,
) -> None:
    await house.register()
    await RequestActivation(house.store.begin)(ADA)

    await house.deliver()

    one, other = house.post.taken
    assert one.token == other.token
    await house.activate(one.token)


async def test_the_life_of_a_link_begins_when_it_is_mailed(house: House) -> None:
    await house.register()
    await house.pass_time(minutes=50)

    await house.deliver()

    await house.pass_time(minutes=29)
    await house.activate(house.post.taken[0].token)


async def test_who_forgot_a_password_gets_a_link_that_works_once_and_then_a_notice(
    house: House,
) -> None:
    await house.register(activation=False)

    await RequestPasswordReset(house.store.begin)(ADA)
    await house.deliver()
    (mail,) = house.post.taken
    await house.reset(mail.token)
    await house.deliver()

    assert mail.links[0] == f"{SITE}/reset-password#token={mail.token}"
    assert "15 minutes" in mail.text
    with pytest.raises(InvalidMailToken):
        await house.reset(mail.token)
    _, notice = house.post.taken
    assert notice.message["Subject"] == "Your password was changed"
    assert "#token" not in notice.text + notice.html


async def test_whose_address_is_registered_again_is_told(house: House) -> None:
    await house.register()
    await house.deliver()
    await house.activate(house.post.taken[0].token)

    await house.register("ada@EXAMPLE.org")
    await house.deliver()

    _, told = house.post.taken
    assert told.recipients == [ADA]
    assert told.message["Subject"] == "You have an account already"
    assert "#token" not in told.text + told.html
    assert SITE in told.text


async def test_where_there_is_nobody_to_write_to_nothing_is_sent(house: House) -> None:
    await RequestPasswordReset(house.store.begin)("nobody@example.org")
    await RequestActivation(house.store.begin)("nobody@example.org")
    await house.register(activation=False)

    await house.deliver()

    assert house.post.taken == []
    assert await house.left() == Counted(waiting=0, parked=0)


async def test_no_token_is_kept_anywhere_but_in_the_mail(house: House) -> None:
    await house.register()
    house.post.answers = ["451 not now"]
    await house.deliver()
    await house.pass_time(minutes=1)
    await house.deliver()

    token = house.post.taken[0].token

    rows = await house.store.database.fetch(select(outbox.c.payload, outbox.c.reason))
    assert token not in str(rows)


@pytest.mark.parametrize("trouble", ["451 not now", "554 not at all", "421 good bye", DROP, HANG])
async def test_a_mail_that_is_not_taken_is_tried_again(house: House, trouble: str) -> None:
    house.post.answers = [trouble]
    if trouble == HANG:  # for a quarter of the lease
        house.relay = evolve(house.relay, patience=Patience(lease=timedelta(seconds=8)))
    await house.register()

    await house.deliver()
    waiting = await house.left()
    await house.pass_time(minutes=1)
    await house.deliver()

    assert waiting == Counted(waiting=1, parked=0)
    assert await house.left() == Counted(waiting=0, parked=0)
    await house.activate(house.post.taken[-1].token)


async def test_a_mail_for_nobody_is_parked_and_sent_when_a_person_says_so(house: House) -> None:
    house.post.refusals = {ADA: "550 nobody of that name"}
    await house.register()

    await house.deliver()
    events = ParkedEvents(house.store.database)
    (parked,) = await events.all()
    house.post.refusals = {}
    await events.retry(parked.key)
    await house.deliver()

    assert parked.reason == "activation mail: 550 nobody of that name"
    await house.activate(house.post.taken[0].token)


async def test_each_mail_arrives_though_the_mail_server_is_down_for_an_hour(house: House) -> None:
    """By chance each pause is as short as can be: the more often it is tried in vain."""
    people = [f"person-{number}@example.org" for number in range(10)]
    for person in people:
        await house.register(person)
    async with mail_server() as before:
        port = before.port

    async with a_relay_of_mails(house.store, house.clock, port) as relay:
        for _ in range(60):
            await relay(GOING_ON)
            await house.pass_time(minutes=1)
        down = await house.left()
        async with mail_server(port=port) as back:
            for _ in range(15):
                await relay(GOING_ON)
                await house.pass_time(minutes=1)

    assert down == Counted(waiting=10, parked=0)
    assert sorted(mail.recipients[0] for mail in back.taken) == sorted(people)
    assert await house.left() == Counted(waiting=0, parked=0)
