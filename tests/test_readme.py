"""What the front pages show runs as it stands there."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

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
