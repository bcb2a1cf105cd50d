"""``watchlist check`` tells whether a server would start here."""

from collections.abc import Mapping

import pytest
from click.testing import CliRunner, Result

from tests.servers.redis import RedisServer
from tests.servers.watchlist import KEY
from watchlist_http.server.cli.program import program
from watchlist_sql.schema import HEAD

pytestmark = pytest.mark.usefixtures("an_empty_folder")


def check(**settings: str) -> Result:
    own: Mapping[str, str] = {f"WATCHLIST_{name.upper()}": text for name, text in settings.items()}
    return CliRunner(env=own).invoke(program, ["check"])


def test_a_server_would_start_in_an_empty_folder() -> None:
    result = check(environment="development")

    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "ok    settings  development",
        "ok    database  .watchlist/watchlist.db will be made when the server starts",
    ]


def test_nothing_else_is_looked_at_while_settings_are_wrong() -> None:
    result = check(auth_secret_keys="short")  # noqa: S106  as it must not be

    assert result.exit_code == 2
    assert [line.partition(":")[0] for line in result.output.splitlines()] == [
        "WATCHLIST_AUTH_SECRET_KEYS",
        "WATCHLIST_HTTP_PUBLIC_URL",
        "WATCHLIST_MAIL_HOST",
    ]


def test_a_server_would_not_start_without_its_schema(postgresql_url: str) -> None:
    result = check(
        auth_secret_keys=KEY,
        http_public_url="https://movies.example.org",
        auth_require_activation="false",
        database_url=postgresql_url,
    )

    settings, database, schema = result.output.splitlines()
    assert result.exit_code == 1
    assert settings == "ok    settings  production"
    assert database.startswith("ok    database  postgresql://")
    assert ":***@" in database
    assert schema == f"FAIL  schema    empty; run `watchlist migrate` to bring it to {HEAD}"


def test_without_its_redis_a_server_starts_and_limits_nobody(redis: RedisServer) -> None:
    there = check(environment="development", limits_redis_url=redis.url)
    redis.stop()
    gone = check(environment="development", limits_redis_url=redis.url)

    assert (there.exit_code, gone.exit_code) == (0, 0)
    assert there.output.splitlines()[-1] == "ok    limits    counted in Redis"
    assert gone.output.splitlines()[-1] == (
        "warn  limits    Redis does not answer: as long as it does not, nobody is limited"
    )
