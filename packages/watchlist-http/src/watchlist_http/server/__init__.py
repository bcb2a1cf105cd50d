"""The server as a program: the only place that knows every package and puts them together.

Its libraries come with the extra ``server``; nothing outside this folder imports it.
"""

import sys
from contextlib import suppress
from importlib import import_module
from typing import Any


def _import_without(hidden: str, wanted: str) -> None:
    modules: dict[str, Any] = sys.modules
    if hidden in modules or wanted in modules:
        return
    modules[hidden] = None  # which is how Python notes that there is no such module
    try:
        with suppress(ModuleNotFoundError):  # the command says then what to install
            import_module(wanted)
    finally:
        del modules[hidden]


# Wherever rich is installed structlog imports it, and pygments with it, for tracebacks which are
# not used here because they show local variables: an eighth of the time to start, and 8 MB.
_import_without("rich", "structlog")
