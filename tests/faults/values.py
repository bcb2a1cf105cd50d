"""Values that a schema does not take, made of what it says."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from tests.servers.promises import Json

__all__ = ["BEFORE_ALL_TIME", "Resolve", "misfits", "wrong_versions"]

Resolve: TypeAlias = Callable[[Json], Json]

_OF_EACH_TYPE: Final[Mapping[str, Any]] = {
    "boolean": True,
    "integer": 7,
    "number": 1.5,
    "string": "text",
    "null": None,
    "array": [],
    "object": {},
}
BEFORE_ALL_TIME: Final = "0001-01-01T00:00:00+14:00"
"""A date and time by its format, of which no schema tells that it cannot be put into UTC."""
_OF_NO_FORMAT: Final[Mapping[str, tuple[str, ...]]] = {
    "uuid": (
        "",
        "019aa0b5",
        "{019aa0b5-7c00-7d3e-9a41-5f2b8c6d1e07}",
        "urn:uuid:019aa0b5-7c00-7d3e-9a41-5f2b8c6d1e07",
        "019aa0b57c007d3e9a415f2b8c6d1e07",
        "019aa0b5-7c00-7d3e-9a41-5f2b8c6d1e07\n",
        "\N{ARABIC-INDIC DIGIT ZERO}19aa0b5-7c00-7d3e-9a41-5f2b8c6d1e07",
    ),
    "date-time": (
        "",
        "1999-03-31",
        "1999-03-31T20:15:00",
        "1999-02-30T20:15:00Z",
        "1999-03-31T24:15:00Z",
        BEFORE_ALL_TIME,
        "19990331T201500Z",
    ),
    "date": ("", "1999-02-30", "19990331", "1999-03-31T00:00:00Z"),
}


def misfits(schema: Json, resolve: Resolve) -> Iterator[tuple[str, Any]]:
    """Return what is wrong, and the value that is."""
    options = _options(schema, resolve)
    taken = {option["type"] for option in options}
    if "number" in taken:
        taken.add("integer")
    for type_, value in _OF_EACH_TYPE.items():
        if type_ not in taken:
            yield f"{type_} instead of {'/'.join(sorted(taken))}", value
    for option in options:
        yield from _beyond(option)


def _options(schema: Json, resolve: Resolve) -> list[Json]:
    schema = resolve(schema)
    return [resolve(option) for option in schema.get("anyOf", [schema])]


def _beyond(schema: Json) -> Iterator[tuple[str, Any]]:
    match schema["type"]:
        case "integer" | "number":
            yield from _wrong_numbers(schema)
        case "string":
            yield from _wrong_texts(schema)
        case "array" if "maxItems" in schema:
            yield "too many items", [None] * (schema["maxItems"] + 1)


def _wrong_numbers(schema: Json) -> Iterator[tuple[str, Any]]:
    yield "a number in quotes", "1"
    if schema["type"] == "integer":
        yield "a broken number", schema.get("minimum", 0) + 0.5
        yield "a huge number", 1e300
        yield "a number that readers disagree on", 2**53
    if "minimum" in schema:
        yield "too small", schema["minimum"] - 1
    if "maximum" in schema:
        yield "too large", schema["maximum"] + 1
    if "multipleOf" in schema:
        yield "between the steps", schema.get("minimum", 0) + schema["multipleOf"] / 3


def _wrong_texts(schema: Json) -> Iterator[tuple[str, Any]]:
    yield "NUL", "a\0b"
    if "enum" in schema:
        yield "none of the choices", "no-such-choice"
        yield "a choice in capitals", schema["enum"][0].upper()
    if "maxLength" in schema:
        yield "too long", "x" * (schema["maxLength"] + 1)
    if schema.get("minLength"):
        yield "too short", "x" * (schema["minLength"] - 1)
    if r"[^\s" in schema.get("pattern", ""):
        yield "blank", " \t\N{NO-BREAK SPACE}"
    for text in _OF_NO_FORMAT.get(schema.get("format", ""), ()):
        yield f"no {schema['format']}: {text!r}", text


def wrong_versions(schema: Json, good: Any, resolve: Resolve) -> Iterator[tuple[str, str, Any]]:
    """Return versions of *good*, each wrong in one place: where, what, and the whole.

    Raises:
        LookupError: *good* lacks a member, so that nothing below it can be tried.
    """
    for told, value in misfits(schema, resolve):
        yield "", told, value
    for option in _options(schema, resolve):
        if option["type"] == "object":
            yield from _wrong_members(option, good, resolve)
        if option["type"] == "array":
            first, *others = good
            for where, told, value in wrong_versions(option["items"], first, resolve):
                yield f"/0{where}", told, [value, *others]


def _wrong_members(schema: Json, good: Any, resolve: Resolve) -> Iterator[tuple[str, str, Any]]:
    yield "/nobody-knows-me", "an unknown member", good | {"nobody-knows-me": 1}
    yield "/", "a member without a name", good | {"": 1}
    for name in schema.get("required", ()):
        yield f"/{name}", "left out", {n: value for n, value in good.items() if n != name}
    for name, member in schema["properties"].items():
        if name not in good:
            raise LookupError(f"the example lacks {name}: {json.dumps(good)}")
        for where, told, value in wrong_versions(member, good[name], resolve):
            yield f"/{name}{where}", told, good | {name: value}
