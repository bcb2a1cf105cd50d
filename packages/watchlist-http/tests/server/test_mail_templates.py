"""What mails say, who may say it otherwise, and where they go without a mail server."""

from pathlib import Path
from typing import Final

import pytest
from attrs import define, evolve
from jinja2 import UndefinedError
from structlog.testing import capture_logs

from watchlist_core.auth import EmailAddress
from watchlist_http.server.outbound.mail.console import ConsoleMailer, NoMailer
from watchlist_http.server.outbound.mail.mail import Mail, Sender
from watchlist_http.server.outbound.mail.opening import opened_mailer
from watchlist_http.server.outbound.mail.smtp import SmtpMailer
from watchlist_http.server.outbound.mail.templating import MailKind, MailTemplates
from watchlist_http.server.refused import StartRefused
from watchlist_http.server.settings import Environment, MailSettings, Settings

ADA: Final = EmailAddress("ada@example.org")
LINK: Final = 'https://example.org/activate#token=a-_b&"<'
VALUES: Final = {"site": "https://example.org", "link": LINK, "life": "30 minutes"}


def a_mail(templates: MailTemplates, kind: MailKind = MailKind.ACTIVATION) -> Mail:
    return templates.mail(kind, ADA, "cause", VALUES)


@pytest.mark.parametrize("kind", MailKind)
def test_every_mail_has_a_subject_and_says_the_same_twice(kind: MailKind) -> None:
    mail = a_mail(MailTemplates(), kind)

    assert mail.subject
    assert "<h1" in mail.html
    assert mail.subject in mail.html
    assert mail.subject not in mail.text
    assert VALUES["site"] in mail.text
    assert VALUES["site"] in mail.html
    assert max(map(len, mail.text.splitlines())) < 79


def test_what_stands_in_html_is_escaped_and_in_text_is_not() -> None:
    mail = a_mail(MailTemplates())

    assert LINK in mail.text.splitlines()
    assert LINK not in mail.html
    assert "#token=a-_b&amp;&#34;&lt;" in mail.html


def test_a_template_that_wants_more_than_there_is_makes_no_mail() -> None:
    with pytest.raises(UndefinedError):
        MailTemplates().mail(MailKind.ACTIVATION, ADA, "cause", {"site": "https://example.org"})


def test_an_operator_says_it_otherwise_and_keeps_what_he_does_not_replace(tmp_path: Path) -> None:
    (tmp_path / "activation.txt.jinja").write_text(
        "{% block subject %}\n  Guten\n  Tag{% endblock %}\n{{ link }}\n"
    )
    (tmp_path / "layout.html.jinja").write_text(
        "<h1>{{ subject }}</h1>{% block body %}{% endblock %}"
    )

    mail = a_mail(MailTemplates.of(tmp_path))
    other = a_mail(MailTemplates.of(tmp_path), MailKind.PASSWORD_CHANGED)

    assert mail.subject == "Guten Tag"
    assert LINK in mail.text
    assert mail.html.startswith("<h1>Guten Tag</h1>")
    assert "Activate my account" in mail.html
    assert other.subject == "Your password was changed"


@pytest.mark.parametrize(
    ("file", "content", "reason"),
    [
        ("activation.txt.jinja", "{{ lnik }}", "the mail activation cannot be made"),
        ("activation.txt.jinja", "no subject", "the mail activation cannot be made"),
        ("password-reset.html.jinja", "{% if %}", "the mail password-reset cannot be made"),
    ],
)
def test_templates_that_cannot_be_used_are_told_before_anybody_needs_them(
    tmp_path: Path, file: str, content: str, reason: str
) -> None:
    (tmp_path / file).write_text(content)

    with pytest.raises(StartRefused, match=reason):
        MailTemplates.of(tmp_path)


def test_a_folder_of_templates_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(StartRefused, match="is no folder with templates of mails"):
        MailTemplates.of(tmp_path / "nowhere")


@define
class Written:
    """Stands for the log's output."""

    text: str = ""

    def take(self, lines: bytes) -> None:
        self.text += lines.decode()


async def test_in_development_a_mail_can_be_read_in_the_log() -> None:
    written = Written()
    mail = a_mail(MailTemplates())

    await ConsoleMailer(written.take).send(mail)

    lines = [line.strip() for line in written.text.splitlines()]
    assert "Mail to  ada@example.org" in lines
    assert f"Subject  {mail.subject}" in lines
    assert LINK in lines


async def test_without_a_mail_server_nothing_is_sent_and_no_link_is_told() -> None:
    with capture_logs() as lines:
        await NoMailer().send(a_mail(MailTemplates()))

    (line,) = lines
    assert line["event"] == "mail not sent: there is no mail.host"
    assert "token" not in str(line)


DEVELOPMENT: Final = Settings(environment=Environment.DEVELOPMENT)
WITH_HOST: Final = MailSettings(host="mail.test", sender=Sender.parse("us@example.org"))


@pytest.mark.parametrize(
    ("settings", "mailer"),
    [
        (DEVELOPMENT, ConsoleMailer),
        (evolve(DEVELOPMENT, mail=WITH_HOST), SmtpMailer),
        (evolve(DEVELOPMENT, mail=evolve(WITH_HOST, console=True)), ConsoleMailer),
        (Settings(mail=WITH_HOST), SmtpMailer),
        (Settings(mail=evolve(WITH_HOST, console=True)), SmtpMailer),
        (Settings(), NoMailer),
    ],
)
async def test_where_mails_go_is_settled(settings: Settings, mailer: type) -> None:
    async with opened_mailer(settings) as opened:
        assert isinstance(opened, mailer)
