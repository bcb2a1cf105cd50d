"""JSON Schemas in words: a row for each member, however deep it stands."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from attrs import frozen
from msgspec.json import encode
from msgspec.json import format as format_json

from watchlist_http.scalars import NOT_BLANK

__all__ = ["Json", "Member", "Shapes", "pretty"]

Json: TypeAlias = Mapping[str, Any]

_DEEPEST: Final = 6
_RANGES: Final = (
    ("minimum", "maximum", ""),
    ("minLength", "maxLength", "character"),
    ("minItems", "maxItems", "item"),
)
_JSON_SAFE: Final = 2**53 - 1
_ANY_TEXT: Final = r"^[^\u0000]*$"
"""What is asked of every text; a person need not read it each time."""


@frozen
class Member:
    """One value somewhere in a body, or one parameter."""

    path: str
    """``items[].title``."""
    type: str
    is_required: bool
    limits: Sequence[str]
    description: str


@frozen
class Shapes:
    """Tells the schemas of one document."""

    document: Json

    def resolved(self, part: Json) -> Json:
        """Return what *part* refers to, with what it says beside the reference."""
        reference = part.get("$ref")
        if reference is None:
            return part
        target: Any = self.document
        for name in reference.removeprefix("#/").split("/"):
            target = target[name]
        beside = {key: value for key, value in part.items() if key != "$ref"}
        return {**self.resolved(target), **beside}

    def member(self, path: str, schema: Json, *, is_required: bool) -> Member:
        """Return *schema* as one row."""
        whole = self.resolved(schema)
        return Member(
            path,
            self.type_of(whole),
            is_required,
            self._limits(whole),
            whole.get("description", ""),
        )

    def members(self, schema: Json) -> list[Member]:
        """Return a row for each member of *schema*, and for those within, in order."""
        return list(self._below(schema, "", 0))

    def type_of(self, schema: Json) -> str:
        """Return a few words."""
        whole = self.resolved(schema)
        if options := whole.get("anyOf", whole.get("oneOf")):
            return " or ".join(dict.fromkeys(self.type_of(option) for option in options))
        kind = whole.get("type", "any value")
        if isinstance(kind, list):
            return " or ".join(kind)
        if kind == "array":
            return f"list of {_plural(self.type_of(whole.get('items', {})))}"
        if "format" in whole:
            return f"{kind} ({whole['format']})"
        return str(kind)

    def _below(self, schema: Json, path: str, depth: int) -> Iterator[Member]:
        whole = self.resolved(schema)
        for option in whole.get("anyOf", whole.get("oneOf", ())):
            yield from self._below(option, path, depth)
        if "items" in whole:
            yield from self._below(whole["items"], f"{path}[]", depth)
        if depth == _DEEPEST:  # a class may hold itself
            return
        required = whole.get("required", ())
        for name, inner in whole.get("properties", {}).items():
            inner_path = f"{path}.{name}" if path else name
            yield self.member(inner_path, inner, is_required=name in required)
            yield from self._below(inner, inner_path, depth + 1)

    def _limits(self, schema: Json) -> list[str]:
        options = schema.get("anyOf", schema.get("oneOf", ()))
        limits = [limit for option in options for limit in self._limits(self.resolved(option))]
        limits += [limit for names in _RANGES if (limit := _range(schema, *names))]
        if "multipleOf" in schema:
            limits.append(f"in steps of {schema['multipleOf']}")
        if "enum" in schema:
            limits.append("one of " + ", ".join(f"`{value}`" for value in schema["enum"]))
        if "const" in schema:
            limits.append(f"always `{schema['const']}`")
        if (pattern := schema.get("pattern", _ANY_TEXT)) != _ANY_TEXT:
            limits.append("not blank" if pattern == NOT_BLANK else f"matches `{pattern}`")
        if "items" in schema:
            limits += [f"each {limit}" for limit in self._limits(self.resolved(schema["items"]))]
        if "default" in schema:
            limits.append(f"`{encode(schema['default']).decode()}` by default")
        return list(dict.fromkeys(limits))


def _range(schema: Json, lowest: str, highest: str, unit: str) -> str:
    low, high = (
        None if schema.get(name) in (_JSON_SAFE, -_JSON_SAFE) else schema.get(name)
        for name in (lowest, highest)
    )
    if low is None and high is None:
        return ""
    most = low if high is None else high
    counted = f" {unit}{'s' if most != 1 else ''}" if unit else ""
    if high is None:
        return f"at least {low}{counted}"
    return f"at most {high}{counted}" if low is None else f"{low} to {high}{counted}"


def _plural(words: str) -> str:
    return f"{words}s" if words.isalpha() else words


def pretty(value: Any) -> str:
    """Return *value* as JSON for people."""
    return format_json(encode(value), indent=2).decode()
