"""Whether the tables are those that this release works with, and how they become so.

Revisions are numbered: a greater number is a newer schema. Each says which oldest revision's
release still works with it, and that is kept in the database: a release that is still running
learns from there whether it may go on beside a newer schema.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import Any, Final

from attrs import define, frozen
from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    Table,
    Text,
    any_,
    bindparam,
    column,
    false,
    func,
    select,
    table,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from typing_extensions import override

from watchlist_sql.advisory import hold_turns
from watchlist_sql.database import Database
from watchlist_sql.tables import metadata

__all__ = ["HEAD", "SchemaKind", "SchemaState", "UnusableSchema", "migrate", "schema_state"]

HEAD: Final = "0004"
"""The revision of this release; kept here since asking Alembic would take its whole import."""

VERSION_TABLE: Final = "watchlist_version"
versions: Final = table(VERSION_TABLE, column("version_num", Text))
revisions: Final = Table(
    "watchlist_revisions",
    MetaData(),
    Column("revision", Text, primary_key=True),
    Column("works_with", Text, nullable=False),
)

# Made once: a server asks again and again while it runs.
_TABLES: Final = {
    "sqlite": select(column("name", Text)).select_from(table("sqlite_master")),
    "postgresql": (
        select(column("tablename", Text))
        .select_from(table("pg_tables"))
        .where(column("schemaname", Text) == any_(func.current_schemas(false())))
    ),
}
_VERSION: Final = select(versions.c.version_num)
_WORKS_WITH: Final = select(revisions.c.works_with).where(
    revisions.c.revision == bindparam("found")
)

_MILLISECONDS_FOR_OTHERS: Final = 5_000


class SchemaKind(StrEnum):
    EMPTY = "empty"
    OLDER = "older"
    CURRENT = "current"
    NEWER_COMPATIBLE = "newer, and says that it works with this release"
    NEWER_INCOMPATIBLE = "newer"
    FOREIGN = "not of this program"


@frozen
class SchemaState:
    kind: SchemaKind
    revision: str | None
    """None for an empty or a foreign schema."""
    wanted: str = HEAD

    @property
    def is_usable(self) -> bool:
        return self.kind in {SchemaKind.CURRENT, SchemaKind.NEWER_COMPATIBLE}


@define
class UnusableSchema(Exception):
    """The database has a schema which this release can neither use nor migrate."""

    state: SchemaState

    @override
    def __str__(self) -> str:
        found = self.state.revision or "no revision"
        return f"the schema ({found}) is {self.state.kind}; this release wants {self.state.wanted}"


async def schema_state(database: Database) -> SchemaState:
    """Tell which schema the database has, without changing anything."""
    present = await _tables(database)
    if VERSION_TABLE not in present:
        is_foreign = bool(present & set(metadata.tables))
        return SchemaState(SchemaKind.FOREIGN if is_foreign else SchemaKind.EMPTY, None)
    rows = await database.fetch(_VERSION)
    if not rows:
        return SchemaState(SchemaKind.EMPTY, None)
    revision: str = rows[0][0]
    if revision <= HEAD:
        return SchemaState(SchemaKind.OLDER if revision < HEAD else SchemaKind.CURRENT, revision)
    oldest = await database.fetch(_WORKS_WITH, {"found": revision})
    works = bool(oldest) and oldest[0][0] <= HEAD
    return SchemaState(
        SchemaKind.NEWER_COMPATIBLE if works else SchemaKind.NEWER_INCOMPATIBLE, revision
    )


async def migrate(database: Database) -> SchemaState:
    """Bring the schema to this release's, in one transaction; a usable one is left as it is.

    Of several processes that try it at once, one does it and the others wait.

    Raises:
        UnusableSchema: It is foreign, or newer and incompatible.
        Busy: Somebody kept writing for too long.
    """
    state = await schema_state(database)
    if state.kind in {SchemaKind.FOREIGN, SchemaKind.NEWER_INCOMPATIBLE}:
        raise UnusableSchema(state)
    if not state.is_usable:
        await run(database, _to_head)
    return await schema_state(database)


async def run(database: Database, command: Callable[[Any], None]) -> None:
    """Run an Alembic *command* on this package's migrations, alone, and commit."""
    config = configuration()

    def on(connection: Connection) -> None:
        config.attributes["connection"] = connection
        command(config)

    async with database.writing() as connection:
        hold = _alone_on_sqlite if database.dialect == "sqlite" else _alone_on_postgresql
        async with hold(connection):
            await connection.run_sync(on)
            if database.dialect == "sqlite":
                await _check_foreign_keys(connection)
            await connection.commit()


def configuration() -> Any:
    """Return an Alembic ``Config`` for this package's migrations."""
    from alembic.config import Config  # noqa: PLC0415  costs more than all else in this package

    config = Config()
    config.set_main_option("script_location", "watchlist_sql:migrations")
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "r%%(rev)s_%%(slug)s")
    return config


def _to_head(config: Any) -> None:
    from alembic import command  # noqa: PLC0415  as above

    command.upgrade(config, HEAD)


async def _tables(database: Database) -> set[str]:
    return {name for (name,) in await database.fetch(_TABLES[database.dialect])}


@asynccontextmanager
async def _alone_on_postgresql(connection: AsyncConnection) -> AsyncIterator[None]:
    # However long the other migration takes; its own locks then time out as all others do.
    patience = await connection.scalar(select(func.current_setting("lock_timeout")))
    await connection.execute(select(func.set_config("lock_timeout", "0", True)))  # noqa: FBT003
    await hold_turns(connection, b"watchlist migrations")
    await connection.execute(select(func.set_config("lock_timeout", patience, True)))  # noqa: FBT003
    yield


@asynccontextmanager
async def _alone_on_sqlite(connection: AsyncConnection) -> AsyncIterator[None]:
    """Suspend foreign keys, which is impossible inside a transaction, and check them at the end.

    A table is changed by making another of it and dropping the first, which would else delete,
    or be refused for, the rows that refer to it.
    """
    await connection.rollback()
    await connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
    # Between its two transactions another process may write. It is waited for inside SQLite:
    # migrating stops the loop anyway.
    await connection.exec_driver_sql(f"PRAGMA busy_timeout = {_MILLISECONDS_FOR_OTHERS}")
    try:
        await connection.rollback()
        await connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield
    finally:
        await connection.rollback()
        await connection.exec_driver_sql("PRAGMA busy_timeout = 0")
        await connection.exec_driver_sql("PRAGMA foreign_keys = ON")


async def _check_foreign_keys(connection: AsyncConnection) -> None:
    broken = (await connection.exec_driver_sql("PRAGMA foreign_key_check")).all()
    if broken:
        raise RuntimeError(f"the migration would leave {len(broken)} rows that refer to nothing")
