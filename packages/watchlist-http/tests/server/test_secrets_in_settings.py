"""What is secret among the settings, as the address of a database: where it may stand, and that
nobody shows it.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from sqlalchemy import make_url

from watchlist_http.server.reading import read_settings
from watchlist_http.server.secret import DatabaseUrl

ProblemsOf: TypeAlias = Callable[..., list[str]]

pytestmark = pytest.mark.usefixtures("an_empty_folder")

KEY = "an-old-key-of-more-than-32-bytes-0123456789"
PASSWORD = "hunter2hunter2"  # noqa: S105  it opens nothing


def test_a_secret_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    key, url = tmp_path / "key", tmp_path / "url"
    key.write_text(f"{KEY}\n{KEY[::-1]}\n")
    url.write_text("postgresql://me@there/movies\n")

    settings = read_settings(
        {"WATCHLIST_AUTH_SECRET_KEYS_FILE": str(key), "WATCHLIST_DATABASE_URL_FILE": str(url)}
    )

    assert settings.auth.secret_keys.reveal() == [KEY.encode(), KEY[::-1].encode()]
    assert settings.database_url.reveal() == "postgresql://me@there/movies"


def test_a_secret_is_told_once_and_its_file_can_be_read(
    problems_of: ProblemsOf, tmp_path: Path
) -> None:
    (tmp_path / "key").write_bytes(b"\xff")

    problems = problems_of(
        {
            "WATCHLIST_ENVIRONMENT": "development",
            "WATCHLIST_DATABASE_URL": "sqlite:///here",
            "WATCHLIST_DATABASE_URL_FILE": str(tmp_path / "url"),
            "WATCHLIST_AUTH_SECRET_KEYS_FILE": str(tmp_path / "key"),
        }
    )
    missing = problems_of({"WATCHLIST_DATABASE_URL_FILE": str(tmp_path / "url")})

    assert problems == [
        "WATCHLIST_DATABASE_URL_FILE: says the same as WATCHLIST_DATABASE_URL: set one of them",
        "WATCHLIST_AUTH_SECRET_KEYS_FILE: names a file that is no text in UTF-8",
    ]
    assert missing[0] == (
        "WATCHLIST_DATABASE_URL_FILE: names a file that cannot be read: No such file or directory"
    )


def test_no_secret_is_ever_shown(problems_of: ProblemsOf) -> None:
    environ = {
        "WATCHLIST_AUTH_SECRET_KEYS": KEY,
        "WATCHLIST_MAIL_PASSWORD": PASSWORD,
        "WATCHLIST_DATABASE_URL": f"postgresql://me:{PASSWORD}@there/db?password={PASSWORD}",
    }

    settings = read_settings(environ)
    wrong = problems_of(
        {
            "WATCHLIST_AUTH_SECRET_KEYS": f"{KEY} {PASSWORD}",
            "WATCHLIST_DATABASE_URL": f"mysql://me:{PASSWORD}@there",
        }
    )

    for shown in (repr(settings), str(settings), f"{settings.auth.secret_keys}", *wrong):
        assert KEY not in shown
        assert PASSWORD not in shown
    assert str(settings.database_url) == "postgresql://me:***@there/db"
    assert hash(settings) == hash(read_settings(environ))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://me:hunter2@[::1]:5432/db", "postgresql://me:***@[::1]:5432/db"),
        ("postgresql://me:hunt@er2@there/db", "postgresql://me:***@there/db"),
        ("postgresql://me:hunt[er2@there/db", "postgresql://me:***@there/db"),
        ("postgresql://me:hunt:er2@there/db", "postgresql://me:***@there/db"),
        ("postgresql://me:hunt/er2@there/db", "postgresql://***"),
        ("postgresql://me:hunt?er2@there/db", "postgresql://***"),
        ("postgresql://me:hunt#er2@there/db", "postgresql://***"),
        ("postgresql://me:h@unt/er2@there/db", "postgresql://***"),
        ("postgresql:///db?host=/run&password=hunter2", "postgresql:///db"),
        ("postgresql://there/db?password=hunt@er2", "postgresql://***"),
    ],
)
def test_a_password_is_hidden_though_its_signs_are_not_escaped(url: str, shown: str) -> None:
    assert str(DatabaseUrl(url)) == shown


@pytest.mark.parametrize("path", ["movies.db", "/var/movies.db", "a b/%41?#1.db"])
def test_an_embedded_database_is_where_sqlalchemy_finds_it(path: str) -> None:
    url = DatabaseUrl.of_file(Path(path))

    assert (url.file, make_url(url.reveal()).database) == (Path(path), path)


@pytest.mark.parametrize("url", ["sqlite:///", "sqlite:///:memory:", "sqlite:///a.db?mode=ro"])
def test_an_embedded_database_is_a_file_and_nothing_else(problems_of: ProblemsOf, url: str) -> None:
    problems = problems_of({"WATCHLIST_ENVIRONMENT": "development", "WATCHLIST_DATABASE_URL": url})

    assert problems == [
        "WATCHLIST_DATABASE_URL: must name a file and nothing else, as sqlite:///watchlist.db does"
    ]


@pytest.mark.parametrize(
    "url", ["sqlite:///movies.db", "postgresql://there/db", "postgresql://me@there:5432/db"]
)
def test_a_database_address_without_a_secret_is_shown_as_it_is(url: str) -> None:
    assert str(DatabaseUrl(url)) == url
