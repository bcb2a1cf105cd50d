"""How Sphinx builds these pages; ``nox -s docs`` does, and runs their examples."""

from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import version as version_of
from textwrap import dedent
from typing import Any

from sphinx.application import Sphinx

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


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _setting(setting: SettingReference) -> Sequence[str]:
    variables = f"`{setting.variable}`"
    if setting.is_secret:
        variables += f" or `{setting.variable}_FILE`"
    default = f" Default: `{setting.default}`." if setting.default else ""
    return f"`{setting.name}`", variables, setting.kind, setting.help + default


# What the program itself says, so that a page cannot say anything else.
myst_substitutions = {
    "settings": _table(
        ["in a file", "in the environment", "takes", "what it does"],
        map(_setting, settings_reference()),
    ),
    "problems": _table(
        ["status", "code", "title"],
        sorted(
            (str(int(status_of(error))), f"`{code}`", title_of(error))
            for code, error in every_problem().items()
            if error.__subclasses__() == []
        ),
    ),
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
