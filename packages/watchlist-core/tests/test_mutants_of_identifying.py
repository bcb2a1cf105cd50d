"""Stores that break one promise about who is signed in each are found out by the contract."""

from datetime import datetime
from typing import ClassVar

from attrs import evolve
from typing_extensions import override

from tests.broken_stores import EveryMutantIsFoundOut, Mutant, ShowsUncommittedChanges
from watchlist_core.auth import Account, Identity, Role, SessionKind
from watchlist_core.ids import SessionId
from watchlist_core.testing.contracts import IdentifyingContract
from watchlist_core.testing.memory import MemoryAccountQueries, MemoryAccounts, MemorySessions


class HasOneRoleForAll(Mutant):
    class AccountQueries(MemoryAccountQueries):
        @override
        async def identity(self, session: SessionId, at: datetime) -> Identity | None:
            identity = await super().identity(session, at)
            return evolve(identity, role=Role.USER) if identity else None


class HasOneRoleForThePage(Mutant):
    class AccountQueries(MemoryAccountQueries):
        @override
        async def identity_by_cookie(self, digest: bytes, at: datetime) -> Identity | None:
            identity = await super().identity_by_cookie(digest, at)
            return evolve(identity, role=Role.USER) if identity else None


class LetsSessionsGoOnForEver(Mutant):
    class AccountQueries(MemoryAccountQueries):
        @override
        async def identity(self, session: SessionId, at: datetime) -> Identity | None:
            return await super().identity(session, datetime.min.replace(tzinfo=at.tzinfo))


class LetsCookiesGoOnForEver(Mutant):
    class AccountQueries(MemoryAccountQueries):
        @override
        async def identity_by_cookie(self, digest: bytes, at: datetime) -> Identity | None:
            return await super().identity_by_cookie(digest, datetime.min.replace(tzinfo=at.tzinfo))


class TakesRefreshTokensForCookies(Mutant):
    class AccountQueries(MemoryAccountQueries):
        @override
        async def identity_by_cookie(self, digest: bytes, at: datetime) -> Identity | None:
            token = self._tables.refresh_tokens.get(digest)
            return await self.identity(token.session, at) if token else None


class BelievesAnyCookie(Mutant):
    class AccountQueries(MemoryAccountQueries):
        @override
        async def identity_by_cookie(self, digest: bytes, at: datetime) -> Identity | None:
            for session in self._tables.sessions.values():
                if session.kind is SessionKind.PAGE:
                    return await self.identity(session.id, at)
            return None


class LetsAnEndedSessionGoOn(Mutant):
    class Sessions(MemorySessions):
        @override
        async def end(self, session: SessionId) -> bool:
            return session in self._tables.sessions


class LetsInWhoMayNotSignIn(Mutant):
    class Accounts(MemoryAccounts):
        @override
        async def save(self, account: Account) -> None:
            await super().save(evolve(account, is_active=True, is_activated=True))


class RemembersTheRoleOfTheBeginning(Mutant):
    class Accounts(MemoryAccounts):
        @override
        async def save(self, account: Account) -> None:
            earlier = self._tables.accounts[account.id]
            await super().save(evolve(account, role=earlier.role))


class TestIdentifying(EveryMutantIsFoundOut):
    contract = IdentifyingContract
    found_out_by: ClassVar = {
        HasOneRoleForAll: [
            "test_a_session_tells_who_is_signed_in_until_it_expires",
            "test_the_rights_are_those_of_the_moment",
        ],
        HasOneRoleForThePage: [
            "test_a_cookie_tells_who_is_signed_in_on_the_page",
            "test_the_rights_are_those_of_the_moment",
        ],
        LetsSessionsGoOnForEver: ["test_a_session_tells_who_is_signed_in_until_it_expires"],
        LetsCookiesGoOnForEver: ["test_a_cookie_tells_who_is_signed_in_on_the_page"],
        TakesRefreshTokensForCookies: ["test_a_cookie_tells_who_is_signed_in_on_the_page"],
        BelievesAnyCookie: ["test_a_cookie_tells_who_is_signed_in_on_the_page"],
        LetsAnEndedSessionGoOn: ["test_a_cookie_of_an_ended_session_tells_nobody"],
        LetsInWhoMayNotSignIn: ["test_the_rights_are_those_of_the_moment"],
        RemembersTheRoleOfTheBeginning: ["test_the_rights_are_those_of_the_moment"],
        ShowsUncommittedChanges: ["test_nobody_is_signed_in_by_what_is_not_committed"],
    }
