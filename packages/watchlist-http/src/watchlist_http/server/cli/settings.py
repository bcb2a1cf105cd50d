"""How every command comes to its settings."""

import os
from collections.abc import Mapping
from pathlib import Path

import click

from watchlist_http.server.reading import Demands, read_settings
from watchlist_http.server.settings import Settings

__all__ = ["settings_file", "settings_or_refusal"]

settings_file = click.option(
    "--settings",
    "file",
    type=click.Path(path_type=Path),
    help="A TOML file with settings, in place of watchlist.toml.",
)


def settings_or_refusal(
    file: Path | None,
    given: Mapping[str, object] | None = None,
    *,
    demands: Demands = lambda _: (),
) -> Settings:
    """Return what holds here and now.

    Raises:
        SettingsRefused: Something is wrong with them; the program tells it line by line and ends.
    """
    return read_settings(os.environ, file=file, given=given, demands=demands)
