"""What the front pages show runs as it stands there."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from tests.conftest import Demonstration
from tests.transcripts import Terminal

ROOT: Final = Path(__file__).parent.parent
PAGES: Final = [ROOT / "README.md", *sorted(ROOT.glob("packages/*/README.md"))]


def blocks(page: Path, language: str) -> Sequence[str]:
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def examples() -> Sequence[object]:
    return [
        pytest.param(block, id=f"{page.relative_to(ROOT).parent}-{number}")
        for page in PAGES
        for number, block in enumerate(blocks(page, "python"))
    ]


@pytest.mark.parametrize("example", examples())
def test_an_example_prints_what_stands_beside_it(
    example: str, capsys: pytest.CaptureFixture[str]
) -> None:
    promised = re.findall(r"^ *print\(.*\)  # (.*)$", example, re.MULTILINE)

    exec(compile(example, "README.md", "exec"), {"__name__": "__main__"})  # noqa: S102

    assert promised
    assert capsys.readouterr().out.splitlines() == promised


def test_the_readme_shows_the_library_at_work() -> None:
    assert blocks(ROOT / "README.md", "python")


async def test_a_movie_is_watched_and_rated_by_hand(
    demonstration: Demonstration, tmp_path: Path
) -> None:
    (script,) = (block for block in blocks(ROOT / "README.md", "sh") if "curl" in block)
    given = {"PASSWORD": demonstration.password}
    terminal = Terminal(tmp_path, demonstration.url, given)

    printed = [await terminal.type(line) for line in script.replace("\\\n", " ").splitlines()]

    signed_in, found, refused, watched, score, ratings = (
        json.loads(answer) for answer in printed if answer
    )
    assert terminal.variables["TOKEN"] == signed_in["access_token"]
    assert found["items"][0]["title"] == "Seven Samurai"
    assert refused["code"] == "not-watched-yet"
    assert watched["movie_id"] == found["items"][0]["id"]
    assert score["rating_count"] == found["items"][0]["rating_count"] + 1
    assert ratings["items"][0]["stars"] == 4.5


def test_what_the_readme_leads_to_is_there() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!http)([^)#]+)", text)

    assert [link for link in links if not (ROOT / link).exists()] == []
