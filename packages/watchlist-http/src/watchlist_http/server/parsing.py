"""What people write in files and variables, taken for what they mean; all else is refused."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, get_args

from cattrs import Converter

from watchlist_http.server.durations import duration_of
from watchlist_http.server.limit_settings import Quotas, RedisUrl
from watchlist_http.server.outbound.mail.mail import Sender
from watchlist_http.server.secret import DatabaseUrl, Secret, SecretKeys
from watchlist_http.server.settings import Networks, Origins

__all__ = ["kind_of", "setting_converter"]

_YES: Final = {"true", "yes", "on", "1"}
_NO: Final = {"false", "no", "off", "0"}


def setting_converter() -> Converter:
    """Return a converter whose refusals are sentences for a person, as ``ValueError``.

    None of them repeats a secret. Values that are what they should be stay as they are.
    """
    converter = Converter(detailed_validation=False)
    hooks: dict[type, Callable[[Any, Any], Any]] = {
        StrEnum: _choice,
        str: _text,
        bool: _truth,
        int: _whole_number,
        float: _number,
        timedelta: _duration,
        Path: _path,
        Origins: _list,
        Networks: _list,
        Quotas: _quotas,
        Sender: _sender,
        Secret: _secret,
        SecretKeys: _secret_keys,
        DatabaseUrl: _database_url,
        RedisUrl: _redis_url,
    }
    for kind, hook in hooks.items():
        converter.register_structure_hook(kind, hook)
    return converter


def kind_of(kind: Any) -> str:
    """Say for a person what a setting of this type takes."""
    kind = next(iter(get_args(kind)), kind)
    return " or ".join(kind) if issubclass(kind, StrEnum) else _KINDS[kind]


_KINDS: Final[dict[type, str]] = {
    str: "text",
    bool: "true or false",
    int: "whole number",
    float: "number",
    timedelta: "length of time",
    Path: "path",
    Origins: "web origins",
    Networks: "addresses and networks",
    Quotas: "quotas",
    Sender: "address of a sender",
    Secret: "secret text",
    SecretKeys: "keys",
    DatabaseUrl: "address of a database",
    RedisUrl: "address of a Redis",
}


def _choice(value: object, kind: Any) -> object:
    try:
        return kind(value)
    except ValueError:
        raise ValueError(f"must be {' or '.join(kind)}, not {value!r}") from None


def _text(value: object, _: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"must be a text, not {value!r}")  # noqa: TRY004  one kind of refusal
    return value


def _truth(value: object, _: object) -> bool:
    if isinstance(value, bool):
        return value
    word = value.lower() if isinstance(value, str) else ""
    if word not in _YES | _NO:
        raise ValueError(f"must be true or false, not {value!r}")
    return word in _YES


def _whole_number(value: object, _: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    try:
        return int(_text(value, str))
    except ValueError:
        raise ValueError(f"must be a whole number, not {value!r}") from None


def _number(value: object, _: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    try:
        return float(_text(value, str))
    except ValueError:
        raise ValueError(f"must be a number, not {value!r}") from None


def _path(value: object, _: object) -> Path:
    return value if isinstance(value, Path) else Path(_text(value, str))


def _duration(value: object, _: object) -> timedelta:
    return value if isinstance(value, timedelta) else duration_of(_text(value, str))


def _list(value: object, kind: Any) -> object:
    return kind(_words(value))


def _quotas(value: object, _: object) -> Quotas:
    return value if isinstance(value, Quotas) else Quotas.parse(_text(value, str))


def _sender(value: object, _: object) -> Sender:
    return value if isinstance(value, Sender) else Sender.parse(_text(value, str))


def _secret(value: object, _: object) -> Secret:
    if isinstance(value, Secret):
        return value
    if not isinstance(value, str):
        raise ValueError("must be a text")  # noqa: TRY004  one kind of refusal
    return Secret(value)


def _secret_keys(value: object, _: object) -> SecretKeys:
    if isinstance(value, SecretKeys):
        return value
    return SecretKeys.parse(",".join(_words(value, shown=False)))


def _database_url(value: object, _: object) -> DatabaseUrl:
    if isinstance(value, DatabaseUrl):
        return value
    if not isinstance(value, str):
        raise ValueError("must be a text")  # noqa: TRY004  one kind of refusal
    return DatabaseUrl(value)


def _redis_url(value: object, _: object) -> RedisUrl:
    if isinstance(value, RedisUrl):
        return value
    if not isinstance(value, str):
        raise ValueError("must be a text")  # noqa: TRY004  one kind of refusal
    return RedisUrl(value)


def _words(value: object, *, shown: bool = True) -> Iterable[str]:
    """Take a list from a file, or a text with commas or blanks from a variable."""
    if isinstance(value, str):
        return value.replace(",", " ").split()
    if isinstance(value, list | tuple) and all(isinstance(word, str) for word in value):
        return value
    raise ValueError("must be a list of texts" + (f", not {value!r}" if shown else ""))
