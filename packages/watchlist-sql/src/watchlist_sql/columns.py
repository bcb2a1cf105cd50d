"""What values look like in each database.

A row is known by an integer inside, which joins cheaply, and by its UUID outside. SQLite has few
types, and its tables are strict about them: a UUID is 16 bytes, an instant is an integer.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Cast,
    ColumnElement,
    DateTime,
    Dialect,
    Float,
    Integer,
    LargeBinary,
    SmallInteger,
    Text,
    TypeDecorator,
    Uuid,
    cast,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import UserDefinedType
from typing_extensions import override

__all__ = [
    "DIGEST",
    "FLAG",
    "FOLDED",
    "IDENTIFIER",
    "IDENTIFIER_TEXT",
    "INSTANT",
    "JSON_TEXT",
    "LARGE_KEY",
    "RAW_JSON",
    "SMALL",
    "instant_in",
]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


class _CompactUuid(UserDefinedType[UUID]):
    cache_ok = True

    @override
    def get_col_spec(self, **_: Any) -> str:
        return "BLOB"

    @override
    def bind_processor(self, dialect: Dialect) -> Callable[[UUID | None], bytes | None]:
        return lambda value: None if value is None else value.bytes

    @override
    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[bytes | None], UUID | None]:
        return lambda value: None if value is None else UUID(bytes=value)


def _hyphenated(compact: bytes) -> str:
    digits = compact.hex()  # formatting them is three times as fast as making a UUID of them
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


class _CompactUuidText(UserDefinedType[str]):
    cache_ok = True

    @override
    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[bytes], str]:
        return _hyphenated


class _CastToText(TypeDecorator[str]):
    impl = Text
    cache_ok = True

    @override
    def column_expression(self, column: ColumnElement[Any]) -> Cast[str]:
        return cast(column, Text)


class _Microseconds(UserDefinedType[datetime]):
    """Since 1970, exactly: a third of the size of a text, and the database can reckon with it."""

    cache_ok = True

    @override
    def get_col_spec(self, **_: Any) -> str:
        return "INTEGER"

    @override
    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], int | None]:
        return lambda value: None if value is None else (value - _EPOCH) // _MICROSECOND

    @override
    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[int | None], datetime | None]:
        return lambda value: None if value is None else _EPOCH + timedelta(microseconds=value)


class _AwareInstant(TypeDecorator[datetime]):
    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a naive datetime is no instant")  # the driver would take it for local
        return value


class _JsonText(UserDefinedType[Any]):
    cache_ok = True

    @override
    def get_col_spec(self, **_: Any) -> str:
        return "TEXT"

    @override
    def bind_processor(self, dialect: Dialect) -> Callable[[Any], str]:
        return json.dumps

    @override
    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str], Any]:
        return json.loads


class _Flag(UserDefinedType[bool]):
    cache_ok = True

    @override
    def get_col_spec(self, **_: Any) -> str:
        return "INTEGER"

    @override
    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[int], bool]:
        return bool


IDENTIFIER: Final = Uuid().with_variant(_CompactUuid(), "sqlite")
IDENTIFIER_TEXT: Final = _CastToText().with_variant(_CompactUuidText(), "sqlite")
"""To read an identifier by, where it is only shown."""
RAW_JSON: Final = _CastToText().with_variant(Text(), "sqlite")
"""To read JSON by, where it is decoded seldom or in another way."""
DIGEST: Final = LargeBinary()
INSTANT: Final = _AwareInstant().with_variant(_Microseconds(), "sqlite")
JSON_TEXT: Final = JSON().with_variant(_JsonText(), "sqlite")
FLAG: Final = Boolean().with_variant(_Flag(), "sqlite")
SMALL: Final = SmallInteger().with_variant(Integer(), "sqlite")
LARGE_KEY: Final = BigInteger().with_variant(Integer(), "sqlite")
FOLDED: Final = Text().with_variant(Text(collation="C"), "postgresql")
"""Sorted by code point in both databases; SQLite does so anyway."""


class instant_in(FunctionElement[datetime]):  # noqa: N801  named like the functions of SQL
    """The present instant, or the one in that many seconds, by the clock of the database."""

    type = INSTANT
    inherit_cache = True

    def __init__(self, *seconds: float | ColumnElement[float]) -> None:
        super().__init__(*(cast(number, Float(53)) for number in seconds))


@compiles(instant_in, "postgresql")
def _on_postgresql(element: instant_in, compiler: SQLCompiler, **options: Any) -> str:
    # It stands still while a statement runs, else no index could be asked for what is earlier.
    now = "statement_timestamp()"
    if not len(element.clauses):
        return now
    seconds = compiler.process(element.clauses, **options)
    return f"{now} + make_interval(secs => {seconds})"


@compiles(instant_in, "sqlite")
def _on_sqlite(element: instant_in, compiler: SQLCompiler, **options: Any) -> str:
    now = "(julianday('now') - 2440587.5) * 86400000000"
    if not len(element.clauses):
        return f"CAST({now} AS INTEGER)"
    seconds = compiler.process(element.clauses, **options)
    return f"CAST({now} + {seconds} * 1000000 AS INTEGER)"
