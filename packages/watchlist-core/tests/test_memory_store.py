"""The store for tests keeps what every store promises."""

from watchlist_core.testing.contracts import (
    AuthContract,
    CatalogueContract,
    RatingContract,
    WatchingContract,
    WorkContract,
)


class TestWork(WorkContract):
    pass


class TestCatalogue(CatalogueContract):
    pass


class TestWatching(WatchingContract):
    pass


class TestRating(RatingContract):
    pass


class TestAuth(AuthContract):
    pass
