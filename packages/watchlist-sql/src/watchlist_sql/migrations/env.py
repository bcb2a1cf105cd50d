"""What Alembic runs: on the connection, and in the transaction, that it is given."""

from collections.abc import Collection, Mapping
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.runtime.migration import MigrationContext, MigrationInfo
from sqlalchemy import delete, insert

from watchlist_sql import columns
from watchlist_sql.schema import VERSION_TABLE, revisions
from watchlist_sql.tables import exists_on, metadata

connection = context.config.attributes["connection"]


def is_ours(thing: Any, name: str | None, kind: str, *_: object) -> bool:
    """Leave alone what others keep in the same database, and what only the other dialect has."""
    dialect = connection.dialect.name
    if kind == "table":
        table = metadata.tables.get(name or "")
        return table is not None and exists_on(table, dialect)
    condition = getattr(thing, "_ddl_if", None)
    return condition is None or condition.dialect == dialect


def named(kind: str, thing: Any, autogeneration: AutogenContext) -> str | Literal[False]:
    """Write our own types into a draft by the names that they have here."""
    for name in columns.__all__:
        if kind == "type" and getattr(columns, name) is thing:
            autogeneration.imports.add("from watchlist_sql import columns")
            return f"columns.{name}"
    return False


def note(
    ctx: MigrationContext,  # noqa: ARG001  called by Alembic, with these names
    step: MigrationInfo,
    heads: Collection[str],  # noqa: ARG001
    run_args: Mapping[str, Any],  # noqa: ARG001
) -> None:
    """Keep what the revision works with, where releases that do not know it can read it."""
    for name in step.up_revision_ids:
        connection.execute(delete(revisions).where(revisions.c.revision == name))
        if step.is_upgrade:
            works_with = context.script.get_revision(name).module.works_with
            connection.execute(insert(revisions).values(revision=name, works_with=works_with))


context.configure(
    connection=connection,
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    include_object=is_ours,
    render_item=named,
    on_version_apply=note,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=True,
)
revisions.create(connection, checkfirst=True)
with context.begin_transaction():
    context.run_migrations()
