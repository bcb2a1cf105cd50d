"""What the tables are described in: how their constraints are called, and what all have alike."""

from typing import Any, Final

from sqlalchemy import CheckConstraint, MetaData, Table

__all__ = ["LINKS", "STRICT", "check", "exists_on", "metadata", "whole_identifier"]

metadata: Final = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

STRICT: Final[dict[str, Any]] = {"sqlite_strict": True}
LINKS: Final = STRICT | {"sqlite_with_rowid": False}


def check(name: str, rule: str, *, only_on: str | None = None) -> CheckConstraint:
    constraint = CheckConstraint(rule, name=name)
    if only_on:
        constraint.ddl_if(dialect=only_on)
    return constraint


def whole_identifier(column: str = "id") -> CheckConstraint:
    return check(column, f"length({column}) = 16", only_on="sqlite")


def exists_on(table: Table, dialect: str) -> bool:
    return bool(table.info.get("only_on", dialect) == dialect)
