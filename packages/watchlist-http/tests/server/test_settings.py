"""What can be set, from where, and what a server and a worker demand."""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import TypeAlias

import pytest

from watchlist_core.auth import Lives, SignInLimits
from watchlist_http.server.reading import read_settings, settings_reference
from watchlist_http.server.secret import DatabaseUrl
from watchlist_http.server.settings import (
    Environment,
    LogFormat,
    LogLevel,
    Settings,
    demands_of_serving,
    demands_of_working,
)

ProblemsOf: TypeAlias = Callable[..., list[str]]

pytestmark = pytest.mark.usefixtures("an_empty_folder")

KEY = "an-old-key-of-more-than-32-bytes-0123456789"


def test_nothing_needs_to_be_set() -> None:
    settings = read_settings({})

    assert settings == Settings()
    assert settings.environment is Environment.PRODUCTION
    assert settings.log_format is LogFormat.JSON
    assert settings.database_url.reveal() == f"sqlite:///{Path('.watchlist', 'watchlist.db')}"


def test_every_kind_of_value_is_read_from_the_environment() -> None:
    settings = read_settings(
        {
            "WATCHLIST_ENVIRONMENT": "development",
            "WATCHLIST_DATA_FOLDER": "elsewhere",
            "WATCHLIST_DATABASE_URL": "postgresql://me@there/movies",
            "WATCHLIST_HTTP_PORT": "8080",
            "WATCHLIST_HTTP_GRACE": "1.5",
            "WATCHLIST_HTTP_COMPRESS": "No",
            "WATCHLIST_HTTP_CORS_ORIGINS": "https://a.example, http://b.example:81",
            "WATCHLIST_AUTH_SECRET_KEYS": f"{KEY},{KEY[::-1]}",
            "WATCHLIST_HTTP_TRUSTED_PROXIES": "10.0.0.0/8 ::1",
            "WATCHLIST_AUTH_ACCESS_LIFE": "1 hour",
            "WATCHLIST_AUTH_SIGN_INS": "3",
            "WATCHLIST_RELAY_ENABLED": "on",
            "WATCHLIST_LOG_LEVEL": "warning",
        }
    )

    assert settings.in_development
    assert settings.log_format is LogFormat.TEXT
    assert settings.log.level is LogLevel.WARNING
    assert settings.data_folder == Path("elsewhere")
    assert settings.database_url == DatabaseUrl("postgresql://me@there/movies")
    assert (settings.http.port, settings.http.grace, settings.http.compress) == (8080, 1.5, False)
    assert settings.http.cors_origins == ("https://a.example", "http://b.example:81")
    assert settings.auth.secret_keys.reveal() == [KEY.encode(), KEY[::-1].encode()]
    assert settings.http.trusted_proxies == ("10.0.0.0/8", "::1")
    assert settings.auth.lives == Lives(access=timedelta(hours=1))
    assert settings.auth.limits == SignInLimits(here=3)
    assert settings.relay.enabled


def test_the_command_line_counts_more_than_the_environment_and_that_more_than_a_file(
    tmp_path: Path,
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        'environment = "development"\n'
        "[http]\nhost = '::1'\nport = 1\nworkers = 2\ncors_origins = ['https://a.example']\n"
        "grace = 3\n"
    )
    environ = {"WATCHLIST_HTTP_PORT": "2", "WATCHLIST_HTTP_WORKERS": "3"}

    settings = read_settings(environ, file=file, given={"http.workers": 4, "http.port": None})

    assert settings.in_development
    assert (settings.http.host, settings.http.port, settings.http.workers) == ("::1", 2, 4)
    assert settings.http.cors_origins == ("https://a.example",)
    assert settings.http.grace == 3.0


def test_a_file_is_named_by_a_variable_or_lies_where_the_server_is_started(tmp_path: Path) -> None:
    Path("watchlist.toml").write_text("[http]\nport = 1\n")
    (tmp_path / "other.toml").write_text("[http]\nport = 2\n")

    by_place = read_settings({})
    by_variable = read_settings({"WATCHLIST_SETTINGS": str(tmp_path / "other.toml")})

    assert (by_place.http.port, by_variable.http.port) == (1, 2)


