"""How values look outside: what is accepted, and the schema that says so."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache, lru_cache, reduce
from operator import or_
from types import UnionType
from typing import Annotated, Any, Final, NewType, TypeAlias, Union, cast, get_args, get_origin
from uuid import UUID

import attrs
from cattrs import BaseValidationError, Converter, ForbiddenExtraKeysError
from cattrs.cols import list_structure_factory
from cattrs.errors import ClassValidationError, IterableValidationError
from cattrs.gen import make_dict_structure_fn
from msgspec import DecodeError, Meta, UnsetType
from msgspec.json import decode

from watchlist_http.refusals import DoesNotFit, Misfit
from watchlist_http.sorting import Sort, parse_sort, sort_pattern

__all__ = [
    "NOT_BLANK",
    "Json",
    "Scalar",
    "fit",
    "json_converter",
    "options_of",
    "parser_of",
    "scalar_of",
]

Json: TypeAlias = dict[str, Any]

NOT_BLANK: Final = r"^[^\u0000]*\S[^\u0000]*$"
"""The pattern of a text that names something: more than blanks, and no NUL."""


@attrs.frozen
class Scalar:
    """A value that JSON holds in one piece."""

    schema: Json
    read: Callable[[object], Any]
    """Return the value meant by plain JSON, or raise ValueError saying what it must be."""
    example: object
    accepts: Json = attrs.field(factory=dict)
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


_SCALARS: Final[Mapping[type, Scalar]] = {
    bool: Scalar({"type": "boolean"}, _boolean, example=True),
    float: Scalar({"type": "number"}, _number, example=1.5),
    int: Scalar(
        {"type": "integer"},
        _integer,
        example=1,
        accepts={"minimum": 1 - _BEYOND, "maximum": _BEYOND - 1},
    ),
    str: Scalar({"type": "string"}, _text, example="text", accepts={"pattern": r"^[^\u0000]*$"}),
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
        return scalar_of(type_.__supertype__)
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
    return _SCALARS.get(type_)


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
    checks = list(_checks(meta))

    def read(value: object) -> Any:
        result = scalar.read(value)
        for holds, message in checks:
            if not holds(result):
                raise ValueError(message)
        return result

    return Scalar(
        scalar.schema | said,
        read,
        meta.examples[0] if meta.examples else scalar.example,
        {keyword: v for keyword, v in scalar.accepts.items() if keyword not in said},
    )


def _checks(meta: Meta) -> Iterator[tuple[Callable[[Any], bool], str]]:
    shortest, longest = meta.min_length or 0, meta.max_length
    if longest is not None:
        yield (
            lambda text: shortest <= len(text) <= longest,
            f"must have {shortest} to {longest} characters",
        )
    least, most, step = meta.ge, meta.le, meta.multiple_of
    if least is not None and most is not None:
        yield lambda number: least <= number <= most, f"must be {least} to {most}"
    if step is not None:
        yield lambda number: (number / step).is_integer(), f"must be in steps of {step}"
    if meta.pattern is not None:
        matches = re.compile(meta.pattern).search
        message = "must not be blank" if meta.pattern == NOT_BLANK else f"must match {meta.pattern}"
        yield lambda text: matches(text) is not None, message


def json_converter() -> Converter:
    """Return a converter that takes nothing for what it is not.

    It knows scalars, attrs classes, lists of them, and None where a type allows it.
    """
    converter = Converter(forbid_extra_keys=True)
    objects = _only(dict, "must be an object", make_dict_structure_fn)
    converter.register_structure_hook_factory(attrs.has, objects)
    lists = _only(list, "must be a list", list_structure_factory)
    converter.register_structure_hook_factory(_is_list, lists)
    converter.register_structure_hook_factory(_may_be_left_out, _structure_given)
    converter.register_structure_hook_factory(_is_scalar, _structure_scalar)
    # Classes are looked up before factories are asked, and cattrs has its own lenient hooks.
    for class_ in (*_SCALARS, StrEnum):
        converter.register_structure_hook(class_, _read_scalar)
    return converter


def options_of(type_: Any) -> Sequence[Any]:
    """Return the types of which a value may be one, nothing if *type_* is no union."""
    return get_args(type_) if get_origin(type_) in {Union, UnionType} else ()


def _may_be_left_out(type_: Any) -> bool:
    return UnsetType in options_of(type_)


def _structure_given(type_: Any, converter: Converter) -> Callable[[object, object], Any]:
    """Structure what is there as one of the other options: only leaving it out leaves it unset."""
    others = reduce(or_, (option for option in options_of(type_) if option is not UnsetType))
    return lambda value, _: converter.structure(value, others)


def _is_scalar(type_: Any) -> bool:
    return scalar_of(type_) is not None


def _read_scalar(value: object, type_: Any) -> Any:
    return cast(Scalar, scalar_of(type_)).read(value)


def _structure_scalar(type_: Any) -> Callable[[object, object], Any]:
    read = cast(Scalar, scalar_of(type_)).read
    return lambda value, _: read(value)


def _is_list(type_: Any) -> bool:
    return get_origin(type_) is list


def _only(plain: type, message: str, factory: Callable[..., Any]) -> Callable[..., Any]:
    """Keep the hooks of *factory*, cattrs' own, from values that are not *plain*."""

    def strict_factory(type_: Any, converter: Converter) -> Callable[[object, Any], object]:
        structure = factory(type_, converter)

        def strict(value: object, _: Any) -> object:
            if isinstance(value, plain):
                return structure(value, type_)
            raise ValueError(message)

        return strict

    return strict_factory


def fit(converter: Converter, value: object, type_: Any) -> Any:
    """Return *value* as a *type_*, or raise DoesNotFit with all that is wrong with it."""
    try:
        return converter.structure(value, type_)
    except (BaseValidationError, ValueError) as error:
        raise DoesNotFit(list(_misfits(error, ""))) from None


def _misfits(error: Exception, pointer: str) -> Iterator[Misfit]:
    """Walk down cattrs' groups; the path becomes a JSON pointer (RFC 6901)."""
    match error:
        case ClassValidationError():
            members, others = error.group_exceptions()
            for inner, member in members:
                yield from _misfits(inner, f"{pointer}/{member.name}")
            for inner in others:
                yield from _misfits(inner, pointer)
        case IterableValidationError():
            for inner, item in error.group_exceptions()[0]:
                yield from _misfits(inner, f"{pointer}/{item.index}")
        case ForbiddenExtraKeysError():
            for name in sorted(error.extra_fields):
                escaped = name.replace("~", "~0").replace("/", "~1")
                yield Misfit("is not known here", f"{pointer}/{escaped}")
        case KeyError():
            yield Misfit("is missing", pointer)
        case _:
            yield Misfit(str(next(iter(error.args), "does not fit")), pointer)
