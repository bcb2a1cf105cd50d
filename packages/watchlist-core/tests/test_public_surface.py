"""What users may rely on stands in ``public_surface.txt``, and changes only on purpose.

Run this file by itself to write down the present surface:
``python packages/watchlist-core/tests/test_public_surface.py``.
"""

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

import watchlist_core

SNAPSHOT = Path(__file__).with_name("public_surface.txt")
ROOT = Path(next(iter(watchlist_core.__path__)))
CAPABILITIES = ["auditing", "auth", "catalogue", "mine", "rating", "security", "watching"]


def _sources() -> dict[str, ast.Module]:
    """Return every module by its name: as it is written, which no version of Python changes."""
    sources: dict[str, ast.Module] = {}
    for file in ROOT.rglob("*.py"):
        parts = file.relative_to(ROOT.parent).with_suffix("").parts
        name = ".".join(parts).removesuffix(".__init__")
        sources[name] = ast.parse(file.read_text("utf-8"))
    return dict(sorted(sources.items()))


SOURCES = _sources()


def _public(name: str) -> list[str]:
    return list(import_module(name).__all__)


def _default(value: ast.expr | None) -> str:
    """Return how a member is given when it is not: of a ``field`` only what callers notice."""
    match value:
        case None:
            return ""
        case ast.Call(func=ast.Name("field"), keywords=keywords):
            noticed = [
                key for key in keywords if key.arg in {"alias", "default", "factory", "kw_only"}
            ]
            return "".join(f" {ast.unparse(key)}" for key in noticed)
    return f" = {ast.unparse(value)}"


def _signature(function: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    decorators = "".join(f"@{ast.unparse(decorator)} " for decorator in function.decorator_list)
    is_async = "async " * isinstance(function, ast.AsyncFunctionDef)
    returns = ast.unparse(function.returns) if function.returns else ""
    return f"{decorators}{is_async}{function.name}({ast.unparse(function.args)}) -> {returns}"


def _described(statement: ast.stmt) -> Iterator[tuple[str, str]]:
    """Yield the names that a statement defines, each with all that is public of it."""
    match statement:
        case ast.ImportFrom(module=str(origin), names=names):
            yield from ((name.name, f"{name.name} from {origin}") for name in names)
        case ast.AnnAssign(target=ast.Name(name), annotation=annotation, value=value):
            yield name, f"{name}: {ast.unparse(annotation)}{_default(value)}"
        case ast.Assign(targets=[ast.Name(name)], value=value):
            yield name, f"{name} = {ast.unparse(value)}"
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            yield name, _signature(statement)
        case ast.ClassDef(name=name, bases=bases, decorator_list=decorators):
            head = "".join(f"@{ast.unparse(decorator)} " for decorator in decorators)
            head += f"class {name}({', '.join(map(ast.unparse, bases))})"
            members = (pair for inner in statement.body for pair in _described(inner))
            shown = [text for member, text in members if _is_shown(member, text)]
            yield name, "\n    ".join([head, *shown])


def _is_shown(member: str, text: str) -> bool:
    return member[0] != "_" or member == "__call__" or " alias=" in text


def surface() -> str:
    """Return all that is public, a line for each name, member and signature."""
    lines: list[str] = []
    for module, source in SOURCES.items():
        described = dict(pair for statement in source.body for pair in _described(statement))
        lines += [module, *(f"  {described[name]}" for name in sorted(_public(module)))]
    return "\n".join(lines) + "\n"


def test_the_public_surface_is_the_one_written_down() -> None:
    assert surface() == SNAPSHOT.read_text("utf-8"), f"if it was meant, run {Path(__file__).name}"


@pytest.mark.parametrize("module", SOURCES)
def test_what_a_module_does_not_hide_is_public(module: str) -> None:
    defined = {
        name
        for statement in SOURCES[module].body
        for name, text in _described(statement)
        if not isinstance(statement, ast.ImportFrom) and " = TypeVar(" not in text
    }

    assert {name for name in defined if name[0] != "_"} <= set(_public(module))


@pytest.mark.parametrize("module", SOURCES)
def test_what_is_public_is_there_once(module: str) -> None:
    public = _public(module)

    assert len(set(public)) == len(public)
    assert all(hasattr(import_module(module), name) for name in public)


@pytest.mark.parametrize("capability", CAPABILITIES)
def test_a_capability_offers_all_its_nouns_needs_and_verbs(capability: str) -> None:
    package = f"watchlist_core.{capability}"

    classes = {
        statement.name
        for module, source in SOURCES.items()
        for statement in source.body
        if module.startswith(f"{package}.") and isinstance(statement, ast.ClassDef)
    }

    assert {name for name in classes if name[0] != "_"} <= set(_public(package))


if __name__ == "__main__":
    SNAPSHOT.write_text(surface(), "utf-8")
