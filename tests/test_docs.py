"""What the documentation shows at a terminal happens as it stands there.

Its examples in Python are run by ``nox -s docs``.
"""

from pathlib import Path
from typing import Final

import pytest

from tests.conftest import Demonstration
from tests.servers.watchlist import KEY
from tests.transcripts import Terminal, steps_of

DOCS: Final = Path(__file__).parent.parent / "docs"


async def replayed(terminal: Terminal, page: str) -> None:
    for step in steps_of(DOCS / page):
        answer = await terminal.type(step.command)

        assert step.is_answered_by(answer), f"$ {step.command}\n{answer}\ninstead of\n{step.shown}"


@pytest.mark.parametrize("page", ["trying-the-api.md", "api-conventions.md"])
async def test_a_page_shows_what_the_demonstration_answers(
    page: str, demonstration: Demonstration, tmp_path: Path
) -> None:
    tokens = {"TOKEN": demonstration.token, "MODERATOR": demonstration.moderator_token}

    await replayed(Terminal(tmp_path, demonstration.url, tokens), page)


async def test_a_page_shows_what_the_command_says(tmp_path: Path, postgresql_url: str) -> None:
    given = {"WATCHLIST_AUTH_SECRET_KEYS": KEY, "WATCHLIST_DATABASE_URL": postgresql_url}

    await replayed(Terminal(tmp_path, given=given), "running-a-server.md")


def test_every_session_at_a_terminal_is_tried() -> None:
    pages = {page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md") if [*steps_of(page)]}

    assert pages == {"trying-the-api.md", "api-conventions.md", "running-a-server.md"}
