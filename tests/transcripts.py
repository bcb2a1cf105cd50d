"""Sessions at a terminal as pages show them: run again, and held against what is shown.

The blocks of a page in the language ``console`` are one session: lines with ``$`` are typed, and
what follows them is the answer. In an answer ``…`` stands for what the page leaves out, blanks do
not count, and ids and instants are others each time.
"""

import json
import os
import re
import shlex
import sys
from argparse import ArgumentParser, Namespace
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Template
from typing import Final

from aiohttp import ClientSession
from attrs import define, field, frozen
from yarl import URL

__all__ = ["Step", "Terminal", "steps_of"]

SHOWN_ADDRESS: Final = "http://127.0.0.1:8000"
ID: Final = r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"
INSTANT: Final = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z"


@frozen
class Step:
    command: str
    shown: str

    def is_answered_by(self, answer: str) -> bool:
        parts = re.split(f"(…|{ID}|{INSTANT})", "".join(self.shown.split()))
        pattern = "".join(map(_pattern, parts))
        return re.fullmatch(pattern, "".join(answer.split()), re.DOTALL) is not None


def _pattern(part: str) -> str:
    if part == "…":
        return ".*?"
    return next((each for each in (ID, INSTANT) if re.fullmatch(each, part)), re.escape(part))


def steps_of(page: Path) -> Iterator[Step]:
    text = page.read_text(encoding="utf-8")
    for block in re.findall(r"^```console\n(.*?)^```$", text, re.DOTALL | re.MULTILINE):
        for typed in re.split(r"^\$ ", block.replace("\\\n", " "), flags=re.MULTILINE)[1:]:
            command, _, shown = typed.partition("\n")
            yield Step(command, shown)


@define
class Terminal:
    """Knows ``curl``, ``watchlist`` and how variables are set, and needs none of them installed."""

    folder: Path
    address: str = SHOWN_ADDRESS
    """Where the server is that the page has on `SHOWN_ADDRESS`."""
    given: Mapping[str, str] = field(factory=dict)
    """Values of variables for which a page shows a stand-in."""
    variables: dict[str, str] = field(factory=dict)
    answer: str = ""

    async def type(self, command: str) -> str:
        """Return what *command* prints."""
        match shlex.split(command.replace(SHOWN_ADDRESS, self.address), comments=True):
            case ["curl", *arguments]:
                self.answer = await _curl([self._filled(one) for one in arguments])
                return self.answer
            case ["watchlist", *arguments]:
                return await self._watchlist([self._filled(one) for one in arguments])
            case ["export", assignment, *_]:
                self._assign(assignment)
            case [assignment]:
                self._assign(assignment)
        return ""

    def _filled(self, argument: str) -> str:
        return Template(argument).safe_substitute(self.variables)

    def _assign(self, assignment: str) -> None:
        name, _, value = assignment.partition("=")
        if name == "MOVIE":  # its id is another each time
            value = json.loads(self.answer)["items"][0]["id"]
        if name == "TAG":
            (value,) = re.findall("^ETag: (.*)$", self.answer, re.MULTILINE)
        if shown := re.fullmatch(r"the-(access|refresh)-token-in-the-answer", value):
            value = json.loads(self.answer)[f"{shown[1]}_token"]
        self.variables[name] = self.given.get(name, value)

    async def _watchlist(self, arguments: list[str]) -> str:
        ours = {name: value for name, value in os.environ.items() if "WATCHLIST_" not in name}
        process = await create_subprocess_exec(
            *[sys.executable, "-m", "watchlist_http.server", *arguments],
            stdout=PIPE,
            stderr=STDOUT,
            cwd=self.folder,
            env=ours | self.variables,
        )
        printed, _ = await process.communicate()
        return printed.decode().replace("python -m watchlist_http.server", "watchlist")


async def _curl(arguments: list[str]) -> str:
    asked = _asked(arguments)
    async with (
        ClientSession(skip_auto_headers=["Accept-Encoding"], auto_decompress=False) as session,
        session.request(
            "HEAD" if asked.head else asked.method,
            URL(asked.address, encoded=True),
            headers=[header.split(": ") for header in asked.headers],
            data=asked.body,
            allow_redirects=False,
        ) as response,
    ):
        body = (await response.read()).decode()
        if not asked.include and not asked.head:
            return body
        head = "".join(
            f"{name.decode()}: {value.decode()}\n" for name, value in response.raw_headers
        )
        return f"HTTP/1.1 {response.status} {response.reason}\n{head}\n{body}"


def _asked(arguments: list[str]) -> Namespace:
    curl = ArgumentParser()
    curl.add_argument("address")
    curl.add_argument("-X", dest="method", default="GET")
    curl.add_argument("-H", dest="headers", action="append", default=[])
    curl.add_argument("-d", dest="body")
    curl.add_argument("-i", dest="include", action="store_true")
    curl.add_argument("-I", dest="head", action="store_true")
    return curl.parse_args(arguments)
