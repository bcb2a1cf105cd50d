"""What finds the mutants out finds nothing wrong with a sound store."""

from collections.abc import Callable

import pytest

from watchlist_core.testing import MemoryStore
from watchlist_core.testing.contracts import (
    AuditingContract,
    AuthContract,
    CatalogueContract,
    HistoryContract,
    IdentifyingContract,
    MineContract,
    MovieSearchContract,
    RatingContract,
    RegistrationContract,
    ReviewingContract,
    SessionsContract,
    SigningInContract,
    UsersContract,
    VotingContract,
    WatchingContract,
    WatchlistContract,
    WorkContract,
)

CONTRACTS = [
    AuditingContract,
    AuthContract,
    CatalogueContract,
    HistoryContract,
    IdentifyingContract,
    MineContract,
    MovieSearchContract,
    RatingContract,
    RegistrationContract,
    ReviewingContract,
    SessionsContract,
    SigningInContract,
    UsersContract,
    VotingContract,
    WatchingContract,
    WatchlistContract,
    WorkContract,
]


@pytest.mark.parametrize(
    ("contract", "name"),
    [(contract, name) for contract in CONTRACTS for name in dir(contract) if name[:5] == "test_"],
)
def test_a_sound_store_passes(passes: Callable[..., bool], contract: type, name: str) -> None:
    assert passes(MemoryStore, contract, name, patience=30)
