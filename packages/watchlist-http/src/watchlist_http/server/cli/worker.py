"""``watchlist worker``: what a server does in the background, in a process of its own."""

from pathlib import Path

import click
from structlog import get_logger

from watchlist_http.server.cli.settings import settings_file, settings_or_refusal
from watchlist_http.server.logs import configure_logs
from watchlist_http.server.loop import run
from watchlist_http.server.settings import Settings
from watchlist_http.server.signals import stop_on_signals

__all__ = ["command"]

_log = get_logger(__name__)


@click.command("worker")
@settings_file
def command(file: Path | None) -> None:
    """Deliver events and do periodic jobs until SIGTERM or Ctrl-C.

    For servers with `--no-relay`. Any number of workers may run at the same time.
    """
    settings = settings_or_refusal(file)
    configure_logs(settings.log.level, settings.log_format)
    run(_work(settings))


async def _work(settings: Settings) -> None:
    # Nobody who only asks for help should wait for SQLAlchemy.
    from watchlist_http.server.background import in_background  # noqa: PLC0415
    from watchlist_http.server.chores import chores  # noqa: PLC0415
    from watchlist_http.server.opening import opened_database  # noqa: PLC0415

    stop = stop_on_signals()
    async with (
        opened_database(settings) as database,
        in_background(*chores(database), stopping=stop, grace=settings.http.grace),
    ):
        _log.info("working", database=str(settings.database_url))
        await stop.wait()
    _log.info("stopped")
