from asyncio import run, timeout
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from itertools import product
from typing import Any, TypeAlias

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
                with _one_failure_is_enough(getattr(contract, name), patience) as is_drawn:
                    if not is_drawn:
                        run(_bounded(test, patience))
                    for _ in range(3 * is_drawn):  # chance may miss what is broken, once
                        test()
            except (*_FAILURES, _FoundOut):
                return False
        return True

    return passes


class _FoundOut(BaseException):
    """Nothing that hypothesis would look into any further."""


@contextmanager
def _one_failure_is_enough(test: Any, patience: float) -> Iterator[bool]:
    """Let a test be called whose examples hypothesis draws; False where it does not draw any."""
    drawn = getattr(test, "hypothesis", None)
    if not drawn:
        yield False
        return
    inner = drawn.inner_test

    def example(*args: object, **kwargs: object) -> None:
        try:
            run(_bounded(partial(inner, *args, **kwargs), patience))
        except _FAILURES as failure:
            raise _FoundOut from failure

    drawn.inner_test = example
    try:
        yield True
    finally:
        drawn.inner_test = inner


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
