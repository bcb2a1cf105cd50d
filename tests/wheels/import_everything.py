"""Import every module of packages as they are installed; of the core nothing else is loaded.

Usage: python -I import_everything.py [--with-extras] watchlist_core …
"""

import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from pkgutil import iter_modules
from typing import Final

OF_EXTRAS: Final = (
    "watchlist_core.security",
    "watchlist_core.testing.contracts",
    "watchlist_http.server",
)
# Alembic and the interpreter run these, and nobody imports them.
PROGRAMS: Final = ("__main__", "env")
CORE_NEEDS: Final = {"attr", "attrs", "watchlist_core"}


def modules(package: str, skipped: Sequence[str]) -> Iterator[str]:
    yield package
    for module in iter_modules(import_module(package).__path__, f"{package}."):
        if module.name in skipped or module.name.rpartition(".")[2] in PROGRAMS:
            continue
        if module.ispkg:
            yield from modules(module.name, skipped)
        else:
            yield module.name


def main(*arguments: str) -> str | None:
    with_extras = "--with-extras" in arguments
    packages = [argument for argument in arguments if not argument.startswith("--")]
    at_start = set(sys.modules)
    for package in packages:
        names = list(modules(package, () if with_extras else OF_EXTRAS))
        for name in names:
            import_module(name)
        print(f"{package}: {len(names)} modules")
        if package == "watchlist_core" and not with_extras:
            loaded = {name.partition(".")[0] for name in set(sys.modules) - at_start}
            strangers = loaded - CORE_NEEDS - sys.stdlib_module_names
            if strangers:
                return f"the core loads {', '.join(sorted(strangers))}"
    return None


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
