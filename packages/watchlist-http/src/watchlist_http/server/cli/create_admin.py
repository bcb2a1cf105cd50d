"""``watchlist create-admin``: somebody has to be the first."""

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import click
from attrs import field, frozen

from watchlist_core.auditing import Actor, acting
from watchlist_core.auth import AppointFirstAdmin, EmailAddress, UsernameTaken, WeakPassword
from watchlist_core.errors import WatchlistError
from watchlist_core.ids import Uuid7
from watchlist_core.work import now
from watchlist_http.server.cli.settings import settings_file, settings_or_refusal
from watchlist_http.server.loop import run
from watchlist_http.server.reading import FIRST_ADMIN
from watchlist_http.server.settings import Settings

__all__ = ["command"]

_ACTOR = Actor(origin="watchlist create-admin")
_KEEPS_ITS_OWN: Final = (
    "The account was there before and keeps its own password, which is not the one given."
)


@frozen
class _Admin:
    email: str
    username: str | None
    password: str = field(repr=False)


@click.command("create-admin", short_help="Make somebody an admin.")
@settings_file
@click.option("--email", envvar=f"{FIRST_ADMIN}_EMAIL", help="The address to sign in with.")
@click.option("--username", envvar=f"{FIRST_ADMIN}_USERNAME", help="What others see of the admin.")
@click.option(
    "--password",
    envvar=f"{FIRST_ADMIN}_PASSWORD",
    help="Everybody on this machine can see what is said here: use the variable, or be asked.",
)
@click.option(
    "--password-file",
    envvar=f"{FIRST_ADMIN}_PASSWORD_FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file that holds the password.",
)
def command(
    file: Path | None,
    email: str | None,
    username: str | None,
    password: str | None,
    password_file: Path | None,
) -> None:
    """Make somebody an admin, who signs in with an address and a password.

    It may be run any number of times: where an active admin has that address nothing is changed.
    An account that has it already becomes an admin, and keeps its username and its password. What
    no option says is taken from the variables WATCHLIST_FIRST_ADMIN_EMAIL, _USERNAME, _PASSWORD and
    _PASSWORD_FILE; on a terminal, what is needed is asked for.
    """
    settings = settings_or_refusal(file)
    if password and password_file:
        raise click.UsageError("the password stands in a file or not: say one of them")
    admin = _Admin(
        email or _asked("email", "E-mail address"),
        username or None,
        password
        or (_content(password_file) if password_file else None)
        or _asked("password", "Password", is_secret=True),
    )
    is_new, keeps_its_own = run(_appointed(settings, admin))
    click.echo(f"{admin.email} is an admin now." if is_new else f"{admin.email} is one already.")
    if keeps_its_own:
        # Whoever made that account can sign in to it, and need not be the one that was meant.
        click.echo(_KEEPS_ITS_OWN)


def _asked(name: str, question: str, *, is_secret: bool = False) -> str:
    if not sys.stdin.isatty():
        variable = f"{FIRST_ADMIN}_{name.upper()}"
        raise click.UsageError(f"say --{name} or {variable}: there is nobody to be asked")
    answer: str = click.prompt(question, hide_input=is_secret, confirmation_prompt=is_secret)
    return answer


def _content(file: Path) -> str:
    try:
        return file.read_text("utf-8").strip()
    except OSError as error:
        raise click.ClickException(f"{file} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise click.ClickException(f"{file} is no text in UTF-8") from error


async def _appointed(settings: Settings, admin: _Admin) -> tuple[bool, bool]:
    """Tell whether anything had to be done, and whether another password than the given one holds.

    Raises:
        click.ClickException: Nobody can be appointed; it tells why.
    """
    # Nobody who only asks for help should wait for SQLAlchemy.
    from watchlist_core.security import BcryptPasswords  # noqa: PLC0415
    from watchlist_http.emails import rewritten  # noqa: PLC0415
    from watchlist_http.server.opening import opened_database  # noqa: PLC0415
    from watchlist_sql.store import SqlStore  # noqa: PLC0415

    email = rewritten(admin.email)  # the one way of writing it by which sign-ins look for it
    async with opened_database(settings) as database:
        store = SqlStore(database)
        with closing(BcryptPasswords(settings.auth.password_cost)) as passwords, acting(_ACTOR):
            appoint = AppointFirstAdmin(store.begin, now, Uuid7(), passwords, settings.auth.rules)
            with _told_in_words():
                is_new = await appoint(email, admin.username, admin.password)
                known = await store.account_queries.credentials(EmailAddress(email))
                kept = known.password_hash if known else None
                return is_new, not await passwords.verify(admin.password, kept)


@contextmanager
def _told_in_words() -> Iterator[None]:
    try:
        yield
    except WeakPassword as weak:
        reasons = " ".join(weak.reasons)
        raise click.ClickException(f"{type(weak).__doc__} {reasons}") from weak
    except UsernameTaken as taken:
        raise click.ClickException(f"{taken.username}: {type(taken).__doc__}") from taken
    except WatchlistError as error:
        raise click.ClickException(str(type(error).__doc__)) from error
    except ValueError as error:
        raise click.ClickException(
            "that is no e-mail address, or the username is not 3 to 32 of a-z0-9._-"
        ) from error
