"""Settings are read from the defaults, a file, the environment and the command line.

What comes later counts more. Whatever is wrong is told at once, a line for each: nobody should
have to start a server six times to hear of six mistakes.
"""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, TypeAlias, get_args

import attrs
from attrs import define, field, frozen
from cattrs import Converter
from typed_settings import load_settings
from typed_settings.cls_utils import deep_options
from typed_settings.dict_utils import get_path, set_path
from typed_settings.loaders import DictLoader
from typed_settings.types import OptionInfo, OptionList, SettingsDict

from watchlist_http.server.durations import told
from watchlist_http.server.parsing import kind_of, setting_converter
from watchlist_http.server.secret import Secret, SecretKeys
from watchlist_http.server.settings import Settings

__all__ = [
    "FIRST_ADMIN",
    "Demands",
    "SettingReference",
    "SettingsRefused",
    "read_settings",
    "settings_reference",
]

PREFIX: Final = "WATCHLIST_"
FIRST_ADMIN: Final = "WATCHLIST_FIRST_ADMIN"
"""What the variables begin with that `watchlist create-admin` reads."""
DEFAULT_FILE: Final = Path("watchlist.toml")
FILE_VARIABLE: Final = "WATCHLIST_SETTINGS"
# What a server has no use for may be in its environment nonetheless.
_OF_FIRST_ADMIN: Final = [
    f"{FIRST_ADMIN}_{name}"
    for name in ("EMAIL", "USERNAME", "FIRST_NAME", "LAST_NAME", "PASSWORD", "PASSWORD_FILE")
]
# Read by the tests, and so in the environment of a server that they start.
_FOREIGN: Final = "WATCHLIST_DATA"
_FOREIGN_PREFIX: Final = "WATCHLIST_TEST_"

Problem: TypeAlias = tuple[str, str]
"""What is wrong, by its name, and why."""

Demands: TypeAlias = Callable[[Settings], Iterable[Problem]]
"""Tell which settings, by their paths, do not suffice for what is to be done, and why."""


@define
class SettingsRefused(Exception):
    """The settings cannot be used; each problem is a line for a person."""

    problems: Sequence[str]


def read_settings(
    environ: Mapping[str, str],
    *,
    file: Path | None = None,
    given: Mapping[str, object] | None = None,
    demands: Demands = lambda _: (),
) -> Settings:
    """Return what holds after all sources; *given*, by dotted path, is the command line's.

    Raises:
        SettingsRefused: Something is unknown or wrong, or does not meet the *demands*.
    """
    options = deep_options(Settings)
    problems: list[Problem] = []
    sources = [
        DictLoader(_nested(values))
        for values in (
            _from_file(options, environ, file, problems),
            _from_environment(options, environ, problems),
            {path: value for path, value in (given or {}).items() if value is not None},
        )
    ]
    converter = setting_converter()
    check = _Check(converter, demands, problems)
    return load_settings(Settings, sources, processors=[check], converter=converter)


def variable(path: str) -> str:
    """Return the environment variable of the setting at a dotted path."""
    return PREFIX + path.upper().replace(".", "_")


def _nested(values: Mapping[str, object]) -> SettingsDict:
    nested: SettingsDict = {}
    for path, value in values.items():
        set_path(nested, path, value)
    return nested


def _from_file(
    options: OptionList, environ: Mapping[str, str], file: Path | None, problems: list[Problem]
) -> dict[str, object]:
    named = file or (Path(environ[FILE_VARIABLE]) if environ.get(FILE_VARIABLE) else None)
    if named is None and not DEFAULT_FILE.exists():
        return {}
    path = named or DEFAULT_FILE
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        problems.append((str(path), f"cannot be read: {error.strerror}"))
        return {}
    except ValueError as error:
        problems.append((str(path), f"is no TOML: {error}"))
        return {}
    known = [option.path for option in options]
    values = dict(_leaves(content, {path.partition(".")[0] for path in known if "." in path}))
    unknown = [name for name in values if name not in known]
    problems += [(f"{name} in {path}", _unknown(name, known)) for name in unknown]
    return {name: value for name, value in values.items() if name in known}