def test_all_mistakes_are_told_at_once(problems_of: ProblemsOf) -> None:
    problems = problems_of(
        {
            "WATCHLIST_HTTP_PORT": "eighty",
            "WATCHLIST_HTTP_PROT": "80",
            "WATCHLIST_HTTP_WORKERS": "0",
            "WATCHLIST_HTTP_GRACE": "long",
            "WATCHLIST_HTTP_COMPRESS": "maybe",
            "WATCHLIST_HTTP_PUBLIC_URL": "movies.example.org",
            "WATCHLIST_HTTP_CORS_ORIGINS": "https://a.example/path",
            "WATCHLIST_HTTP_TRUSTED_PROXIES": "10.0.0.1/8",
            "WATCHLIST_AUTH_ACCESS_LIFE": "900",
            "WATCHLIST_AUTH_PAGE_LIFE": "999999999 days",
            "WATCHLIST_AUTH_RESET_LIFE": "2 seconds",
            "WATCHLIST_FIRST_ADMIN_MAIL": "a@b.org",
            "WATCHLIST_DATABASE_URL": "mysql://there/movies",
            "WATCHLIST_LOG_LEVEL": "loud",
            "WATCHLIST_AUTH_SECRET_KEYS": "short",
            "WATCHLIST_SOMETHING_ELSE_ALTOGETHER": "1",
        }
    )

    beginnings = [
        "WATCHLIST_AUTH_ACCESS_LIFE: must be days, hours, minutes or seconds, as in 15 minutes, ",
        "WATCHLIST_AUTH_PAGE_LIFE: must be from 1 minute to 365 days",
        "WATCHLIST_AUTH_RESET_LIFE: must be from 1 minute to 1 day",
        "WATCHLIST_AUTH_SECRET_KEYS: each key must have at least 32 bytes",
        "WATCHLIST_DATABASE_URL: must start with sqlite:/// or postgresql://",
        "WATCHLIST_FIRST_ADMIN_MAIL: is not known; did you mean WATCHLIST_FIRST_ADMIN_EMAIL?",
        "WATCHLIST_HTTP_COMPRESS: must be true or false, not 'maybe'",
        "WATCHLIST_HTTP_CORS_ORIGINS: 'https://a.example/path' is no origin",
        "WATCHLIST_HTTP_GRACE: must be a number, not 'long'",
        "WATCHLIST_HTTP_PORT: must be a whole number, not 'eighty'",
        "WATCHLIST_HTTP_PROT: is not known; did you mean WATCHLIST_HTTP_PORT?",
        "WATCHLIST_HTTP_PUBLIC_URL: public_url must be ",
        "WATCHLIST_HTTP_TRUSTED_PROXIES: 10.0.0.1/8 has host bits set",
        "WATCHLIST_HTTP_WORKERS: must be from 1 to 256",
        "WATCHLIST_LOG_LEVEL: must be debug or info or warning or error, not 'loud'",
        "WATCHLIST_MAIL_HOST: is needed while accounts have to be activated ",
        "WATCHLIST_SOMETHING_ELSE_ALTOGETHER: is not known",
    ]
    assert len(problems) == len(beginnings), problems
    assert all(map(str.startswith, sorted(problems), beginnings)), problems


