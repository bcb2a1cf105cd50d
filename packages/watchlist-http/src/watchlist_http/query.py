"""The query string, read by what the attrs classes of an operation say of its parameters."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import NoneType
from typing import Annotated, Any, get_args, get_origin, get_type_hints
from urllib.parse import unquote_to_bytes

import attrs

from watchlist_http.converter import options_of
from watchlist_http.refusals import MOST_MISFITS, DoesNotFit, Misfit
from watchlist_http.scalars import parser_of, restricted_by, scalar_of

__all__ = ["QueryReader", "query_parameters"]


def query_parameters(class_: type[attrs.AttrsInstance]) -> dict[str, tuple[Any, object]]:
    """Return the parameters that the members of *class_* are read from: type and default of each.

    One without a default, ``attrs.NOTHING``, has to be given. A list is read from a parameter that
    is given for each item; none is given by default.

    Raises:
        TypeError: A member cannot be told by parameters of its name.
    """
    parameters = {}
    hints = get_type_hints(class_, include_extras=True)
    for member in attrs.fields(class_):
        hint = hints[member.name]
        type_ = next((one for one in options_of(hint) if one is not NoneType), hint)
        if scalar_of(_item_of(type_) or type_) is None:
            raise TypeError(f"{class_.__name__}.{member.name} cannot be a query parameter")
        parameters[member.name] = (type_, member.default)
    return parameters


def _item_of(type_: Any) -> Any:
    """Return what each of a list is, that has a limit; None of what is no such list."""
    if get_origin(type_) is Annotated and get_origin(get_args(type_)[0]) is list:
        (item,) = get_args(get_args(type_)[0])
        return item
    return None


@attrs.frozen
class _Parameter:
    index: int
    """Of its class."""
    parse: Callable[[str], Any]
    check_all: Callable[[Sequence[Any]], None] | None
    """Of a list; what is none is given once."""


def _parameter(index: int, type_: Any) -> _Parameter:
    item = _item_of(type_)
    if item is None:
        return _Parameter(index, parser_of(type_), None)
    _, meta = get_args(type_)
    return _Parameter(index, parser_of(item), restricted_by(meta, "items"))


@attrs.frozen
class QueryReader:
    """Reads a query string as instances of some classes, whose parameters are all there are."""

    classes: Sequence[type[attrs.AttrsInstance]]
    _parameters: Mapping[str, _Parameter] = attrs.field(init=False)
    _required: Sequence[Sequence[str]] = attrs.field(init=False)
    """The names of those that have to be given, of each class."""

    @_parameters.default
    def _of_the_classes(self) -> Mapping[str, _Parameter]:
        return {
            name: _parameter(index, type_)
            for index, class_ in enumerate(self.classes)
            for name, (type_, _) in query_parameters(class_).items()
        }

    @_required.default
    def _without_default(self) -> Sequence[Sequence[str]]:
        return [
            [
                name
                for name, (_, default) in query_parameters(class_).items()
                if default is attrs.NOTHING
            ]
            for class_ in self.classes
        ]

    def __call__(self, target: str) -> tuple[list[Any], list[tuple[str, str]]]:
        """Return the instances, and the parameters as they were given.

        Raises:
            DoesNotFit: With all that is wrong; a parameter which is not known here is.
        """
        given: list[tuple[str, str]] = []
        members: list[dict[str, Any]] = [{} for _ in self.classes]
        misfits: list[Misfit] = []
        for raw_name, raw_value in _pairs(target):
            name = raw_name
            try:
                name, value = _plain(raw_name), _plain(raw_value)
                parameter = self._find(name, members)
                read, known = parameter.parse(value), members[parameter.index]
                if parameter.check_all is None:
                    known[name] = read
                else:
                    known.setdefault(name, []).append(read)
                given.append((name, value))
            except UnicodeError:
                misfits.append(Misfit("must be UTF-8", parameter=_readable(name)))
            except ValueError as error:
                misfits.append(Misfit(str(error), parameter=name))
        made = [*self._made(members, misfits)]
        if misfits:
            raise DoesNotFit(misfits[:MOST_MISFITS])
        return made, given

    def _find(self, name: str, members: Sequence[Mapping[str, Any]]) -> _Parameter:
        parameter = self._parameters.get(name)
        if parameter is None:
            raise ValueError("is not known here")
        if parameter.check_all is None and name in members[parameter.index]:
            raise ValueError("is given twice")
        return parameter

    def _made(
        self, members: Sequence[Mapping[str, Any]], misfits: list[Misfit]
    ) -> Iterator[attrs.AttrsInstance]:
        """Yield the instances of what fits by itself, and note what does not go together."""
        for class_, required, given in zip(self.classes, self._required, members, strict=True):
            for name, value in given.items():
                check_all = self._parameters[name].check_all
                if check_all is not None:
                    try:
                        check_all(value)
                    except ValueError as error:
                        misfits.append(Misfit(str(error), parameter=name))
            if missing := [name for name in required if name not in given]:
                told = {one.parameter for one in misfits}  # as what is given, and does not fit
                misfits += [Misfit("is missing", parameter=n) for n in missing if n not in told]
                continue
            try:
                yield class_(**given)
            except DoesNotFit as error:
                misfits += error.errors


def _pairs(target: str) -> Iterator[tuple[str, str]]:
    query = target.partition("#")[0].partition("?")[2]
    for part in query.split("&"):
        if part:
            name, _, value = part.partition("=")
            yield name, value


def _plain(text: str) -> str:
    """Return *text* without the escapes of a URL. Raises UnicodeError."""
    if text.isascii() and "%" not in text and "+" not in text:
        return text
    return unquote_to_bytes(text.replace("+", " ")).decode()


def _readable(name: str) -> str:
    return name.encode("ascii", "backslashreplace").decode()
