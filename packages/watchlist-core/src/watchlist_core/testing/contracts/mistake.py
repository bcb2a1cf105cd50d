from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from watchlist_core.errors import WatchlistError

__all__ = ["mistake"]


@contextmanager
def mistake() -> Iterator[None]:
    """Expect any error but a refusal: what only a programmer does wrong, no user should read."""
    with pytest.raises(Exception) as raised:  # noqa: PT011  each store tells it in its own way
        yield
    assert not isinstance(raised.value, WatchlistError)
