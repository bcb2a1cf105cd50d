import asyncio
import subprocess
import sys
from collections.abc import Sequence

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


@pytest.mark.parametrize(
    ("modules", "unused"),
    [
        (["serving"], {"rich", "pygments", "alembic", "pydantic", "pytest"}),
        (["cli.program", "cli.serve", "workers"], {"aiohttp", "sqlalchemy", "rich", "pygments"}),
    ],
    ids=["a process that answers", "a process that looks after those"],
)
def test_a_process_does_not_import_what_it_does_not_use(
    modules: Sequence[str], unused: set[str]
) -> None:
    wanted = ", ".join(f"watchlist_http.server.{module}" for module in modules)
    script = f"import sys, {wanted}\nprint(*{unused} & {{*sys.modules}})\nimport rich\n"

    result = subprocess.run(  # noqa: S603  our own words
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert result.stdout == "\n"
