"""Events are kept by their names, which therefore have to be right from the beginning."""

from importlib import import_module
from pkgutil import walk_packages
from re import fullmatch
from types import NoneType
from typing import get_args

import pytest
from attrs import fields, has

import watchlist_core
from watchlist_core.auth import Role


def _all_events() -> list[type]:
    modules = [
        import_module(module.name)
        for module in walk_packages(watchlist_core.__path__, "watchlist_core.")
        if module.name.endswith(".events")
    ]
    return [getattr(module, name) for module in modules for name in module.__all__]


@pytest.mark.parametrize("event", _all_events())
def test_an_event_is_frozen_and_has_a_name_and_a_version(event: type) -> None:
    assert has(event)
    assert event.__setattr__ is not object.__setattr__
    assert fullmatch("[a-z]+(-[a-z]+)+", vars(event)["name"])
    assert vars(event)["version"] >= 1


@pytest.mark.parametrize("event", _all_events())
def test_an_event_carries_ids_and_plain_values(event: type) -> None:
    for field in fields(event):
        (kind, *_) = [kind for kind in get_args(field.type) or [field.type] if kind is not NoneType]
        assert kind in (int, bool, Role) or kind.__name__.endswith("Id")


def test_names_of_events_are_not_used_twice() -> None:
    names = [vars(event)["name"] for event in _all_events()]

    assert len(names) == len(set(names))
