"""``watchlist serve``: the server."""

import asyncio
import gc
import sys
from pathlib import Path
from socket import socket

import click
from attrs import evolve

from watchlist_http.server.cli.settings import settings_file, settings_or_refusal
from watchlist_http.server.development_key import development_keys
from watchlist_http.server.listening import bound_socket, port_of
from watchlist_http.server.logs import configure_logs
from watchlist_http.server.secret import DatabaseUrl
from watchlist_http.server.settings import Settings, demands_of_serving

__all__ = ["command"]


@click.command("serve", short_help="Answer requests.")
@settings_file
@click.option("--host", help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65_535), help="The port to listen on; 0 for any.")
@click.option("--workers", type=click.IntRange(1), help="Processes that answer requests.")
@click.option("--demo", is_flag=True, help="Development, with well-known movies to look at.")
@click.option("--reload", is_flag=True, help="Start anew whenever the program is changed.")
@click.option("--no-relay", is_flag=True, help="Leave events and jobs to `watchlist worker`.")
def command(
    file: Path | None,
    host: str | None,
    port: int | None,
    workers: int | None,
    *,
    demo: bool,
    reload: bool,
    no_relay: bool,
) -> None:
    """Answer requests until SIGTERM or Ctrl-C; what runs then is finished first."""
    given = {
        "environment": "development" if demo else None,
        "http.host": host,
        "http.port": port,
        "http.workers": workers,
        "relay.enabled": False if no_relay else None,
    }
    settings = settings_or_refusal(file, given, demands=demands_of_serving)
    if reload and not settings.in_development:
        raise click.UsageError("--reload is for development")
    if reload and settings.http.workers > 1:
        raise click.UsageError("--reload works with one worker only")
    settings = _completed(settings, demo=demo)
    configure_logs(settings.log.level, settings.log_format)
    with bound_socket(settings.http.host, settings.http.port) as listener:
        # In development links are made from it, and 0 is none.
        http = evolve(settings.http, port=port_of(listener))
        sys.exit(_run(listener, evolve(settings, http=http), demo=demo, reload=reload))


def _run(listener: socket, settings: Settings, *, demo: bool, reload: bool) -> int:
    """Return the exit code. Who only looks after others imports nothing that answers requests."""
    if reload:
        from watchlist_http.server.reload import Reloading  # noqa: PLC0415

        return asyncio.run(Reloading(listener, settings, demo)())
    if settings.http.workers > 1:
        from watchlist_http.server.workers import Workers  # noqa: PLC0415

        return asyncio.run(Workers(listener, settings, demo)())

    gc.disable()  # nothing of all that is imported now will ever be garbage
    from watchlist_http.server.serving import run_alone  # noqa: PLC0415

    run_alone(listener, settings, demo=demo)
    return 0


def _completed(settings: Settings, *, demo: bool) -> Settings:
    """Add what nobody should have to say in development."""
    if demo and settings.database.url is None:
        # A file of its own: a demonstration is no place for what somebody wants to keep.
        url = DatabaseUrl.of_file(settings.data_folder / "demonstration.db")
        settings = evolve(settings, database=evolve(settings.database, url=url))
    if settings.in_development and not settings.auth.secret_keys:
        keys = development_keys(settings.data_folder)
        settings = evolve(settings, auth=evolve(settings.auth, secret_keys=keys))
    return settings
