"""Values that JSON holds in one piece: how each is read, and the schema that says so."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from enum import StrEnum
from fractions import Fraction
from functools import cache, lru_cache
from typing import Annotated, Any, Final, NewType, TypeAlias, get_args, get_origin
from uuid import UUID

from attrs import field, frozen
from msgspec import DecodeError, Meta
from msgspec.json import decode

from watchlist_core.auth import LONGEST_ADDRESS
from watchlist_http.emails import Email, read_email
from watchlist_http.sorting import Sort, parse_sort, sort_pattern

__all__ = ["NOT_BLANK", "SCALARS", "Json", "Scalar", "parser_of", "restricted_by", "scalar_of"]

Json: TypeAlias = dict[str, Any]

NOT_BLANK: Final = r"^[^\u0000]*[^\s\u0000][^\u0000]*$"
"""The pattern of a text that names something: more than blanks, and no NUL."""


@frozen
class Scalar:
    """A value that JSON holds in one piece."""

    schema: Json
    read: Callable[[object], Any]
    """Return the value meant by plain JSON, or raise ValueError saying what it must be."""
    example: object
    accepts: Json = field(factory=dict)
    """What the schema of input says beyond that of output."""

    def parse(self, text: str) -> Any:
        """Return the value meant by *text* of a URL. Raises ValueError."""
        if self.schema["type"] == "string" or text != text.strip():
            return self.read(text)
        try:
            return self.read(decode(text))
        except DecodeError:
            return self.read(text)  # which says what it must be


def _boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError("must be true or false")


def _number(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        with suppress(OverflowError):
            return float(value)
    raise ValueError("must be a number")


_BEYOND: Final = 2**53  # there JSON readers begin to disagree (RFC 7493)


def _integer(value: object) -> int:
    if type(value) is int and -_BEYOND < value < _BEYOND:
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < _BEYOND:
        return int(value)
    raise ValueError("must be a whole number below 2^53")


def _text(value: object) -> str:
    if isinstance(value, str) and "\0" not in value:  # PostgreSQL cannot store NUL
        return value
    raise ValueError("must be a text without NUL")


_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)


def _uuid(value: object) -> UUID:
    if isinstance(value, str) and _UUID.fullmatch(value):
        return UUID(value)
    raise ValueError("must be a UUID")


_INSTANT: Final = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.IGNORECASE | re.ASCII
)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def _instant(value: object) -> datetime:
    with suppress(ValueError, OverflowError):  # such as the 30th of February, or before year 1
        if isinstance(value, str) and _INSTANT.fullmatch(value):
            return datetime.fromisoformat(value.upper()).astimezone(UTC)
    raise ValueError("must be a date and time with its offset from UTC")


def _date(value: object) -> date:
    with suppress(ValueError):
        if isinstance(value, str) and _DATE.fullmatch(value):
            return date.fromisoformat(value)
    raise ValueError("must be a date")


SCALARS: Final[Mapping[Any, Scalar]] = {
    bool: Scalar({"type": "boolean"}, _boolean, example=True),
    float: Scalar({"type": "number"}, _number, example=1.5),
    int: Scalar(
        {"type": "integer"},
        _integer,
        example=1,
        accepts={"minimum": 1 - _BEYOND, "maximum": _BEYOND - 1},
    ),
    str: Scalar({"type": "string"}, _text, example="text", accepts={"pattern": r"^[^\u0000]*$"}),
    Email: Scalar(
        {"type": "string", "format": "idn-email", "maxLength": LONGEST_ADDRESS},
        read_email,
        example="trinity@example.org",
    ),
    UUID: Scalar(
        {"type": "string", "format": "uuid"},
        _uuid,
        example=UUID("019aa0b5-7c00-7d3e-9a41-5f2b8c6d1e07"),
    ),
    datetime: Scalar(
        {"type": "string", "format": "date-time"},
        _instant,
        example=datetime(1999, 3, 31, 20, 15, tzinfo=UTC),
    ),
    date: Scalar({"type": "string", "format": "date"}, _date, example=date(1999, 3, 31)),
}


def scalar_of(type_: Any) -> Scalar | None:
    """Return how a *type_* looks outside, None if it does so in several pieces or not at all."""
    if isinstance(type_, NewType):
        return SCALARS.get(type_) or scalar_of(type_.__supertype__)
    if get_origin(type_) is Annotated:
        inner, *notes = get_args(type_)
        scalar = scalar_of(inner)
        for note in notes:
            if scalar and isinstance(note, Meta):
                scalar = _narrowed(scalar, note)
        return scalar
    if get_origin(type_) is Sort:
        return _sort(*get_args(type_))
    if isinstance(type_, type) and issubclass(type_, StrEnum):
        return _choice(type_)
    return SCALARS.get(type_)


def parser_of(type_: Any) -> Callable[[str], Any]:
    """Return how a *type_* is read from text of a URL. Raises TypeError if it cannot be."""
    scalar = scalar_of(type_)
    if scalar is None:
        raise TypeError(f"{type_} cannot be read from a URL")
    return scalar.parse


@cache
def _choice(choices: type[StrEnum]) -> Scalar:
    def read(value: object) -> StrEnum:
        with suppress(ValueError):
            if isinstance(value, str):
                return choices(value)
        raise ValueError(f"must be one of {', '.join(choices)}")

    first = next(iter(choices))
    return Scalar({"type": "string", "enum": [str(one) for one in choices]}, read, example=first)


def _sort(choices: type[StrEnum]) -> Scalar:
    @lru_cache(maxsize=256)  # few are in use, and only those that fit are kept
    def parse(text: str) -> Sort[StrEnum]:
        return parse_sort(text, choices)

    def read(value: object) -> Sort[StrEnum]:
        return parse(_text(value))

    schema = {"type": "string", "pattern": sort_pattern(choices)}
    return Scalar(schema, read, example="-" + ",".join(list(choices)[:2]))


_KEYWORDS: Final = {
    "description": "description",
    "examples": "examples",
    "pattern": "pattern",
    "min_length": "minLength",
    "max_length": "maxLength",
    "ge": "minimum",
    "le": "maximum",
    "multiple_of": "multipleOf",
}


def _narrowed(scalar: Scalar, meta: Meta) -> Scalar:
    """Return *scalar* as *meta* restricts and describes it."""
    said = {
        keyword: getattr(meta, name)
        for name, keyword in _KEYWORDS.items()
        if getattr(meta, name) is not None
    }
    check = restricted_by(meta, "characters")

    def read(value: object) -> Any:
        result = scalar.read(value)
        check(result)
        return result

    return Scalar(
        scalar.schema | said,
        read,
        meta.examples[0] if meta.examples else scalar.example,
        {keyword: v for keyword, v in scalar.accepts.items() if keyword not in said},
    )


def restricted_by(meta: Meta, pieces: str) -> Callable[[Any], None]:
    """Return how to check what *meta* asks of a value, which consists of *pieces*.

    The check raises ValueError saying what the value must be.

    Raises:
        TypeError: *meta* asks for what is not checked here.
    """
    if meta.gt is not None or meta.lt is not None:
        raise TypeError("say ge and le: a person reads them in the message")
    checks = list(_checks(meta, pieces))

    def check(value: Any) -> None:
        for holds, message in checks:
            if not holds(value):
                raise ValueError(message)

    return check


def _checks(meta: Meta, pieces: str) -> Iterator[tuple[Callable[[Any], bool], str]]:
    if (bounds := _bounds(meta.min_length, meta.max_length)) is not None:
        within, told = bounds
        yield lambda value: within(len(value)), f"must have {told} {pieces}"
    if (bounds := _bounds(meta.ge, meta.le)) is not None:
        within_limits, told = bounds
        yield within_limits, f"must be {told}"
    if (step := meta.multiple_of) is not None:
        # As decimals, which people write: 4.35 is 435 hundredths, and 4.35 / 0.01 is not quite.
        exact = Fraction(str(step))
        yield lambda number: Fraction(str(number)) % exact == 0, f"must be in steps of {step}"
    if meta.pattern is not None:
        # The last `$` of JSON Schema stands for the end, that of Python also before a newline.
        matches = re.compile(re.sub(r"\$$", r"\\Z", meta.pattern)).search
        message = "must not be blank" if meta.pattern == NOT_BLANK else f"must match {meta.pattern}"
        yield lambda text: matches(text) is not None, message


def _bounds(least: float | None, most: float | None) -> tuple[Callable[[float], bool], str] | None:
    """Return how to check a number against what bounds there are, and how to say them."""
    if least is None and most is None:
        return None
    if least is None:
        return lambda number: number <= most, f"at most {most}"
    if most is None:
        return lambda number: number >= least, f"at least {least}"
    return lambda number: least <= number <= most, f"{least} to {most}"
