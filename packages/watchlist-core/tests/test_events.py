"""Events are kept by their names, which therefore have to be right from the beginning.

They are told to admins and kept for a long time, so that none may carry what is secret, or what
somebody has written: a text can be either, an id never.
"""

from datetime import datetime
from enum import Enum
from importlib import import_module
from pkgutil import walk_packages
from re import fullmatch
from types import NoneType, UnionType
from typing import Any, ClassVar, Final, NewType, Union, get_args, get_origin
from uuid import UUID

import pytest
from attrs import fields, frozen, has, resolve_types

import watchlist_core
from watchlist_core.auth import Role
from watchlist_core.ids import AccountId

PLAIN: Final = (UUID, Enum, bool, int, float, datetime, NoneType)


def _all_events() -> list[type]:
    modules = [
        import_module(module.name)
        for module in walk_packages(watchlist_core.__path__, "watchlist_core.")
        if module.name.endswith(".events")
    ]
    return [getattr(module, name) for module in modules for name in module.__all__]


def _is_plain(kind: Any) -> bool:
    if get_origin(kind) in {Union, UnionType}:
        return all(_is_plain(one) for one in get_args(kind))
    if isinstance(kind, NewType):
        return _is_plain(kind.__supertype__)
    return isinstance(kind, type) and issubclass(kind, PLAIN)


def _telling(event: type) -> list[str]:
    """Return the members of *event* that could tell a secret."""
    resolve_types(event)
    return [field.name for field in fields(event) if not _is_plain(field.type)]


@pytest.mark.parametrize("event", _all_events())
def test_an_event_is_frozen_and_has_a_name_and_a_version(event: type) -> None:
    assert has(event)
    assert event.__setattr__ is not object.__setattr__
    assert fullmatch("[a-z]+(-[a-z]+)+", vars(event)["name"])
    assert vars(event)["version"] >= 1


@pytest.mark.parametrize("event", _all_events())
def test_an_event_has_no_room_for_a_secret(event: type) -> None:
    assert _telling(event) == []


@frozen
class Leaked:
    name: ClassVar[str] = "leaked"
    version: ClassVar[int] = 1

    account: AccountId | None
    role: Role
    at: datetime
    is_active: bool
    token: str
    password: "str | None"
    digest: bytes
    more: list[int]
    anything: object


def test_what_could_be_a_secret_would_be_found() -> None:
    assert _telling(Leaked) == ["token", "password", "digest", "more", "anything"]


def test_names_of_events_are_not_used_twice() -> None:
    names = [vars(event)["name"] for event in _all_events()]

    assert len(names) == len(set(names))
