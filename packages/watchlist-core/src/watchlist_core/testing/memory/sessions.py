from collections.abc import Callable
from datetime import datetime

from attrs import evolve, frozen

from watchlist_core.auth import Attempts, RefreshToken, Session
from watchlist_core.ids import AccountId, SessionId
from watchlist_core.testing.memory.auth import end_session, known_account
from watchlist_core.testing.memory.tables import Attempt, Tables, refuse_taken

__all__ = ["MemorySessions", "MemorySignInAttempts"]


@frozen
class MemorySessions:
    _tables: Tables

    async def open(self, session: Session, token_digest: bytes) -> None:
        known_account(self._tables, session.account)
        refuse_taken(self._tables.sessions, [session.id])
        self._tables.sessions[session.id] = session
        self._keep(RefreshToken(token_digest, session.id, session.expires_at))

    async def hold_token(self, digest: bytes) -> tuple[Session, RefreshToken] | None:
        token = self._tables.refresh_tokens.get(digest)
        return (self._tables.sessions[token.session], token) if token else None

    async def exchange(self, spent: RefreshToken, new: RefreshToken) -> None:
        session = self._tables.sessions[new.session]
        self._tables.sessions[session.id] = evolve(session, expires_at=new.expires_at)
        self._keep(spent)
        self._keep(new)

    async def end(self, session: SessionId) -> bool:
        if session not in self._tables.sessions:
            return False
        end_session(self._tables, session)
        return True

    async def end_all(self, account: AccountId, *, but: SessionId | None = None) -> None:
        for one in [*self._tables.sessions.values()]:
            if one.account == account and one.id != but:
                end_session(self._tables, one.id)

    async def forget_expired(self, before: datetime) -> int:
        sessions = [one for one in self._tables.sessions.values() if one.expires_at < before]
        for session in sessions:
            end_session(self._tables, session.id)
        mail_tokens = [
            key for key, one in self._tables.mail_tokens.items() if one.expires_at < before
        ]
        for key in mail_tokens:
            del self._tables.mail_tokens[key]
        tokens = self._tables.refresh_tokens.values()
        spent = [one.digest for one in tokens if one.spent_at and one.expires_at < before]
        for digest in spent:
            del self._tables.refresh_tokens[digest]
        return len(sessions) + len(mail_tokens) + len(spent)

    def _keep(self, token: RefreshToken) -> None:
        self._tables.refresh_tokens[token.digest] = token


@frozen
class MemorySignInAttempts:
    _tables: Tables

    async def hold(self, email: bytes, origin: str, since: datetime) -> Attempts:
        counted = [one for one in self._tables.attempts.values() if one.at >= since]
        here = [one.at for one in counted if (one.email, one.origin) == (email, origin)]
        account = [one.at for one in counted if one.email == email]
        from_origin = [one.at for one in counted if one.origin == origin]
        return Attempts(
            here=len(here),
            here_since=min(here, default=None),
            account=len(account),
            account_since=min(account, default=None),
            origin=len(from_origin),
            origin_since=min(from_origin, default=None),
        )

    async def add(self, email: bytes, origin: str, at: datetime) -> None:
        self._tables.attempts[next(self._tables.numbers)] = Attempt(email, origin, at)

    async def withdraw(self, email: bytes, origin: str, at: datetime) -> None:
        attempts = self._tables.attempts.items()
        same = [number for number, one in attempts if one == Attempt(email, origin, at)]
        for number in same[:1]:
            del self._tables.attempts[number]

    async def forgive(self, email: bytes, origin: str) -> None:
        self._forget(lambda one: (one.email, one.origin) == (email, origin))

    async def forget(self, before: datetime) -> int:
        return self._forget(lambda one: one.at < before)

    def _forget(self, is_meant: Callable[[Attempt], bool]) -> int:
        meant = [number for number, one in self._tables.attempts.items() if is_meant(one)]
        for number in meant:
            del self._tables.attempts[number]
        return len(meant)
