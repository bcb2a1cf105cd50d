"""Mails are handed to a real server over a real connection, whatever it does."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import trustme
from aiosmtplib import SMTPAuthenticationError, SMTPException, SMTPResponseException
from attrs import evolve

from tests.servers.mail import DROP, HANG, MailServer, mail_server
from watchlist_core.auth import EmailAddress
from watchlist_http.server.outbound.mail.mail import Mail, Sender, Undeliverable
from watchlist_http.server.outbound.mail.smtp import SmtpMailer, SmtpServer
from watchlist_http.server.secret import Secret
from watchlist_http.server.settings import MailSecurity

US = Sender.parse("Our Mövies <us@example.org>")
ADA = EmailAddress("ada@example.org")
MAIL = Mail(ADA, "Hällo", "Read\n\n.\n\nthis, Ada: é", "<p>Read <b>this</b>, Ada: é</p>", "cause-1")


def noon() -> datetime:
    return datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    async with mail_server() as server:
        yield server


@pytest.fixture
async def mailer(server: MailServer) -> AsyncIterator[SmtpMailer]:
    async with SmtpMailer(to(server), US, noon) as mailer:
        yield mailer


def to(server: MailServer, security: MailSecurity = MailSecurity.NONE, **more: Any) -> SmtpServer:
    return SmtpServer("localhost", server.port, security, timeout=30.0, **more)


async def test_a_mail_arrives_as_text_and_as_html(server: MailServer, mailer: SmtpMailer) -> None:
    await mailer.send(MAIL)

    (taken,) = server.taken
    assert (taken.sender, taken.recipients) == ("us@example.org", ["ada@example.org"])
    assert taken.message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in taken.message.iter_parts()] == [
        "text/plain",
        "text/html",
    ]
    assert taken.text.splitlines() == MAIL.text.splitlines()
    assert taken.html.splitlines() == MAIL.html.splitlines()
    assert taken.content.isascii()


async def test_its_head_tells_who_sends_it_and_that_a_program_does(
    server: MailServer, mailer: SmtpMailer
) -> None:
    await mailer.send(MAIL)

    head = server.taken[0].message
    assert str(head["From"]) == "Our Mövies <us@example.org>"
    assert str(head["To"]) == "ada@example.org"
    assert head["Subject"] == "Hällo"
    assert head["Auto-Submitted"] == "auto-generated"
    assert head["Date"].datetime == noon()


async def test_what_is_sent_again_is_recognised_and_what_says_something_else_is_not(
    server: MailServer, mailer: SmtpMailer
) -> None:
    for mail in (MAIL, MAIL, evolve(MAIL, text="another link"), evolve(MAIL, cause="cause-2")):
        await mailer.send(mail)

    first, again, other, elsewhere = [str(mail.message["Message-ID"]) for mail in server.taken]
    assert first == again
    assert len({first, other, elsewhere}) == 3
    assert [one.startswith("<cause-1.") for one in (first, other, elsewhere)] == [True, True, False]


async def test_many_mails_go_over_one_connection(server: MailServer, mailer: SmtpMailer) -> None:
    await asyncio.gather(*(mailer.send(MAIL) for _ in range(20)))

    assert (len(server.taken), server.connections) == (20, 1)


async def test_a_connection_that_was_dropped_is_opened_again(
    server: MailServer, mailer: SmtpMailer
) -> None:
    await mailer.send(MAIL)
    server.answers = [DROP]

    await mailer.send(MAIL)

    assert (len(server.taken), server.connections) == (2, 2)


async def test_a_connection_that_the_server_wants_to_end_is_opened_again(
    server: MailServer, mailer: SmtpMailer
) -> None:
    await mailer.send(MAIL)
    server.answers = ["421 too long for me"]

    await mailer.send(MAIL)

    assert (len(server.taken), server.connections) == (2, 2)


async def test_a_new_connection_that_is_dropped_is_a_failure(
    server: MailServer, mailer: SmtpMailer
) -> None:
    server.answers = [DROP]

    with pytest.raises(SMTPException):
        await mailer.send(MAIL)

    await mailer.send(MAIL)
    assert len(server.taken) == 1


async def test_a_connection_that_rests_too_long_is_ended(server: MailServer) -> None:
    async with SmtpMailer(to(server), US, noon, rest=0.0) as mailer:
        await mailer.send(MAIL)
        while mailer.is_connected:  # noqa: ASYNC110  the server is told, and answers
            await asyncio.sleep(0)

        await mailer.send(MAIL)

    assert (len(server.taken), server.connections) == (2, 2)


async def test_who_cannot_take_a_mail_now_gets_it_later(
    server: MailServer, mailer: SmtpMailer
) -> None:
    server.answers = ["451 try again later", "550 I do not like it"]

    for code in (451, 550):
        with pytest.raises(SMTPResponseException) as refused:
            await mailer.send(MAIL)
        assert refused.value.code == code
    await mailer.send(MAIL)

    assert (len(server.taken), server.connections) == (1, 1)


async def test_for_whom_there_is_no_mailbox_nothing_is_tried_again(
    server: MailServer, mailer: SmtpMailer
) -> None:
    server.refusals = {"ada@example.org": "550 nobody of that name"}

    with pytest.raises(Undeliverable, match="550 nobody of that name"):
        await mailer.send(MAIL)

    await mailer.send(evolve(MAIL, to=EmailAddress("bob@example.org")))
    assert [mail.recipients for mail in server.taken] == [["bob@example.org"]]


async def test_a_mailbox_that_is_full_may_be_empty_later(
    server: MailServer, mailer: SmtpMailer
) -> None:
    server.refusals = {"ada@example.org": "452 full"}

    with pytest.raises(SMTPException) as refused:
        await mailer.send(MAIL)

    assert not isinstance(refused.value, Undeliverable)


async def test_a_server_that_hangs_is_left_and_the_next_mail_gets_a_connection_of_its_own(
    server: MailServer,
) -> None:
    server.answers = [HANG]
    async with SmtpMailer(evolve(to(server), timeout=0.2), US, noon) as mailer:
        with pytest.raises(TimeoutError):
            await mailer.send(MAIL)

        await mailer.send(MAIL)

    assert (len(server.taken), server.connections) == (1, 2)


async def test_who_gives_up_in_the_middle_of_a_mail_spoils_no_other(
    server: MailServer, mailer: SmtpMailer
) -> None:
    server.answers = [HANG]
    hanging = asyncio.create_task(mailer.send(MAIL))
    while server.answers:  # noqa: ASYNC110  the server has its mail
        await asyncio.sleep(0)

    hanging.cancel()
    await mailer.send(MAIL)

    assert hanging.cancelled()
    assert (len(server.taken), server.connections) == (1, 2)


async def test_a_server_that_is_not_there_is_a_failure(server: MailServer) -> None:
    with pytest.raises(SMTPException):
        await SmtpMailer(evolve(to(server), port=1), US, noon).send(MAIL)


@pytest.mark.parametrize("to", ["ä@example.org", "ada@exämple.org", "a..b@example.org"])
async def test_unusual_addresses_are_sent_to(
    server: MailServer, mailer: SmtpMailer, to: str
) -> None:
    await mailer.send(evolve(MAIL, to=EmailAddress(to)))

    assert server.taken[0].recipients == [to]


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


def server_side(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    return context


def client_side(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


Serve = Callable[[ssl.SSLContext], Any]
ENCRYPTED: dict[MailSecurity, Serve] = {
    MailSecurity.STARTTLS: lambda context: mail_server(
        credentials=(b"us", b"pw"), starttls=context
    ),
    MailSecurity.TLS: lambda context: mail_server(credentials=(b"us", b"pw"), tls=context),
}


@pytest.mark.parametrize("security", ENCRYPTED)
async def test_a_mail_is_sent_encrypted_and_signed_in(
    authority: trustme.CA, security: MailSecurity
) -> None:
    async with ENCRYPTED[security](server_side(authority)) as server:
        there = to(
            server,
            security=security,
            username="us",
            password=Secret("pw"),
            trust=client_side(authority),
        )
        async with SmtpMailer(there, US, noon) as mailer:
            await mailer.send(MAIL)
        async with SmtpMailer(evolve(there, password=Secret("wrong")), US, noon) as mailer:
            with pytest.raises(SMTPAuthenticationError) as refused:
                await mailer.send(MAIL)

    assert len(server.taken) == 1
    assert "wrong" not in f"{refused.value!r} {refused.value}"


@pytest.mark.parametrize("security", ENCRYPTED)
async def test_nothing_is_said_to_a_server_that_nobody_vouches_for(
    authority: trustme.CA, security: MailSecurity
) -> None:
    async with ENCRYPTED[security](server_side(authority)) as server:
        there = to(server, security=security, username="us", password=Secret("pw"))
        async with SmtpMailer(there, US, noon) as mailer:
            with pytest.raises((SMTPException, OSError)):
                await mailer.send(MAIL)

    assert server.taken == []


async def test_nothing_is_said_to_a_server_that_does_not_encrypt(server: MailServer) -> None:
    there = to(server, security=MailSecurity.STARTTLS, username="us", password=Secret("pw"))

    with pytest.raises(SMTPException):
        await SmtpMailer(there, US, noon).send(MAIL)

    assert server.taken == []


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\0", "\x85", "\u2028"])
def test_no_head_can_be_smuggled_into_a_mail(end: str) -> None:
    with pytest.raises(ValueError, match="subject"):
        evolve(MAIL, subject=f"Hello{end}Bcc: eve@example.org")
    with pytest.raises(ValueError, match="cause"):
        evolve(MAIL, cause=f"1{end}Bcc: eve@example.org")
    with pytest.raises(ValueError, match="text"):
        EmailAddress(f"ada@example.org{end}Bcc:eve@example.org")


def test_what_cannot_be_encoded_is_no_mail() -> None:
    with pytest.raises(ValueError, match="text"):
        evolve(MAIL, text="\ud800")
