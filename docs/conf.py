"""How Sphinx builds these pages; ``nox -s docs`` does, and runs their examples."""

from importlib.metadata import version as version_of

project = "Watchlist"
author = "Watchlist maintainers"
project_copyright = "Watchlist maintainers"
version = release = version_of("watchlist-core")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.doctest"]
exclude_patterns = ["_build"]
nitpicky = True

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "description"

# Pages are read where there is no internet as well: nothing is loaded from elsewhere.
html_theme = "furo"
html_title = f"Watchlist {release}"
html_show_sphinx = False
