"""The JSON Schemas (2020-12) and the examples of types."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from inspect import cleandoc
from types import NoneType
from typing import Annotated, Any, Final, cast, get_args, get_origin, get_type_hints

import attrs
import msgspec
from msgspec import UnsetType

from watchlist_http.answers import Answer
from watchlist_http.converter import options_of
from watchlist_http.scalars import Json, scalar_of

__all__ = ["Schemas", "description_of", "example_of"]


@attrs.frozen
class _Member:
    name: str
    type: Any
    is_required: bool
    default: Any


def _members(class_: type) -> Iterator[_Member]:
    hints = get_type_hints(class_, include_extras=True)
    if issubclass(class_, Answer):
        for told in msgspec.structs.fields(class_):
            yield _Member(told.name, hints[told.name], told.required, told.default)
    else:
        for taken in attrs.fields(cast(type[attrs.AttrsInstance], class_)):
            if not taken.eq:  # what does not tell two values apart is not told, nor taken
                continue
            is_required = taken.default is attrs.NOTHING
            yield _Member(taken.name, hints[taken.name], is_required, taken.default)


_LISTS: Final = (list, Sequence)


@attrs.define
class Schemas:
    """Collects the schemas of classes as components, each under the name of its class.

    Of what is taken, attrs classes, a schema says all that is checked; what is told, `Answer`,
    has all its members always.
    """

    components: Json = attrs.field(factory=dict, init=False)
    _classes: dict[str, type] = attrs.field(factory=dict, init=False)

    def of(self, type_: Any, *, taken: bool) -> Json:
        """Return the schema of a *type_*. Raises TypeError if it has no JSON form."""
        if get_origin(type_) is Annotated:
            return self._of_annotated(type_, taken=taken)
        if _is_component(type_, taken=taken):
            return self._component(type_, taken=taken)
        if (scalar := scalar_of(type_)) is not None:
            return scalar.schema | (scalar.accepts if taken else {})
        if options := options_of(type_):
            return self._of_union(options, taken=taken)
        if get_origin(type_) in _LISTS:
            return {"type": "array", "items": self.of(*get_args(type_), taken=taken)}
        if _is_free(type_) and not taken:
            return {"type": "object"}
        raise TypeError(f"{type_} has no JSON form")

    def of_problem_member(self, type_: Any) -> Json:
        """Return the schema of a member of an error, which may be a value of the core.

        What the core says of it beyond the first paragraph is for readers of Python.
        """
        if attrs.has(type_):
            told, _, _ = cleandoc(type_.__doc__ or type_.__name__).partition("\n\n")
            return self._object(type_, taken=False) | {"description": " ".join(told.split())}
        return self.of(type_, taken=False)

    def _of_annotated(self, type_: Any, *, taken: bool) -> Json:
        inner, *notes = get_args(type_)
        if (told := _told_as_text(notes)) is not None:
            return self.of(told, taken=taken)
        if (scalar := scalar_of(type_)) is not None:
            return scalar.schema | (scalar.accepts if taken else {})
        (meta,) = notes
        said = {"description": meta.description, "maxItems": meta.max_length}
        schema = self.of(inner, taken=taken)
        return schema | {keyword: one for keyword, one in said.items() if one is not None}

    def _of_union(self, types: Sequence[Any], *, taken: bool) -> Json:
        told = [one for one in types if one is not UnsetType]
        options = [
            {"type": "null"} if one is NoneType else self.of(one, taken=taken) for one in told
        ]
        return {"anyOf": options} if len(options) > 1 else options[0]

    def _component(self, class_: type, *, taken: bool) -> Json:
        name = class_.__name__
        if self._classes.setdefault(name, class_) is not class_:
            raise TypeError(f"{class_} and {self._classes[name]} would share the name {name}")
        if name not in self.components:
            self.components[name] = (
                {"type": "string", "enum": [str(one) for one in class_]}
                if issubclass(class_, StrEnum)
                else self._object(class_, taken=taken)
            )
        return {"$ref": f"#/components/schemas/{name}"}

    def _object(self, class_: type, *, taken: bool) -> Json:
        members = list(_members(class_))
        schema: Json = {
            "type": "object",
            "properties": {m.name: self._member(m, taken=taken) for m in members},
            "required": [m.name for m in members if m.is_required],
        }
        if taken:
            schema["additionalProperties"] = False
        return {"description": description_of(class_)} | schema

    def _member(self, member: _Member, *, taken: bool) -> Json:
        schema = self.of(member.type, taken=taken)
        default = member.default
        if isinstance(default, bool | int | str):
            return schema | {"default": default}
        return schema


def _is_component(type_: Any, *, taken: bool) -> bool:
    if not isinstance(type_, type):
        return False
    return issubclass(type_, StrEnum) or (attrs.has(type_) if taken else issubclass(type_, Answer))


def _is_free(type_: Any) -> bool:
    """Tell whether it is an object of which nobody says what members it has."""
    return get_origin(type_) is Mapping and get_args(type_) == (str, Any)


def _told_as_text(notes: Sequence[Any]) -> type | None:
    """Return what an ``Annotated[str, UUID]`` is the text of."""
    return next((note for note in notes if isinstance(note, type)), None)


def description_of(class_: type) -> str:
    """Return what the docstring of *class_* says, in one line; else its name."""
    return " ".join((class_.__doc__ or class_.__name__).split())


def example_of(type_: Any) -> Any:
    """Return a value of the *type_* as plain JSON, made of the examples of its parts."""
    if get_origin(type_) is Annotated:
        inner, *notes = get_args(type_)
        if (told := _told_as_text(notes)) is not None:
            return example_of(told)
        if scalar_of(type_) is None:
            return example_of(inner)
    if (scalar := scalar_of(type_)) is not None:
        return msgspec.to_builtins(scalar.example)
    if options := options_of(type_):
        return example_of(options[0])
    if get_origin(type_) in _LISTS:
        return [example_of(*get_args(type_))]
    members = () if _is_free(type_) else _members(type_)
    return {member.name: example_of(member.type) for member in members}
