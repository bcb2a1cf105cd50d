"""Statements made ready once, for those that are asked thousands of times a second.

Running a statement that an index answers takes a database some microseconds, and SQLAlchemy several
times as long to look its compiled form up and to make rows of the answer. The kept statements of
this package are always the same objects, so what SQLAlchemy makes of one is kept beside it.
"""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from operator import itemgetter
from typing import Any, Final, Self, TypeAlias
from weakref import WeakKeyDictionary

from attrs import define, field, frozen
from sqlalchemy import Delete, Dialect, Engine, Insert, IteratorResult, Numeric, Select, Update, exc
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

__all__ = ["Prepared", "PreparedStatements", "Ran", "as_sqlalchemy_tells"]

_Preparable: TypeAlias = Select[*tuple[Any, ...]] | Insert | Update | Delete
_Binding: TypeAlias = Callable[[Mapping[str, Any]], Any]

_Kept: TypeAlias = "WeakKeyDictionary[object, dict[tuple[bool, tuple[str, ...]], Prepared | None]]"

_BREAKS_CONSTRAINT: Final = "23"  # the class of such SQLSTATEs
_NOTHING: Final[Mapping[str, Any]] = {}


class Ran(IteratorResult[*tuple[Any, ...]]):
    """What a statement led to, all of it fetched."""

    rowcount: int
    """How many rows were found or changed."""


@frozen
class Prepared:
    """The text of a statement, how its parameters are bound, and how its rows are read."""

    sql: str
    has_rows: bool
    _bindings: Sequence[_Binding]
    _processed: Sequence[tuple[int, Callable[[Any], Any]]]
    """Which values of a row are no plain ones, by their place."""
    _names: SimpleResultMetaData

    @classmethod
    def of(
        cls,
        statement: _Preparable,
        dialect: Dialect,
        given: Sequence[str],
        *,
        for_many: bool = False,
    ) -> Self | None:
        """Make *statement* ready for parameters of the names *given*, which may name columns.

        None for what is not the same text each time, or needs SQLAlchemy to be run; *for_many*
        rows at once, that is all which returns any.
        """
        compiled = statement.compile(dialect=dialect, column_keys=given, for_executemany=for_many)
        if (
            not isinstance(compiled, SQLCompiler)
            or compiled.post_compile_params
            or compiled.insert_prefetch
            or compiled.update_prefetch
        ):
            return None
        # It keeps its columns once it was asked, and hands them on to what is made of it, even if
        # that returns others.
        asked = copy(statement)
        columns = list(asked.exported_columns)
        described = (
            asked.column_descriptions
            if isinstance(asked, Select)
            else asked.returning_column_descriptions
        )
        if len(columns) < len(described):
            return None  # a piece of text has no type
        if for_many and columns:
            return None
        if any(isinstance(column.type, Numeric) for column in columns):
            return None  # how they are read depends on what the driver tells of the column
        processors = (
            column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns
        )
        return cls(
            compiled.string,
            bool(columns),
            [_binding(compiled, name, dialect) for name in compiled.positiontup or ()],
            [(index, process) for index, process in enumerate(processors) if process],
            SimpleResultMetaData([str(column.key) for column in columns]),
        )

    def bound(self, given: Mapping[str, Any]) -> list[Any] | None:
        """Return what the driver is given, None where SQLAlchemy can tell better what is amiss."""
        try:
            return [bind(given) for bind in self._bindings]
        except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError):
            return None

    def read(self, rows: Sequence[tuple[Any, ...]]) -> Sequence[tuple[Any, ...]]:
        return [*map(self._read if self._processed else tuple, rows)]

    def ran(self, rows: Sequence[tuple[Any, ...]], rowcount: int) -> Ran:
        result = Ran(self._names, iter(self.read(rows)))
        result.rowcount = rowcount
        return result

    def _read(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        values = list(row)
        for index, process in self._processed:
            values[index] = process(values[index])
        return tuple(values)


def _binding(compiled: SQLCompiler, name: str, dialect: Dialect) -> _Binding:
    parameter = compiled.binds[name]
    process = parameter.type.dialect_impl(dialect).bind_processor(dialect)
    key, value = parameter.key, parameter.effective_value
    read: _Binding = itemgetter(key) if parameter.required else lambda given: given.get(key, value)
    return read if process is None else lambda given: process(read(given))


@define
class PreparedStatements:
    """Those of one engine, each for as long as the statement itself is kept by somebody."""

    _engine: Engine
    _kept: _Kept = field(factory=WeakKeyDictionary, init=False)

    def get(self, statement: object, parameters: object) -> tuple[Prepared, list[Any]] | None:
        """Return the prepared statement, and what the driver is given.

        None for what only SQLAlchemy can run or refuse, and for all while somebody listens to it.
        """
        given = _NOTHING if parameters is None else parameters
        if not isinstance(given, Mapping):
            return None
        prepared = self._prepared(statement, given)
        if prepared and (bound := prepared.bound(given)) is not None:
            return prepared, bound
        return None

    def get_many(self, statement: object, rows: object) -> tuple[Prepared, list[list[Any]]] | None:
        """Return a change that is prepared for many *rows*, with all of them; else as `get`."""
        if not (isinstance(rows, list) and rows and isinstance(rows[0], Mapping)):
            return None
        prepared = self._prepared(statement, rows[0], for_many=True)
        if prepared is None:
            return None
        bound = [values for row in rows if (values := prepared.bound(row)) is not None]
        return (prepared, bound) if len(bound) == len(rows) else None

    def _prepared(
        self, statement: object, given: Mapping[str, Any], *, for_many: bool = False
    ) -> Prepared | None:
        if self._engine.dispatch.before_cursor_execute or not isinstance(
            statement, Select | Insert | Update | Delete
        ):
            return None
        names = tuple(given)
        try:
            return self._kept[statement][for_many, names]
        except KeyError:
            prepared = Prepared.of(statement, self._engine.dialect, names, for_many=for_many)
            self._kept.setdefault(statement, {})[for_many, names] = prepared
            return prepared


def as_sqlalchemy_tells(error: Exception, sql: str, *, is_lost: bool = False) -> DBAPIError:
    """Return what SQLAlchemy would raise for what the driver says; *error* is its ``orig``.

    It tells no parameters, for errors are logged, and values may be secret.
    """
    breaks_constraint = (getattr(error, "sqlstate", None) or "").startswith(_BREAKS_CONSTRAINT)
    # Others call their errors as PEP 249 does, and so does SQLAlchemy.
    name = "IntegrityError" if breaks_constraint else type(error).__name__
    kind = getattr(exc, name, DBAPIError)
    if not issubclass(kind, DBAPIError):
        kind = DBAPIError  # a TimeoutError, for one, is something else to SQLAlchemy
    told: DBAPIError = kind(sql, None, error, hide_parameters=True, connection_invalidated=is_lost)
    return told
