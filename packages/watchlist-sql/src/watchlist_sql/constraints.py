"""What a broken constraint means to the core: its name → the error, on both databases.

A constraint that stands not in this table guards against mistakes of our own, and its breaking
comes through as the `IntegrityError` that it is.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from re import compile as pattern
from typing import Any, Final

from sqlalchemy import PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.exc import IntegrityError

from watchlist_core.auth import AccountNotFound
from watchlist_core.catalogue import MovieNotFound
from watchlist_core.errors import WatchlistError
from watchlist_sql.tables import metadata

__all__ = ["ERRORS", "broken_constraint", "refusals"]

ERRORS: Final[Mapping[str, Callable[[Mapping[str, Any]], WatchlistError]]] = {
    # Only on PostgreSQL can the row have gone between the look-up and the check.
    "fk_watches_account_key": lambda row: AccountNotFound(row["account"]),
    "fk_watches_movie_key": lambda row: MovieNotFound(row["movie"]),
    "fk_ratings_account_key": lambda row: AccountNotFound(row["account"]),
    "fk_ratings_movie_key": lambda row: MovieNotFound(row["movie"]),
}

_IN_SQLITE: Final = pattern(r"(UNIQUE|CHECK|NOT NULL) constraint failed: (.+)")


@contextmanager
def refusals(row: Mapping[str, Any]) -> Iterator[None]:
    """Raise the core's error where writing *row* breaks a constraint that stands for one."""
    try:
        yield
    except IntegrityError as error:
        refusal = ERRORS.get(broken_constraint(error) or "")
        if refusal is None:
            raise
        raise refusal(row) from error


def broken_constraint(error: IntegrityError) -> str | None:
    """Return the name of the constraint, ``nn_<table>_<column>`` for a value that is missing.

    None where the database does not tell, as SQLite with foreign keys.
    """
    # asyncpg's own error is the cause of what SQLAlchemy makes of it.
    for told in (error.orig, error.orig and error.orig.__cause__):
        if name := getattr(told, "constraint_name", None):
            return str(name)
        if column := getattr(told, "column_name", None):
            return f"nn_{getattr(told, 'table_name', None)}_{column}"
    match _IN_SQLITE.fullmatch(str(error.orig)):
        case None:
            return None
        case found if found[1] == "CHECK":
            return found[2]
        case found:
            columns = [column.split(".") for column in found[2].split(", ")]
            if found[1] == "NOT NULL":
                return "_".join(("nn", *columns[0]))
            return _unique_over(columns[0][0], {column for _, column in columns})


def _unique_over(table: str, columns: set[str]) -> str | None:
    """Find by its columns what SQLite does not call by its name."""
    described = metadata.tables.get(table)
    for constraint in described.constraints if described is not None else ():
        if isinstance(constraint, PrimaryKeyConstraint | UniqueConstraint) and columns == {
            column.name for column in constraint.columns
        }:
            return str(constraint.name)
    return None
