import asyncio
import subprocess
import sys

import pytest
import uvloop

from watchlist_http.server.loop import run


async def kind_of_loop() -> type:
    return type(asyncio.get_running_loop())


def test_the_fastest_loop_is_taken() -> None:
    assert run(kind_of_loop()) is uvloop.Loop


def test_any_loop_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvloop", None)

    assert run(kind_of_loop()) is not uvloop.Loop


def test_a_server_does_not_import_what_it_does_not_use() -> None:
    script = (
        "import sys, watchlist_http.server.serving\n"
        "print(*{'rich', 'pygments', 'alembic', 'pydantic', 'pytest'} & {*sys.modules})\n"
        "import rich\n"
    )

    result = subprocess.run(  # noqa: S603  our own words
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert result.stdout == "\n"
