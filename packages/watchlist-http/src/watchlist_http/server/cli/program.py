from importlib import import_module
from importlib.metadata import version
from typing import IO, Any, Final

import click
from typing_extensions import override

from watchlist_http.server.reading import SettingsRefused
from watchlist_http.server.refused import StartRefused

__all__ = ["program"]

COMMANDS: Final = {
    "serve": "serve",
    "worker": "worker",
    "migrate": "migrate",
    "create-admin": "create_admin",
    "check": "check",
    "import": "importing",
    "openapi": "openapi",
}
"""Each with its module in this folder, whose ``command`` it is."""


class _Commands(click.Group):
    """Imports a command when it is asked for: none pays for what another one needs."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"watchlist_http.server.cli.{COMMANDS[cmd_name]}")
        command: click.Command = module.command
        return command

    @override
    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except SettingsRefused as refused:
            raise _Refused(refused) from None
        except StartRefused as refused:
            raise click.ClickException(str(refused)) from refused


class _Refused(click.UsageError):
    """Says each problem with the settings in a line of its own, and nothing else."""

    def __init__(self, refused: SettingsRefused) -> None:
        super().__init__("\n".join(refused.problems))

    @override
    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(self.message, file=file, err=True)


@click.group(
    cls=_Commands, name="watchlist", context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(version("watchlist-http"), prog_name="watchlist")
def program() -> None:
    """Movies to watch, watched and rated: the server and all that belongs to it.

    Settings come from watchlist.toml, then from variables WATCHLIST_…, then from the command line.
    """
