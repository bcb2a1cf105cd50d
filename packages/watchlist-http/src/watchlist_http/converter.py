"""What a JSON body must be to become an attrs class, and how all that is wrong is told at once."""

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from functools import reduce
from itertools import islice
from operator import or_
from types import UnionType
from typing import Annotated, Any, Union, cast, get_args, get_origin

import attrs
from cattrs import BaseValidationError, Converter, ForbiddenExtraKeysError
from cattrs.cols import list_structure_factory
from cattrs.errors import ClassValidationError, IterableValidationError
from cattrs.gen import make_dict_structure_fn
from msgspec import Meta, UnsetType

from watchlist_http.refusals import MOST_MISFITS, DoesNotFit, Misfit
from watchlist_http.scalars import SCALARS, Scalar, restricted_by, scalar_of

__all__ = ["fit", "json_converter", "options_of"]


def json_converter() -> Converter:
    """Return a converter that takes nothing for what it is not.

    It knows scalars, attrs classes, lists of them, and None where a type allows it.
    """
    converter = Converter(forbid_extra_keys=True)
    objects = _only(dict, "must be an object", make_dict_structure_fn)
    converter.register_structure_hook_factory(attrs.has, objects)
    lists = _only(list, "must be a list", list_structure_factory)
    converter.register_structure_hook_factory(_is_list, lists)
    converter.register_structure_hook_factory(_is_limited_list, _structure_limited_list)
    converter.register_structure_hook_factory(_may_be_left_out, _structure_given)
    converter.register_structure_hook_factory(_is_scalar, _structure_scalar)
    # Classes are looked up before factories are asked, and cattrs has its own lenient hooks.
    for class_ in (*SCALARS, StrEnum):
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


def _is_limited_list(type_: Any) -> bool:
    return get_origin(type_) is Annotated and _is_list(get_args(type_)[0])


def _structure_limited_list(type_: Any, converter: Converter) -> Callable[[object, object], Any]:
    """Look at the length first: what is too long is not worth looking at."""
    inner, meta = get_args(type_)
    check = restricted_by(cast(Meta, meta), "items")

    def structure(value: object, _: object) -> Any:
        if isinstance(value, list):
            check(value)
        return converter.structure(value, inner)

    return structure


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
    """Return *value* as a *type_*. Raises DoesNotFit with all that is wrong with it."""
    try:
        return converter.structure(value, type_)
    except (BaseValidationError, ValueError) as error:
        raise DoesNotFit(list(islice(_misfits(error, ""), MOST_MISFITS))) from None


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
