"""The query string, read by what the attrs classes of an operation say of its parameters."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import NoneType
from typing import Any, get_type_hints
from urllib.parse import unquote_to_bytes

import attrs

from watchlist_http.converter import options_of
from watchlist_http.refusals import MOST_MISFITS, DoesNotFit, Misfit
from watchlist_http.scalars import parser_of, scalar_of

__all__ = ["QueryReader", "query_parameters"]


def query_parameters(class_: type[attrs.AttrsInstance]) -> dict[str, tuple[Any, object]]:
    """Return the parameters that the members of *class_* are read from: type and default of each.

    Raises:
        TypeError: A member cannot be told by one parameter, or has no default.
    """
    parameters = {}
    hints = get_type_hints(class_, include_extras=True)
    for member in attrs.fields(class_):
        hint = hints[member.name]
        type_ = next((one for one in options_of(hint) if one is not NoneType), hint)
        if scalar_of(type_) is None or member.default is attrs.NOTHING:
            raise TypeError(f"{class_.__name__}.{member.name} cannot be a query parameter")
        parameters[member.name] = (type_, member.default)
    return parameters


@attrs.frozen
class QueryReader:
    """Reads a query string as instances of some classes, whose parameters are all there are."""

    classes: Sequence[type[attrs.AttrsInstance]]
    _parse: Mapping[str, tuple[int, Callable[[str], Any]]] = attrs.field(init=False)

    @_parse.default
    def _parsers(self) -> Mapping[str, tuple[int, Callable[[str], Any]]]:
        return {
            name: (index, parser_of(type_))
            for index, class_ in enumerate(self.classes)
            for name, (type_, _) in query_parameters(class_).items()
        }

    def __call__(self, target: str) -> tuple[list[Any], dict[str, str]]:
        """Return the instances, and the parameters as they were given.

        Raises:
            DoesNotFit: With all that is wrong; a parameter which is not known here is.
        """
        given: dict[str, str] = {}
        members: list[dict[str, Any]] = [{} for _ in self.classes]
        misfits: list[Misfit] = []
        for raw_name, raw_value in _pairs(target):
            name = raw_name
            try:
                name, value = _plain(raw_name), _plain(raw_value)
                index, parse = self._find(name, given)
                members[index][name] = parse(value)
                given[name] = value
            except UnicodeError:
                misfits.append(Misfit("must be UTF-8", parameter=_readable(name)))
            except ValueError as error:
                misfits.append(Misfit(str(error), parameter=name))
        if misfits:
            raise DoesNotFit(misfits[:MOST_MISFITS])
        return [class_(**m) for class_, m in zip(self.classes, members, strict=True)], given

    def _find(self, name: str, given: Mapping[str, str]) -> tuple[int, Callable[[str], Any]]:
        if name not in self._parse:
            raise ValueError("is not known here")
        if name in given:
            raise ValueError("is given twice")
        return self._parse[name]


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