def test_mistakes_in_a_file_are_told_with_those_elsewhere(
    problems_of: ProblemsOf, tmp_path: Path
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        "htpp = 1\nlog = 'loud'\n[http]\nprot = 1\nhost = 1\nport = true\n"
        "compress = 1.5\ncors_origins = 5\ngrace = 'x'\n[auth]\nsecret_keys = [1]\n"
        "[database]\nurl = ['somewhere']\n"
    )

    problems = problems_of({"WATCHLIST_ENVIRONMENT": "prod"}, file=file)

    assert sorted(problems) == [
        "WATCHLIST_AUTH_SECRET_KEYS: must be a list of texts",
        "WATCHLIST_DATABASE_URL: must be a text",
        "WATCHLIST_ENVIRONMENT: must be production or development, not 'prod'",
        "WATCHLIST_HTTP_COMPRESS: must be true or false, not 1.5",
        "WATCHLIST_HTTP_CORS_ORIGINS: must be a list of texts, not 5",
        "WATCHLIST_HTTP_GRACE: must be a number, not 'x'",
        "WATCHLIST_HTTP_HOST: must be a text, not 1",
        "WATCHLIST_HTTP_PORT: must be a whole number, not True",
        f"htpp in {file}: is not known; did you mean http.port?",
        f"http.prot in {file}: is not known; did you mean http.port?",
        f"log in {file}: is not known",
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "cannot be read: No such file or directory"),
        (b"[http", "is no TOML: "),
        (b"\xff", "is no TOML: "),
    ],
)
def test_a_file_that_cannot_be_used_is_told(
    problems_of: ProblemsOf, tmp_path: Path, content: bytes | None, reason: str
) -> None:
    file = tmp_path / "mine.toml"
    if content is not None:
        file.write_bytes(content)

    problems = problems_of({"WATCHLIST_ENVIRONMENT": "development"}, file=file)

    assert len(problems) == 1
    assert problems[0].startswith(f"{file}: {reason}")


def test_variables_of_the_tests_and_empty_ones_are_left_alone() -> None:
    environ = {
        "WATCHLIST_TEST_POSTGRES": "postgresql://",
        "WATCHLIST_DATA": "/data",
        "WATCHLIST_HTTP_PORT": "",
        "PATH": "/bin",
    }

    assert read_settings(environ) == Settings()


def test_a_first_admin_in_the_environment_is_none_of_a_servers_business() -> None:
    environ = {"WATCHLIST_FIRST_ADMIN_EMAIL": "a@b.org", "WATCHLIST_FIRST_ADMIN_LAST_NAME": "B"}

    assert read_settings(environ) == Settings()


@pytest.mark.parametrize(
    ("environment", "wanted", "is_required"),
    [
        ("production", "", True),
        ("production", "no", False),
        ("development", "", False),
        ("development", "yes", True),
    ],
)
def test_activation_is_required_in_production_unless_somebody_says_otherwise(
    environment: str, wanted: str, *, is_required: bool
) -> None:
    environ = {
        "WATCHLIST_ENVIRONMENT": environment,
        "WATCHLIST_AUTH_REQUIRE_ACTIVATION": wanted,
    }

    assert read_settings(environ).requires_activation is is_required


def test_production_demands_keys_the_public_address_and_whom_to_hand_mails_to(
    problems_of: ProblemsOf,
) -> None:
    problems = problems_of({"WATCHLIST_HTTP_PORT": "x"})

    assert [problem.partition(":")[0] for problem in problems] == [
        "WATCHLIST_HTTP_PORT",
        "WATCHLIST_AUTH_SECRET_KEYS",
        "WATCHLIST_HTTP_PUBLIC_URL",
        "WATCHLIST_MAIL_HOST",
    ]


def test_what_is_wrong_is_not_called_missing_too(problems_of: ProblemsOf) -> None:
    problems = problems_of(
        {
            "WATCHLIST_AUTH_SECRET_KEYS": "short",
            "WATCHLIST_HTTP_PUBLIC_URL": "https://movies.example.org",
            "WATCHLIST_AUTH_REQUIRE_ACTIVATION": "false",
        }
    )

    assert problems == ["WATCHLIST_AUTH_SECRET_KEYS: each key must have at least 32 bytes"]


