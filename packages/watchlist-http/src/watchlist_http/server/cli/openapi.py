"""``watchlist openapi``: what the server can be asked, for programs that write programs."""

import click

__all__ = ["command"]


@click.command("openapi", short_help="Print the OpenAPI document.")
def command() -> None:
    """Print the OpenAPI document; it depends on no settings and no database."""
    # Nobody who only asks for help should wait for aiohttp.
    from msgspec.json import encode, format  # noqa: A004, PLC0415

    from watchlist_http.openapi import document  # noqa: PLC0415

    click.echo(format(encode(document()), indent=2))
