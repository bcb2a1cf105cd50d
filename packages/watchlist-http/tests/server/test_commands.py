"""The command and what it refuses."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.servers.watchlist import KEY, Start
from watchlist_http.server.cli.program import COMMANDS, program
from watchlist_sql.schema import HEAD


async def test_all_that_is_wrong_is_told_line_by_line(run: Start) -> None:
    server = await run("serve", environment="production", http_port="eighty", htpp_port="1")

    code = await server.ended()

    assert code == 2
    assert [line.partition(":")[0] for line in server.lines] == [
        "WATCHLIST_HTPP_PORT",
        "WATCHLIST_HTTP_PORT",
        "WATCHLIST_AUTH_SECRET_KEYS",
        "WATCHLIST_HTTP_PUBLIC_URL",
        "WATCHLIST_MAIL_HOST",
    ]


async def test_a_taken_port_is_told_in_one_line(run: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        server = await run("serve", f"--port={port}")
        code = await server.ended()

    assert code == 1
    assert server.lines == [
        f"Error: cannot listen on 127.0.0.1, port {port}: Address already in use\n"
    ]


async def test_an_unknown_host_is_told_in_one_line(run: Start) -> None:
    server = await run(
        "serve",
        "--host=nowhere.invalid",
        environment="production",
        auth_secret_keys=KEY,
        http_public_url="https://movies.example.org",
        auth_require_activation="false",
    )

    assert await server.ended() == 1
    assert "cannot listen on nowhere.invalid, port 8000: " in server.output
    assert len(server.lines) == 1


@pytest.mark.parametrize(
    ("arguments", "settings", "reason"),
    [
        (
            ["--reload"],
            {
                "environment": "production",
                "auth_secret_keys": KEY,
                "http_public_url": "https://movies.example.org",
                "auth_require_activation": "false",
            },
            "--reload is for development",
        ),
        (["--reload", "--workers=2"], {}, "--reload works with one worker only"),
        (["--port=70000"], {}, "--port"),
    ],
)
async def test_what_does_not_go_together_is_refused(
    run: Start, arguments: list[str], settings: dict[str, str], reason: str
) -> None:
    server = await run("serve", *arguments, **settings)

    assert await server.ended() == 2
    assert reason in server.output


async def test_a_file_that_is_no_database_is_told_in_one_line(run: Start, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing of ours " * 1000)

    server = await run("serve", "--port=0", database_url=f"sqlite:///{tmp_path / 'notes.txt'}")

    assert await server.ended() == 1
    assert len(server.lines) == 1
    assert server.output.startswith("Error: the database sqlite:///")


async def test_migrating_twice_does_nothing_more(run: Start, database_url: str) -> None:
    first = await run("migrate", database_url=database_url)
    first_code = await first.ended()
    second = await run("migrate", database_url=database_url)
    second_code = await second.ended()

    assert (first_code, second_code) == (0, 0)
    assert first.output == f"Migrated from nothing to {HEAD}.\n"
    assert second.output == f"The schema is {HEAD} already: nothing to do.\n"


async def test_two_may_migrate_at_once(run: Start, database_url: str) -> None:
    both = [await run("migrate", database_url=database_url) for _ in range(2)]

    codes = [await one.ended() for one in both]

    assert codes == [0, 0], "".join(one.output for one in both)


def test_the_openapi_document_needs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    result = CliRunner().invoke(program, ["openapi"])

    document = json.loads(result.output)
    assert document["openapi"].startswith("3.1")
    assert "/api/v1/movies" in document["paths"]
    assert list(tmp_path.iterdir()) == []


def test_every_command_tells_what_it_is_for() -> None:
    result = CliRunner().invoke(program, ["--help"])

    assert result.exit_code == 0
    for name in COMMANDS:
        assert CliRunner().invoke(program, [name, "--help"]).output.startswith("Usage:")
        assert f"\n  {name} " in result.output


def test_an_unknown_command_is_refused() -> None:
    assert CliRunner().invoke(program, ["sreve"]).exit_code == 2


def test_without_its_extra_the_command_says_what_to_install() -> None:
    script = (
        "import importlib.util\n"
        "found = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name: None if name == 'click' else found(name)\n"
        "from watchlist_http.server.cli import main\n"
        "main()\n"
    )

    result = subprocess.run(  # noqa: S603  our own words
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )

    assert result.returncode == 1
    assert result.stderr == (
        "watchlist: first install the server: pip install 'watchlist-http[server]'\n"
    )
