"""``watchlist migrate``: the database follows the release."""

from pathlib import Path

import click

from watchlist_http.server.cli.settings import settings_file, settings_or_refusal
from watchlist_http.server.loop import run
from watchlist_http.server.settings import Settings

__all__ = ["command"]


@click.command("migrate")
@settings_file
def command(file: Path | None) -> None:
    """Bring the database to the schema of this release.

    Servers of the release before it may go on running meanwhile.
    """
    click.echo(run(_migrate(settings_or_refusal(file))))


async def _migrate(settings: Settings) -> str:
    # Nobody who only asks for help should wait for SQLAlchemy.
    from watchlist_http.server.opening import migrated  # noqa: PLC0415

    before, after = await migrated(settings)
    if before == after:
        return f"The schema is {after.revision} already: nothing to do."
    return f"Migrated from {before.revision or 'nothing'} to {after.revision}."
