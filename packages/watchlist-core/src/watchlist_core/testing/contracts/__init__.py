"""What every store must pass: the promises of the ports, as tests.

A store of your own is tested by one subclass for each contract and a fixture ``store``, which
gives every test an empty store::

    import pytest
    from watchlist_core.testing.contracts import CatalogueContract, Store, WorkContract

    @pytest.fixture
    async def store() -> AsyncIterator[Store]:
        async with my_empty_store() as store:
            yield store

    class TestWork(WorkContract):
        pass

    class TestCatalogue(CatalogueContract):
        pass

The fixture may stand in ``conftest.py`` or in the class. What a store must offer is `Store`: the
ports, and the names of the events it has kept; everything that a contract needs to be there is
added through the ports. The tests are coroutines, marked for pytest-asyncio; two of them ask for
lists and searches that hypothesis draws, and leave what they have added withdrawn.
"""

# ruff: noqa: E402

import pytest

# Said before they are imported, so that an ``assert`` which fails shows its values.
pytest.register_assert_rewrite(
    *(
        f"{__name__}.{module}"
        for module in (
            *("auditing", "auth", "browsing", "catalogue", "filtering", "genres", "history"),
            *("identifying", "importing", "listing_entries", "listing_own_ratings", "mail_tokens"),
            *(
                "mine",
                "mistake",
                "own",
                "ranking",
                "rating",
                "registration",
                "renaming",
                "reviewing",
            ),
            *("revising", "same_hits", "same_lists", "searching_accounts", "searching_audit"),
            *("searching_movies", "seen", "sessions", "signing_in", "suggesting", "users"),
            *("voting", "walking", "watching", "watchlist", "withdrawing", "work"),
        )
    )
)

from watchlist_core.testing.contracts.auditing import AuditingContract
from watchlist_core.testing.contracts.auth import AuthContract
from watchlist_core.testing.contracts.browsing import BrowsingContract
from watchlist_core.testing.contracts.catalogue import CatalogueContract
from watchlist_core.testing.contracts.filtering import FilteringContract
from watchlist_core.testing.contracts.genres import GenresContract
from watchlist_core.testing.contracts.given import (
    NOON,
    PASSWORD,
    a_genre,
    a_member,
    a_movie,
    a_session,
    a_viewer,
    added,
    an_account,
    count,
    ended,
    new_id,
    opened,
    popular,
    rated,
    scored,
    signed_in,
    unsaved_account,
    unsaved_movie,
    viewers,
)
from watchlist_core.testing.contracts.history import HistoryContract
from watchlist_core.testing.contracts.identifying import IdentifyingContract
from watchlist_core.testing.contracts.importing import ImportContract
from watchlist_core.testing.contracts.listing_entries import EntryListsContract
from watchlist_core.testing.contracts.listing_own_ratings import OwnRatingsContract
from watchlist_core.testing.contracts.mail_tokens import MailTokensContract
from watchlist_core.testing.contracts.mine import MineContract
from watchlist_core.testing.contracts.own import (
    a_title,
    account_removed,
    become,
    history_of,
    listed,
    watched,
    watchlist_of,
    withdrawn,
)
from watchlist_core.testing.contracts.ranking import RankingContract
from watchlist_core.testing.contracts.rating import RatingContract
from watchlist_core.testing.contracts.registration import RegistrationContract
from watchlist_core.testing.contracts.renaming import RenamingContract
from watchlist_core.testing.contracts.reviewing import ReviewingContract
from watchlist_core.testing.contracts.revising import RevisingContract
from watchlist_core.testing.contracts.same_hits import (
    SameHitsContract,
    Search,
    Searches,
    searches,
)
from watchlist_core.testing.contracts.same_lists import (
    Comparison,
    DrawnMovie,
    Question,
    SameListsContract,
    comparisons,
)
from watchlist_core.testing.contracts.searching_accounts import AccountSearchContract
from watchlist_core.testing.contracts.searching_audit import AuditSearchContract
from watchlist_core.testing.contracts.searching_movies import MovieSearchContract
from watchlist_core.testing.contracts.sessions import SessionsContract
from watchlist_core.testing.contracts.signing_in import SigningInContract
from watchlist_core.testing.contracts.store import PersonalStore, PersonalWork, Store, StoreWork
from watchlist_core.testing.contracts.suggesting import SuggestingContract
from watchlist_core.testing.contracts.users import UsersContract
from watchlist_core.testing.contracts.voting import VotingContract
from watchlist_core.testing.contracts.watching import WatchingContract
from watchlist_core.testing.contracts.watchlist import WatchlistContract
from watchlist_core.testing.contracts.withdrawing import WithdrawingContract
from watchlist_core.testing.contracts.work import WorkContract

__all__ = [
    "NOON",
    "PASSWORD",
    "AccountSearchContract",
    "AuditSearchContract",
    "AuditingContract",
    "AuthContract",
    "BrowsingContract",
    "CatalogueContract",
    "Comparison",
    "DrawnMovie",
    "EntryListsContract",
    "FilteringContract",
    "GenresContract",
    "HistoryContract",
    "IdentifyingContract",
    "ImportContract",
    "MailTokensContract",
    "MineContract",
    "MovieSearchContract",
    "OwnRatingsContract",
    "PersonalStore",
    "PersonalWork",
    "Question",
    "RankingContract",
    "RatingContract",
    "RegistrationContract",
    "RenamingContract",
    "ReviewingContract",
    "RevisingContract",
    "SameHitsContract",
    "SameListsContract",
    "Search",
    "Searches",
    "SessionsContract",
    "SigningInContract",
    "Store",
    "StoreWork",
    "SuggestingContract",
    "UsersContract",
    "VotingContract",
    "WatchingContract",
    "WatchlistContract",
    "WithdrawingContract",
    "WorkContract",
    "a_genre",
    "a_member",
    "a_movie",
    "a_session",
    "a_title",
    "a_viewer",
    "account_removed",
    "added",
    "an_account",
    "become",
    "comparisons",
    "count",
    "ended",
    "history_of",
    "listed",
    "new_id",
    "opened",
    "popular",
    "rated",
    "scored",
    "searches",
    "signed_in",
    "unsaved_account",
    "unsaved_movie",
    "viewers",
    "watched",
    "watchlist_of",
    "withdrawn",
]
