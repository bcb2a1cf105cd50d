"""A database that is open and has the schema which this release works with."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Final

from sqlalchemy import exists, select
from structlog import get_logger

from watchlist_core.errors import Unavailable
from watchlist_http.server.refused import StartRefused
from watchlist_http.server.settings import Settings
from watchlist_sql.database import Database, open_database
from watchlist_sql.schema import SchemaKind, SchemaState, UnusableSchema, migrate, schema_state
from watchlist_sql.tables import accounts, movies

__all__ = [
    "database_of",
    "has_usable_schema",
    "is_empty",
    "migrated",
    "opened_database",
    "reason_of",
]

_HAS_ANYTHING: Final = select(exists().select_from(movies) | exists().select_from(accounts))
_log = get_logger(__name__)


@asynccontextmanager
async def database_of(settings: Settings, *, syncs_works: bool = True) -> AsyncIterator[Database]:
    """Open the database as it is; an embedded one that is told not to sync works is quicker.

    Raises:
        StartRefused: It does not answer, or its address cannot be used.
    """
    url = settings.database_url
    try:
        if url.is_embedded:
            if url.file.parent == settings.data_folder:
                settings.data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _made_for_nobody_else(url.file)
        options = {"syncs_works": syncs_works} if url.is_embedded else {}
        database = await open_database(url.reveal(), **options)
    except (Unavailable, ValueError, OSError) as error:
        raise StartRefused(f"the database {url} cannot be opened: {reason_of(error)}") from error
    try:
        yield database
    finally:
        await database.close()


def _made_for_nobody_else(file: Path) -> None:
    """Make a file that is not there yet, as SQLite would: but it holds addresses and hashes."""
    with suppress(FileExistsError, FileNotFoundError):  # SQLite says it better, or need not
        file.touch(mode=0o600, exist_ok=False)


@asynccontextmanager
async def opened_database(
    settings: Settings, *, syncs_works: bool = True
) -> AsyncIterator[Database]:
    """Open the database as `database_of`, and see to its schema: an embedded one is migrated.

    A server's is not: it may belong to others too, who decide when it is changed.

    Raises:
        StartRefused: It does not answer, or has another schema.
    """
    url = settings.database_url
    async with database_of(settings, syncs_works=syncs_works) as database:
        with _in_one_line(settings):
            state = await (migrate if url.is_embedded else schema_state)(database)
            if state.kind in {SchemaKind.EMPTY, SchemaKind.OLDER}:
                raise StartRefused(
                    f"the schema of {url} is {state.kind}; run `watchlist migrate` to bring it "
                    f"from {state.revision or 'nothing'} to {state.wanted}"
                )
            if not state.is_usable:
                raise UnusableSchema(state)
        yield database


async def migrated(settings: Settings) -> tuple[SchemaState, SchemaState]:
    """Bring the schema to this release's; return what it was and what it is.

    Raises:
        StartRefused: The database does not answer, or has a schema that is none of ours.
    """
    async with database_of(settings) as database:
        with _in_one_line(settings):
            return await schema_state(database), await migrate(database)


@contextmanager
def _in_one_line(settings: Settings) -> Iterator[None]:
    try:
        yield
    except Unavailable as error:
        reason = f"the database {settings.database_url} does not answer: {reason_of(error)}"
        raise StartRefused(reason) from error
    except UnusableSchema as error:
        raise StartRefused(f"{settings.database_url} cannot be used: {error}") from error


def reason_of(error: Exception) -> str:
    """Return in one line for a person what is behind *error*.

    That a store does not answer, the core tells in words for clients; why, only its cause does.
    """
    cause: object = error.__cause__ if isinstance(error, Unavailable) else error
    said = str(getattr(cause, "orig", cause) or type(error).__doc__)
    return said.partition("\n")[0]


async def has_usable_schema(database: Database) -> bool:
    """Tell whether the database answers, with a schema that this release works with.

    If not, the log tells why: whoever asks is a machine, and gets only yes or no.
    """
    try:
        state = await schema_state(database)
    except Unavailable as error:
        _log.warning("not ready", reason=reason_of(error))
        return False
    if not state.is_usable:
        _log.warning("not ready", reason=str(UnusableSchema(state)))
    return state.is_usable


async def is_empty(database: Database) -> bool:
    """Tell whether there is neither a movie nor an account."""
    ((has_anything,),) = await database.fetch(_HAS_ANYTHING)
    return not has_anything
