"""What packages and groups of tools need from elsewhere, and how constraints.txt pins it."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

__all__ = [
    "CONSTRAINTS",
    "PACKAGES",
    "ROOT",
    "all_packages",
    "of_group",
    "of_package",
    "pinned",
    "with_all_extras",
]

ROOT: Final = Path(__file__).parent
CONSTRAINTS: Final = ROOT / "constraints.txt"
PACKAGES: Final = ("watchlist-core", "watchlist-sql", "watchlist-provider-client", "watchlist-http")


def described(package: str | None = None) -> Mapping[str, Any]:
    """Return what a package says of itself, or the root of its tools and dependency groups."""
    folder = ROOT / "packages" / package if package else ROOT
    return tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))


def of_package(package: str, extras: Iterable[str] = ()) -> Iterator[Requirement]:
    """Return what a package needs from elsewhere, its siblings' needs included."""
    project = described(package)["project"]
    optional = project.get("optional-dependencies", {})
    for line in [*project["dependencies"], *(line for extra in extras for line in optional[extra])]:
        requirement = Requirement(line)
        if requirement.name in PACKAGES:
            yield from of_package(requirement.name, requirement.extras)
        else:
            yield requirement


def of_group(group: str) -> Iterator[Requirement]:
    for entry in described()["dependency-groups"][group]:
        if isinstance(entry, str):
            yield Requirement(entry)
        else:
            yield from of_group(entry["include-group"])


def with_all_extras(*packages: str) -> Iterator[Requirement]:
    for package in packages:
        yield from of_package(
            package, described(package)["project"].get("optional-dependencies", {})
        )


def pinned(requirements: Iterable[Requirement]) -> Iterator[str]:
    """Return each requirement as constraints.txt has it: once for each marker it stands with."""
    lines = CONSTRAINTS.read_text(encoding="utf-8").splitlines()
    pins = [Requirement(line.rstrip("\\ ")) for line in lines if line and line[0] not in " #"]
    for requirement in requirements:
        name = canonicalize_name(requirement.name)
        extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
        found = [pin for pin in pins if canonicalize_name(pin.name) == name]
        if not found:
            raise LookupError(f"{name} is not in {CONSTRAINTS.name}: run `nox -s lock`")
        for pin in found:
            markers = " and ".join(f"({m})" for m in (requirement.marker, pin.marker) if m)
            yield f"{name}{extras}{pin.specifier}" + (f" ; {markers}" if markers else "")


def all_packages() -> Iterator[str]:
    """Return our own packages with all their extras, as lines of a requirements file."""
    for package in PACKAGES:
        extras = ",".join(described(package)["project"].get("optional-dependencies", {}))
        yield f"{package}{f'[{extras}]' if extras else ''} @ ./packages/{package}"
