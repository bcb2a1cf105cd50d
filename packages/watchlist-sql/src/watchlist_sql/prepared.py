"""Statements made ready once, for those that are asked thousands of times a second.

Running a statement that an index answers takes a database some microseconds, and SQLAlchemy several
times as long to look its compiled form up and to make rows of the answer. The kept statements of
this package are always the same objects, so what SQLAlchemy makes of one is kept beside it.
"""

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final, Self, TypeAlias
from weakref import WeakKeyDictionary

from attrs import define, field, frozen
from sqlalchemy import Dialect, Engine, Select
from sqlalchemy.sql.compiler import SQLCompiler

__all__ = ["Prepared", "PreparedStatements"]

_Binding: TypeAlias = Callable[[Mapping[str, Any]], Any]

_NOTHING: Final[Mapping[str, Any]] = {}


@frozen
class Prepared:
    """The text of a statement, how its parameters are bound, and how its rows are read."""

    sql: str
    _bindings: Sequence[_Binding]
    _processed: Sequence[tuple[int, Callable[[Any], Any]]]
    """Which values of a row are no plain ones, by their place."""

    @classmethod
    def of(cls, statement: object, dialect: Dialect) -> Self | None:
        """Return None for what is not the same text each time, or no SELECT of typed columns."""
        if not isinstance(statement, Select):
            return None
        compiled = statement.compile(dialect=dialect)
        if not isinstance(compiled, SQLCompiler) or compiled.post_compile_params:
            return None
        processors = (
            column.type.dialect_impl(dialect).result_processor(dialect, None)
            for column in statement.selected_columns
        )
        return cls(
            compiled.string,
            [_binding(compiled, name, dialect) for name in compiled.positiontup or ()],
            [(index, process) for index, process in enumerate(processors) if process],
        )

    def bound(self, parameters: Mapping[str, Any] | None) -> list[Any]:
        """Return what the driver is given. Raises whatever a value that does not fit leads to."""
        given = parameters or _NOTHING
        return [bind(given) for bind in self._bindings]

    def read(self, rows: Sequence[tuple[Any, ...]]) -> Sequence[tuple[Any, ...]]:
        return [*map(self._read if self._processed else tuple, rows)]

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
    _kept: WeakKeyDictionary[object, Prepared | None] = field(factory=WeakKeyDictionary, init=False)

    def get(self, statement: object) -> Prepared | None:
        """Return None for what only SQLAlchemy can run, as it is while somebody listens to it."""
        if self._engine.dispatch.before_cursor_execute:
            return None
        try:
            return self._kept[statement]
        except KeyError:
            prepared = self._kept[statement] = Prepared.of(statement, self._engine.dialect)
            return prepared
