"""The core costs whoever imports it attrs, and nothing else."""

import subprocess
import sys
from pathlib import Path

import watchlist_core

ROOT = Path(next(iter(watchlist_core.__path__)))
EXTRAS = ("watchlist_core.security", "watchlist_core.testing.contracts")


def test_the_core_loads_nothing_but_attrs_and_the_standard_library() -> None:
    files = (file.relative_to(ROOT.parent).with_suffix("") for file in ROOT.rglob("*.py"))
    names = {".".join(file.parts).removesuffix(".__init__") for file in files}
    modules = sorted(name for name in names if not name.startswith(EXTRAS))
    code = f"import sys; before = set(sys.modules); import {', '.join(modules)}; "
    code += "print(*set(sys.modules) - before)"

    loaded = subprocess.run(  # noqa: S603  our own words
        [sys.executable, "-c", code], capture_output=True, check=True, text=True
    ).stdout.split()

    packages = {name.partition(".")[0] for name in loaded}
    assert packages - sys.stdlib_module_names == {"attr", "attrs", "watchlist_core"}
    assert set(modules) <= set(loaded)
