from asyncio import run, timeout
from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import partial
from itertools import product
from typing import TypeAlias

import pytest
from hypothesis import settings

from watchlist_core.errors import WatchlistError
from watchlist_core.testing import MemoryStore
from watchlist_core.testing.contracts import Store

# A machine that does other things as well is slow now and then.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

pytest.register_assert_rewrite("tests.broken_stores")  # before any test imports it

# What else a test may raise is a mistake in the mutant, or in the test.
_FAILURES = (AssertionError, pytest.fail.Exception, WatchlistError, RuntimeError, TimeoutError)

ContractTest: TypeAlias = Callable[..., Awaitable[None]]


@pytest.fixture
def store() -> Store:
    return MemoryStore()


@pytest.fixture
def passes() -> Callable[..., bool]:
    """Tell whether stores of a kind pass one test of a contract, whatever its parameters."""

    def passes(
        new_store: Callable[[], Store], contract: type, name: str, *, patience: float = 1
    ) -> bool:
        for parameters in _parametrised(getattr(contract, name)):
            test = partial(getattr(contract(), name), store=new_store(), **parameters)
            try:
                run(_bounded(test, patience))
            except _FAILURES:
                return False
        return True

    return passes


async def _bounded(test: ContractTest, patience: float) -> None:
    async with timeout(patience):  # a mutant may wait for ever
        await test()


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
