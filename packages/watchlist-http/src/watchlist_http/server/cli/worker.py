"""``watchlist worker``: what a server does in the background, in a process of its own."""

import sys
from pathlib import Path
from typing import Final

import click
from structlog import get_logger

from watchlist_core.auditing import Actor, acting
from watchlist_http.server.cli.settings import settings_file, settings_or_refusal
from watchlist_http.server.logs import configure_logs
from watchlist_http.server.loop import run
from watchlist_http.server.settings import Settings, demands_of_working
from watchlist_http.server.signals import stop_on_signals

__all__ = ["command"]

_ALL: Final = 0
"""No event has this key: it stands for all of them."""

_ACTOR: Final = Actor(origin="watchlist worker")
_log = get_logger(__name__)


@click.command("worker", short_help="Deliver events and do periodic jobs.")
@settings_file
@click.option("--status", is_flag=True, help="Tell what waits and what is parked, and why.")
@click.option(
    "--retry-parked",
    "retried",
    type=click.IntRange(0),
    metavar="[KEY]",
    is_flag=False,
    flag_value=_ALL,
    help="Let the parked event of that key, or all of them, be tried anew.",
)
@click.option(
    "--drop-parked",
    "dropped",
    type=click.IntRange(0),
    metavar="[KEY]",
    is_flag=False,
    flag_value=_ALL,
    help="Forget the parked event of that key, or all of them.",
)
def command(file: Path | None, *, status: bool, retried: int | None, dropped: int | None) -> None:
    """Deliver events and do periodic jobs until SIGTERM or Ctrl-C.

    For servers with `--no-relay`. Any number of workers may run at the same time. With one of the
    options that look after what is parked, that is done and nothing else.
    """
    if sum((status, retried is not None, dropped is not None)) > 1:
        raise click.UsageError("--status, --retry-parked and --drop-parked go one at a time")
    if status:
        run(_tell(settings_or_refusal(file)))
    elif retried is not None or dropped is not None:
        sys.exit(run(_settle(settings_or_refusal(file), retried, dropped)))
    else:
        settings = settings_or_refusal(file, demands=demands_of_working)
        configure_logs(settings.log.level, settings.log_format)
        run(_work(settings))


async def _work(settings: Settings) -> None:
    # Nobody who only asks for help should wait for SQLAlchemy.
    from watchlist_http.server.chores import doing_chores  # noqa: PLC0415
    from watchlist_http.server.opening import opened_database  # noqa: PLC0415

    stop = stop_on_signals()
    async with opened_database(settings) as database, doing_chores(settings, database, stop):
        _log.info("working", database=str(settings.database_url))
        await stop.wait()
    _log.info("stopped")


async def _tell(settings: Settings) -> None:
    from watchlist_http.server.opening import opened_database  # noqa: PLC0415
    from watchlist_sql.outbox import Outbox  # noqa: PLC0415
    from watchlist_sql.parked import ParkedEvents  # noqa: PLC0415

    async with opened_database(settings) as database:
        counted, parked = await Outbox(database).count(), await ParkedEvents(database).all()
    click.echo(f"waiting  {counted.waiting}")
    click.echo(f"parked   {counted.parked}")
    for one in parked:
        click.echo(
            f"{one.key:8}  {one.name}, {one.parked_at:%Y-%m-%d %H:%M} UTC, "
            f"{one.attempts} attempts: {' '.join(one.reason.split())}"
        )


async def _settle(settings: Settings, retried: int | None, dropped: int | None) -> int:
    """Return the exit code: the event that is named may not be parked."""
    from watchlist_http.server.opening import opened_database  # noqa: PLC0415
    from watchlist_sql.parked import ParkedEvents  # noqa: PLC0415

    key = retried or dropped or None
    async with opened_database(settings) as database:
        events = ParkedEvents(database)
        with acting(_ACTOR):
            if retried is not None:
                number, done = await events.retry(key), "to be tried anew"
            else:
                number, done = await events.drop(key), "dropped"
    if key is not None and not number:
        click.echo(f"Error: no parked event has the key {key}", err=True)
        return 1
    click.echo(f"{number} {done}")
    return 0
