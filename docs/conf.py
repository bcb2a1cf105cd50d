"""How Sphinx builds these pages; ``nox -s docs`` does, and runs their examples."""

from collections.abc import Iterator, Sequence
from importlib.metadata import version as version_of
from textwrap import dedent
from typing import Any

from sphinx.application import Sphinx

from watchlist_http import refusals
from watchlist_http.openapi import document
from watchlist_http.problems import every_problem, status_of, title_of
from watchlist_http.server.reading import SettingReference, settings_reference

project = "Watchlist"
author = "Watchlist maintainers"
project_copyright = "Watchlist maintainers"
version = release = version_of("watchlist-core")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.doctest"]
exclude_patterns = ["_build"]
nitpicky = True
# Types of others in our signatures: their documentation is not at hand where there is no internet.
nitpick_ignore_regex = [("py:.*", ".*")]

myst_enable_extensions = ["colon_fence", "deflist", "substitution"]
myst_heading_anchors = 3

autodoc_default_options = {
    "members": True,
    "imported-members": True,
    "undoc-members": True,
    "special-members": "__call__",
}
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
python_maximum_signature_line_length = 80

# Pages are read where there is no internet as well: nothing is loaded from elsewhere.
html_theme = "furo"
html_title = f"Watchlist {release}"
html_show_sphinx = False
html_show_copyright = False


def _setting(setting: SettingReference) -> str:
    """Tell of one setting as an entry of a definition list."""
    names = [f"`{setting.name}`", f"`{setting.variable}`"]
    if setting.is_secret:
        names.append(f"`{setting.variable}_FILE`")
    default = f"; by default `{setting.default}`" if setting.default else ""
    return f"{' · '.join(names)}\n: {setting.help} Takes *{setting.kind}*{default}.\n"


def _problems() -> Iterator[str]:
    """Tell of what an operation may answer, and of what HTTP refuses before any, as a table."""
    yield "| status | code | title |"
    yield "| --- | --- | --- |"
    described = document()["components"]["schemas"]
    rows = [
        (int(status_of(error)), code, title_of(error))
        for code, error in every_problem().items()
        if f"{error.__name__}Problem" in described or error.__module__ == refusals.__name__
    ]
    for status, code, title in sorted(rows):
        yield f"| {status} | `{code}` | {title} |"


# What the program itself says, so that a page cannot say anything else.
myst_substitutions = {
    "settings": "\n".join(map(_setting, settings_reference())),
    "problems": "\n".join(_problems()),
}


def setup(app: Sphinx) -> None:
    app.connect("autodoc-process-docstring", _with_fields)


def _with_fields(*told: Any) -> None:
    """Make fields of what stands below ``Raises:`` in a docstring."""
    lines: list[str] = told[-1]
    if "Raises:" in lines:
        start = lines.index("Raises:")
        lines[start:] = _fields(dedent("\n".join(lines[start + 1 :])).splitlines())


def _fields(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        name, colon, reason = line.partition(": ")
        yield f":raises {name}: {reason}" if colon and not name.startswith(" ") else line