@pytest.mark.parametrize(
    ("settings", "is_refused"),
    [
        ({"WATCHLIST_HTTP_PORT": "0"}, True),
        ({"WATCHLIST_HTTP_PORT": "8000"}, False),
        ({"WATCHLIST_HTTP_PORT": "0", "WATCHLIST_HTTP_PUBLIC_URL": "http://127.0.0.1:8"}, False),
    ],
)
def test_a_worker_does_not_guess_at_which_port_a_server_is(
    settings: Mapping[str, str], *, is_refused: bool
) -> None:
    found = read_settings({"WATCHLIST_ENVIRONMENT": "development", **settings})

    assert [name for name, _ in demands_of_working(found)] == ["http.public_url"] * is_refused
    assert list(demands_of_serving(found)) == []


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_development_is_for_this_machine(host: str) -> None:
    environ = {"WATCHLIST_ENVIRONMENT": "development", "WATCHLIST_HTTP_HOST": host}

    assert read_settings(environ, demands=demands_of_serving).http.host == host


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])  # noqa: S104
def test_development_is_for_nobody_else(problems_of: ProblemsOf, host: str) -> None:
    problems = problems_of({"WATCHLIST_ENVIRONMENT": "development", "WATCHLIST_HTTP_HOST": host})

    assert problems == ["WATCHLIST_HTTP_HOST: must be this machine's own address in development"]


def test_mails_have_a_sender_and_whoever_signs_in_to_send_them_a_password(
    problems_of: ProblemsOf,
) -> None:
    given = {"WATCHLIST_MAIL_HOST": "there", "WATCHLIST_MAIL_USERNAME": "me"}

    problems = problems_of({"WATCHLIST_ENVIRONMENT": "development"} | given)

    assert problems == [
        "WATCHLIST_MAIL_SENDER: is needed where there is a mail host",
        "WATCHLIST_MAIL_PASSWORD: is needed with a username",
    ]


def test_mails_are_shown_in_the_log_in_development_only(problems_of: ProblemsOf) -> None:
    shown = {"WATCHLIST_MAIL_CONSOLE": "true"}
    environ = {"WATCHLIST_ENVIRONMENT": "development"} | shown

    problems = problems_of(shown)

    assert read_settings(environ, demands=demands_of_serving).mail.console
    assert (
        "WATCHLIST_MAIL_CONSOLE: is for development: whoever reads the log could follow the links"
    ) in problems


@pytest.mark.parametrize(
    ("text", "address", "name"),
    [
        ("us@example.org", "us@example.org", ""),
        ("Our Movies <us@example.org>", "us@example.org", "Our Movies"),
        ('"Movies, etc." <us@example.org>', "us@example.org", "Movies, etc."),
    ],
)
def test_a_sender_is_an_address_with_or_without_a_name(text: str, address: str, name: str) -> None:
    sender = read_settings({"WATCHLIST_MAIL_SENDER": text}).mail.sender

    assert sender is not None
    assert (sender.address.text, sender.name) == (address, name)


@pytest.mark.parametrize(
    "text", ["us", "us@a b", "Us <us>", "a@b.org, c@d.org", "Us\nBcc: x <us@b.org>", "<<a@b.org>"]
)
def test_a_sender_is_nothing_else(problems_of: ProblemsOf, text: str) -> None:
    (problem,) = problems_of(
        {"WATCHLIST_ENVIRONMENT": "development", "WATCHLIST_MAIL_SENDER": text}
    )

    assert problem.startswith(
        "WATCHLIST_MAIL_SENDER: must be an address in ASCII, or a name and one"
    )


def test_the_documentation_lists_every_setting_from_the_class_itself() -> None:
    settings = {setting.name: setting for setting in settings_reference()}

    port, url, level = settings["http.port"], settings["database.url"], settings["log.level"]
    assert (port.variable, port.kind, port.default) == (
        "WATCHLIST_HTTP_PORT",
        "whole number",
        "8000",
    )
    assert (url.default, url.is_secret) == ("", True)
    assert (level.kind, level.default) == ("debug or info or warning or error", "info")
    assert settings["relay.enabled"].default == "true"
    assert settings["auth.refresh_life"].default == "7 days"
    assert settings["auth.access_life"].kind == "length of time"
    assert all(setting.help.endswith(".") for setting in settings.values())


def test_the_example_of_an_environment_shows_every_setting_with_its_default() -> None:
    example = Path(__file__).parents[4] / ".env.example"

    shown = dict(re.findall(r"(?m)^#? ?(WATCHLIST_[A-Z_]+)=(.*)$", example.read_text("utf-8")))

    settings = {setting.variable: setting.default for setting in settings_reference()}
    assert shown.keys() == settings.keys()
    assert [name for name, text in settings.items() if text and text != shown[name]] == []