def _leaves(content: Mapping[str, Any], groups: set[str]) -> Iterator[tuple[str, object]]:
    for name, value in content.items():
        if name in groups and isinstance(value, dict):
            yield from ((f"{name}.{key}", inner) for key, inner in value.items())
        else:
            yield name, value


def _from_environment(
    options: OptionList, environ: Mapping[str, str], problems: list[Problem]
) -> dict[str, object]:
    """Take what is set: an empty variable is one that somebody left empty."""
    variables = {variable(option.path): option for option in options}
    files = {f"{name}_FILE": name for name, option in variables.items() if _is_secret(option)}
    others = [FILE_VARIABLE, *_OF_FIRST_ADMIN]
    values: dict[str, object] = {}
    for name, value in environ.items():
        if not name.startswith(PREFIX) or not value:
            continue
        if name in variables:
            values[variables[name].path] = value
        elif name in files:
            _read_secret(variables[files[name]].path, name, environ, values, problems)
        elif not (name in {*others, _FOREIGN} or name.startswith(_FOREIGN_PREFIX)):
            problems.append((name, _unknown(name, [*variables, *files, *others])))
    return values


def _is_secret(option: OptionInfo) -> bool:
    kinds = get_args(option.cls) or (option.cls,)
    return any(issubclass(kind, Secret | SecretKeys) for kind in kinds)


def _read_secret(
    path: str,
    name: str,
    environ: Mapping[str, str],
    values: dict[str, object],
    problems: list[Problem],
) -> None:
    if environ.get(variable(path)):
        problems.append((name, f"says the same as {variable(path)}: set one of them"))
        return
    try:
        values[path] = Path(environ[name]).read_text("utf-8").strip()
    except OSError as error:
        problems.append((name, f"names a file that cannot be read: {error.strerror}"))
    except ValueError:
        problems.append((name, "names a file that is no text in UTF-8"))


def _unknown(name: str, known: Iterable[str]) -> str:
    # Without the prefix, which makes all of them alike.
    by_rest = {one.removeprefix(PREFIX): one for one in known}
    nearest = get_close_matches(name.removeprefix(PREFIX), list(by_rest), n=1)
    return f"is not known; did you mean {by_rest[nearest[0]]}?" if nearest else "is not known"


@frozen
class _Check:
    """Looks at every value before any is used, so that one mistake does not hide the next."""

    converter: Converter
    demands: Demands
    problems: list[Problem] = field(factory=list)

    def __call__(
        self,
        settings_dict: SettingsDict,
        settings_cls: type,  # noqa: ARG002  the protocol names it
        options: OptionList,
    ) -> SettingsDict:
        good: SettingsDict = {}
        wrong: set[str] = set()
        for option in options:
            try:
                set_path(good, option.path, self._value(settings_dict, option))
            except ValueError as error:
                wrong.add(option.path)
                self.problems.append((variable(option.path), str(error)))
        if "environment" not in wrong:
            settings = self.converter.structure(good, Settings)
            for path, reason in self.demands(settings):
                if path not in wrong:
                    self.problems.append((variable(path), reason))
        if self.problems:
            raise SettingsRefused([f"{name}: {reason}" for name, reason in self.problems])
        return good

    def _value(self, given: SettingsDict, option: OptionInfo) -> object:
        value: object = self.converter.structure(get_path(given, option.path), option.cls)
        attribute = attrs.fields_dict(option.parent_cls)[option.name]
        if attribute.validator:
            attribute.validator(None, attribute, value)
        return value


@frozen
class SettingReference:
    """What the documentation tells of one setting."""

    name: str
    """As a file has it: dotted, the part before the dot being the table."""
    variable: str
    kind: str
    default: str
    help: str
    is_secret: bool
    """Its variable with ``_FILE`` behind it names a file that holds it."""


def settings_reference() -> list[SettingReference]:
    """Return all settings, in the order of the class."""
    return [
        SettingReference(
            name=option.path,
            variable=variable(option.path),
            kind=kind_of(option.cls),
            default=_shown(option.default),
            help=" ".join(option.metadata["click"]["help"].split()),
            is_secret=_is_secret(option),
        )
        for option in deep_options(Settings)
    ]


def _shown(default: object) -> str:
    if default in (None, ()):
        return ""
    if isinstance(default, timedelta):
        return told(default)
    return str(default).lower() if isinstance(default, bool) else str(default)
