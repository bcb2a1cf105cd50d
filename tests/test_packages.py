"""The four packages go together, and every command that a page names is there."""

import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).parent.parent
PACKAGES: Final = sorted((ROOT / "packages").iterdir())


def project(package: Path) -> Mapping[str, Any]:
    described = tomllib.loads((package / "pyproject.toml").read_text(encoding="utf-8"))
    found: Mapping[str, Any] = described["project"]
    return found


def test_the_packages_share_a_version() -> None:
    versions = {project(package)["version"] for package in PACKAGES}

    assert len(versions) == 1


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_a_package_asks_for_siblings_of_its_own_minor_version(package: Path) -> None:
    described = project(package)
    optional = described.get("optional-dependencies", {}).values()
    needs = [*described["dependencies"], *(need for needs in optional for need in needs)]

    siblings = [
        need
        for need in needs
        if need.startswith("watchlist-") and not need.startswith(package.name)
    ]

    major, minor, _ = described["version"].split(".")
    assert all(need.endswith(f"~={major}.{minor}.0") for need in siblings)


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_a_package_carries_the_licence_and_its_types(package: Path) -> None:
    module = package / "src" / package.name.replace("-", "_")

    assert (package / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
    assert (module / "py.typed").exists()


def test_every_session_that_a_page_names_exists() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / ".github").rglob("*.yml")]
    texts = [page.read_text(encoding="utf-8") for page in pages if "_build" not in page.parts]
    commands = [found for text in texts for found in re.findall(r"nox -s ((?:[a-z]+ ?)+)", text)]
    named = {session for command in commands for session in command.split()}

    listed = subprocess.run(
        [sys.executable, "-m", "nox", "--list-sessions"],
        capture_output=True,
        check=True,
        cwd=ROOT,
        text=True,
    )

    assert named
    assert named <= set(re.findall(r"^[*-] ([a-z]+)", listed.stdout, re.MULTILINE))


def installs() -> list[str]:
    """Return what the pages say to install; no index has our packages yet."""
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("packages/*/README.md")]
    texts = [page.read_text(encoding="utf-8").replace("\\\n", "") for page in pages]
    return [found for text in texts for found in re.findall(r"pip install ([^`#&\n]+)", text)]


def needed(package: str, extras: str = "") -> set[str]:
    """Return the siblings that *package* needs with *extras*, and theirs."""
    described = project(ROOT / "packages" / package)
    optional = described.get("optional-dependencies", {})
    needs = [*described["dependencies"], *(n for e in extras.split(",") if e for n in optional[e])]
    found = (re.match(r"(watchlist-[a-z-]+)(?:\[(.+?)\])?", need) for need in needs)
    return {package}.union(*(needed(need[1], need[2] or "") for need in found if need))


@pytest.mark.parametrize("command", installs())
def test_what_a_page_says_to_install_can_be_installed(command: str) -> None:
    wanted = shlex.split(command)
    ours = [re.fullmatch(r"\./packages/([a-z-]+)(?:\[(.+)\])?", one) for one in wanted]

    if wanted != ["nox"]:
        given = {package[1] for package in ours if package}
        assert len(given) == len(wanted)
        assert set().union(*(needed(p[1], p[2] or "") for p in ours if p)) <= given
