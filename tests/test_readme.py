"""What the front pages show runs as it stands there."""

import json
import re
import shlex
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from string import Template
from typing import Any, Final

import pytest
from aiohttp import ClientSession

from tests.conftest import Demonstration

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


def curl() -> ArgumentParser:
    """Return as much of curl as the README needs, so that its tests need no curl."""
    parser = ArgumentParser()
    parser.add_argument("address")
    parser.add_argument("-X", dest="method", default="GET")
    parser.add_argument("-H", dest="headers", action="append", default=[])
    parser.add_argument("-d", dest="body")
    return parser


async def test_a_movie_is_watched_and_rated_by_hand(demonstration: Demonstration) -> None:
    (script,) = (block for block in blocks(ROOT / "README.md", "sh") if "curl" in block)
    known = {"API": f"{demonstration.url}/api/v1", "TOKEN": demonstration.token}
    answers: list[tuple[int, Any]] = []

    async with ClientSession() as session:
        for line in script.replace("\\\n", " ").splitlines():
            match shlex.split(Template(line).safe_substitute(known), comments=True):
                case ["curl", *arguments]:
                    request = curl().parse_args(arguments)
                    async with session.request(
                        request.method,
                        request.address,
                        headers=[header.split(": ") for header in request.headers],
                        data=request.body,
                    ) as response:
                        answers.append((response.status, json.loads(await response.text())))
                case ["MOVIE=the-id-in-the-answer"]:
                    known["MOVIE"] = answers[-1][1]["items"][0]["id"]

    assert [status for status, _ in answers] == [200, 409, 201, 200, 200]
    assert answers[1][1]["code"] == "not-watched-yet"
    assert answers[-1][1]["items"][0]["stars"] == 4.5
