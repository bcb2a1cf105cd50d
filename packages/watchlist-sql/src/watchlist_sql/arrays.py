"""Any number of values as one parameter, so that the statement stays the same for all numbers."""

from typing import Any, Final

from sqlalchemy import JSON, Text, bindparam, column, func
from sqlalchemy.sql.selectable import TableValuedAlias

__all__ = ["given_rows", "given_texts"]

_ROWS: Final = {"sqlite": func.json_each, "postgresql": func.json_array_elements}
_TEXTS: Final = {"sqlite": func.json_each, "postgresql": func.json_array_elements_text}


def given_rows(dialect: str, parameter: str) -> TableValuedAlias:
    """Return a table with the column ``value``, each of which is a list."""
    return _as_table(_ROWS[dialect], parameter, column("value", JSON))


def given_texts(dialect: str, parameter: str) -> TableValuedAlias:
    """Return a table with the column ``value``, each of which is a text."""
    return _as_table(_TEXTS[dialect], parameter, column("value", Text))


def _as_table(elements_of: Any, parameter: str, value: Any) -> TableValuedAlias:
    table: TableValuedAlias = elements_of(bindparam(parameter, type_=JSON)).table_valued(
        value, name="given"
    )
    return table
