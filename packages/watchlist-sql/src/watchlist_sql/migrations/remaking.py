"""What migrations make and change tables with; the names are those that the tables give.

SQLite adds no rules to a table: there, the rows are put into another one of that name. What a
migration has used must go on doing the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import sqlalchemy as sa
from alembic import op

__all__ = [
    "LINKS",
    "STRICT",
    "Columns",
    "Rules",
    "add_columns",
    "add_rules",
    "belongs_to",
    "check",
    "drop_columns",
    "primary_key",
    "remake",
    "unique",
]

STRICT: Final[dict[str, Any]] = {"sqlite_strict": True}
LINKS: Final[dict[str, Any]] = {"sqlite_strict": True, "sqlite_with_rowid": False}
NOTHING: Final[Mapping[str, str]] = {}
Columns: TypeAlias = Sequence[sa.Column[Any]]
Rules: TypeAlias = Sequence[tuple[str, str, str | None]]
"""Each with its name, and the one dialect that has it, if not both."""


def check(table: str, name: str, rule: str, only_on: str | None = None) -> sa.CheckConstraint:
    constraint = sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))
    if only_on:
        constraint.ddl_if(dialect=only_on)
    return constraint


def primary_key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f("_".join(("uq", table, *columns))))


def belongs_to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.key"], name=op.f(f"fk_{table}_{column}"))


def add_columns(table: str, columns: Columns, filled_by: Mapping[str, str] = NOTHING) -> None:
    """Add them where a table can be changed; what must be there is filled in by a query."""
    for column in columns:
        if column.name in filled_by:
            op.add_column(table, sa.Column(column.name, column.type))
        else:
            op.add_column(table, column)
    for name, query in filled_by.items():
        op.execute(f"UPDATE {table} SET {name} = ({query})")  # noqa: S608  names of migrations
        op.alter_column(table, name, nullable=False)


def drop_columns(table: str, columns: Iterable[sa.Column[Any]]) -> None:
    for column in columns:
        op.drop_column(table, column.name)


def add_rules(table: str, rules: Rules) -> None:
    for name, rule, only_on in rules:
        if only_on != "sqlite":
            op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, rule)


def remake(  # noqa: PLR0917  all that a table is
    name: str,
    kept: Columns,
    columns: Columns,
    rules: Sequence[sa.Constraint],
    kind: Mapping[str, Any],
    filled_by: Mapping[str, str] = NOTHING,
) -> None:
    """Put the rows into another table of that name, in which some columns come from queries."""
    op.create_table(f"{name}_anew", *kept, *columns, *rules, **kind)
    names = [column.name for column in kept]
    into = ", ".join([*names, *filled_by])
    values = ", ".join([*names, *(f"({query})" for query in filled_by.values())])
    op.execute(f"INSERT INTO {name}_anew ({into}) SELECT {values} FROM {name}")  # noqa: S608  names of migrations
    op.drop_table(name)
    op.rename_table(f"{name}_anew", name)
