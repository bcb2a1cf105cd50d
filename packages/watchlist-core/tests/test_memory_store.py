"""The store for tests keeps what every store promises."""

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


class TestWork(WorkContract):
    pass


class TestCatalogue(CatalogueContract):
    pass


class TestMovieSearch(MovieSearchContract):
    pass


class TestWatching(WatchingContract):
    pass


class TestWatchlist(WatchlistContract):
    pass


class TestHistory(HistoryContract):
    pass


class TestRating(RatingContract):
    pass


class TestReviewing(ReviewingContract):
    pass


class TestVoting(VotingContract):
    pass


class TestMine(MineContract):
    pass


class TestAuditing(AuditingContract):
    pass


class TestAuth(AuthContract):
    pass


class TestSessions(SessionsContract):
    pass


class TestIdentifying(IdentifyingContract):
    pass


class TestSigningIn(SigningInContract):
    pass


class TestRegistration(RegistrationContract):
    pass


class TestUsers(UsersContract):
    pass
