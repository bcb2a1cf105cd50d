"""``watchlist check``: before a server is started, or replaced."""

import sys
from pathlib import Path

import click

from watchlist_http.server.cli.settings import settings_file, settings_or_refusal
from watchlist_http.server.loop import run
from watchlist_http.server.settings import Settings, demands_of_serving

__all__ = ["command"]


@click.command("check", short_help="Tell whether a server would start.")
@settings_file
def command(file: Path | None) -> None:
    """Tell whether a server would start, without starting or changing anything.

    Fails if it would not.
    """
    settings = settings_or_refusal(file, demands=demands_of_serving)
    _tell("settings", str(settings.environment))
    if not run(_all_is_good(settings)):
        sys.exit(1)


async def _all_is_good(settings: Settings) -> bool:
    # Nobody who only asks for help should wait for SQLAlchemy.
    from watchlist_http.server.check import findings  # noqa: PLC0415

    all_is_good = True
    async for finding in findings(settings):
        _tell(finding.about, finding.says, is_good=finding.is_good, is_needed=finding.is_needed)
        all_is_good &= finding.is_good or not finding.is_needed
    return all_is_good


def _tell(about: str, says: str, *, is_good: bool = True, is_needed: bool = True) -> None:
    if is_good:
        mark = click.style("ok  ", fg="green")
    elif is_needed:
        mark = click.style("FAIL", fg="red", bold=True)
    else:
        mark = click.style("warn", fg="yellow", bold=True)
    click.echo(f"{mark}  {about:9} {says}")
