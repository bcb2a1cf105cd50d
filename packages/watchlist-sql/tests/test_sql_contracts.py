"""Every store of this repository keeps the contracts: see the fixture ``store``."""

from watchlist_core.testing.contracts import (
    AuditingContract,
    AuthContract,
    CatalogueContract,
    IdentifyingContract,
    RatingContract,
    RegistrationContract,
    SessionsContract,
    SigningInContract,
    UsersContract,
    WatchingContract,
    WorkContract,
)


class TestWork(WorkContract):
    pass


class TestAuth(AuthContract):
    pass


class TestIdentifying(IdentifyingContract):
    pass


class TestSessions(SessionsContract):
    pass


class TestSigningIn(SigningInContract):
    pass


class TestRegistration(RegistrationContract):
    pass


class TestUsers(UsersContract):
    pass


class TestAuditing(AuditingContract):
    pass


class TestCatalogue(CatalogueContract):
    pass


class TestWatching(WatchingContract):
    pass


class TestRating(RatingContract):
    pass
