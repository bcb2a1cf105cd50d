"""Each refusal can be translated by its kind, and read by a person."""

from importlib import import_module
from pkgutil import walk_packages

import pytest
from attrs import fields, has

import watchlist_core
from watchlist_core.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Stale,
    TooMany,
    Unauthenticated,
    Unavailable,
    WatchlistError,
)

KINDS = {Conflict, Forbidden, Invalid, NotFound, Stale, TooMany, Unauthenticated, Unavailable}


def _all_errors() -> list[type[WatchlistError]]:
    found = {
        value
        for module in walk_packages(watchlist_core.__path__, "watchlist_core.")
        for value in vars(import_module(module.name)).values()
        if isinstance(value, type) and issubclass(value, WatchlistError)
    }
    return sorted(found - {WatchlistError}, key=lambda error: error.__name__)


def test_the_kinds_are_those_the_tree_shows() -> None:
    assert {error for error in _all_errors() if error.__base__ is WatchlistError} == KINDS


@pytest.mark.parametrize("error", _all_errors())
def test_an_error_has_one_kind(error: type[WatchlistError]) -> None:
    assert len(KINDS.intersection(error.__mro__)) == 1


@pytest.mark.parametrize("error", _all_errors())
def test_an_error_is_told_in_one_sentence(error: type[WatchlistError]) -> None:
    told = error.__dict__["__doc__"].splitlines()[0]

    assert told[0].isupper()
    assert told.endswith(".")
    assert not any(end in told[:-1] for end in (". ", "! ", "? "))


@pytest.mark.parametrize("error", _all_errors())
def test_the_details_of_an_error_have_types(error: type[WatchlistError]) -> None:
    assert has(error)
    assert all(field.type is not None for field in fields(error))


def test_names_of_errors_are_not_used_twice() -> None:
    names = [error.__name__ for error in _all_errors()]

    assert len(names) == len(set(names))
