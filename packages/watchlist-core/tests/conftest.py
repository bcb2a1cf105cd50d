from asyncio import run, timeout
from collections.abc import Awaitable, Callable, Iterator, Mapping
from itertools import product
from typing import TypeAlias

import pytest

pytest.register_assert_rewrite("watchlist_core.testing.contracts")

from watchlist_core.testing import MemoryStore  # noqa: E402  the asserts above come first
from watchlist_core.testing.contracts import Store  # noqa: E402

Passes: TypeAlias = Callable[[Callable[[], Store], type, str], bool]
ContractTest: TypeAlias = Callable[..., Awaitable[None]]


@pytest.fixture
def store() -> Store:
    return MemoryStore()


@pytest.fixture
def passes() -> Passes:
    """Tell whether stores of a kind pass one test of a contract, whatever its parameters."""

    def passes(new_store: Callable[[], Store], contract: type, name: str) -> bool:
        for parameters in _parametrised(getattr(contract, name)):
            try:
                run(_bounded(getattr(contract(), name), new_store(), parameters))
            except (Exception, pytest.fail.Exception):  # noqa: BLE001  a mutant may fail by anything
                return False
        return True

    return passes


async def _bounded(test: ContractTest, store: Store, parameters: Mapping[str, object]) -> None:
    async with timeout(2):  # a mutant may wait for ever
        await test(store=store, **parameters)


def _parametrised(test: ContractTest) -> Iterator[Mapping[str, object]]:
    marks = [mark for mark in getattr(test, "pytestmark", []) if mark.name == "parametrize"]
    choices = []
    for mark in marks:
        names, values = mark.args
        several = not isinstance(names, str)
        choices.append(
            [
                dict(zip(names, value, strict=True)) if several else {names: value}
                for value in values
            ]
        )
    for chosen in product(*choices):
        yield {name: value for choice in chosen for name, value in choice.items()}
