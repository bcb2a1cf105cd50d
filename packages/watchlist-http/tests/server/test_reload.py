"""In development the server starts anew whenever its program is changed."""

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from shutil import copytree, ignore_patterns
from typing import Any

import pytest
from aiohttp import ClientSession
from attrs import frozen
from structlog.testing import capture_logs

from tests.servers.watchlist import PATIENCE, Running, Start
from watchlist_http.server.auth_settings import AuthSettings
from watchlist_http.server.listening import bound_socket
from watchlist_http.server.reload import Reloading
from watchlist_http.server.secret import DatabaseUrl, SecretKeys
from watchlist_http.server.settings import (
    DatabaseSettings,
    Environment,
    Settings,
)

PACKAGES = ("watchlist_core", "watchlist_sql", "watchlist_http")


@frozen
class Program:
    """A file of a program that runs, to be changed as an editor does it."""

    file: Path
    text: str

    def write(self, text: str) -> None:
        self.file.write_text(text, "utf-8")


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Return a copy of the program, which `serve` runs from then on, so that it may be changed."""
    source = tmp_path / "source"
    for name in PACKAGES:
        (folder,) = import_module(name).__path__
        copytree(folder, source / name, ignore=ignore_patterns("__pycache__"))
    monkeypatch.setenv("PYTHONPATH", str(source))
    file = source / "watchlist_http" / "openapi.py"
    return Program(file, file.read_text("utf-8"))


async def until_its_title_is(server: Running, wanted: str) -> None:
    async with asyncio.timeout(PATIENCE), ClientSession(server.url) as client:
        title = None
        while title != wanted:
            async with client.get("/openapi.json", headers={"Connection": "close"}) as answer:
                title = (await answer.json())["info"]["title"]


async def test_a_changed_program_is_served_and_a_broken_one_is_waited_for(
    serve: Start, program: Program
) -> None:
    server = await serve("--reload")

    program.write(program.text.replace('"title": "Watchlist"', '"title": "Changed"'))
    await until_its_title_is(server, "Changed")

    program.write("this is no Python")
    await server.says("the server ended: waiting for a change")
    program.write(program.text)
    await until_its_title_is(server, "Watchlist")

    assert "SyntaxError" in server.output
    assert len(server.told("Ctrl-C ends it")) == 1
    assert await server.stop(signal.SIGINT) == 0


async def told(logs: Sequence[Mapping[str, Any]], event: str, *, times: int = 1) -> int:
    """Wait until the event was told so often, and return the process that was told of last."""
    async with asyncio.timeout(PATIENCE):
        while len(found := [log for log in logs if log["event"] == event]) < times:  # noqa: ASYNC110  it is told to a list
            await asyncio.sleep(0.01)
    pid: int = found[-1].get("pid", 0)
    return pid


async def test_a_server_that_ended_by_itself_is_waited_for_too(
    tmp_path: Path, sqlite_url: str
) -> None:
    settings = Settings(
        environment=Environment.DEVELOPMENT,
        database=DatabaseSettings(url=DatabaseUrl(sqlite_url)),
        auth=AuthSettings(secret_keys=SecretKeys.parse("k" * 32)),
    )
    with capture_logs() as logs, bound_socket("127.0.0.1", 0) as listener:
        reloading = Reloading(listener, settings, folders=[tmp_path], interval=0.01)
        exit_code = asyncio.create_task(reloading())

        first = await told(logs, "the program runs")
        (tmp_path / "page.html").touch()
        second = await told(logs, "the program runs", times=2)
        os.kill(second, signal.SIGKILL)
        await told(logs, "the server ended: waiting for a change")
        (tmp_path / "page.html").unlink()
        third = await told(logs, "the program runs", times=3)
        os.kill(os.getpid(), signal.SIGTERM)

        assert await exit_code == 0
    assert len({first, second, third}) == 3


async def test_who_is_told_twice_ends_at_once_with_the_server(serve: Start) -> None:
    server = await serve("--reload", log_level="debug")
    (started,) = await server.says(r"the program runs .*pid=(\d+)")
    os.kill(int(started[1]), signal.SIGSTOP)  # it cannot end by itself

    server.process.send_signal(signal.SIGTERM)
    await server.says("stopping")

    assert await server.stop(signal.SIGTERM) == -signal.SIGTERM


async def test_a_broken_program_can_be_ended_too(run: Start, program: Program) -> None:
    program.write("this is no Python")
    server = await run("serve", "--reload", "--port=0")
    await server.says("the server ended: waiting for a change")

    assert await server.stop() == 0
