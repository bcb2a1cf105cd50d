"""The tables of accounts: who signs in, by what, and how often somebody tried."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Named,
    Table,
    Text,
    TypedColumns,
    UniqueConstraint,
    true,
)

from watchlist_sql.columns import DIGEST, FLAG, IDENTIFIER, INSTANT, LARGE_KEY
from watchlist_sql.metadata import LINKS, STRICT, check, metadata, whole_identifier

__all__ = ["accounts", "mail_tokens", "session_tokens", "sessions", "sign_in_attempts"]


def _username(column: str) -> tuple[CheckConstraint, CheckConstraint]:
    return (
        check(
            column,
            f"length({column}) BETWEEN 3 AND 32 AND {column} NOT GLOB '*[^a-z0-9._-]*'",
            only_on="sqlite",
        ),
        check(column, f"""{column} COLLATE "C" ~ '^[a-z0-9._-]{{3,32}}$'""", only_on="postgresql"),
    )


def _digest(column: str = "digest") -> CheckConstraint:
    return check(column, f"length({column}) = 32")


class AccountColumns(TypedColumns):
    key: Named[int] = Column(Integer, Identity(), primary_key=True)
    id: Named[UUID] = Column(IDENTIFIER, unique=True)
    username: Named[str | None] = Column(Text, unique=True)
    role: Named[str] = Column(Text)
    is_active: Named[bool] = Column(FLAG)
    created_at: Named[datetime] = Column(INSTANT)
    email: Named[str | None] = Column(Text)
    folded_email: Named[str | None] = Column(Text, unique=True)
    is_activated: Named[bool] = Column(FLAG, server_default=true())
    wanted_username: Named[str | None] = Column(Text)
    password_hash: Named[str | None] = Column(Text)


accounts: Final = Table(
    "accounts",
    metadata,
    AccountColumns,
    whole_identifier(),
    *_username("username"),
    check("role", "role IN ('user', 'moderator', 'admin')"),
    check("is_active", "is_active IN (0, 1)", only_on="sqlite"),
    check("email", "length(email) BETWEEN 3 AND 254 AND email LIKE '_%@_%'"),
    check("folded_email", "(email IS NULL) = (folded_email IS NULL)"),
    check("is_activated", "is_activated IN (0, 1)", only_on="sqlite"),
    *_username("wanted_username"),
    **STRICT,
)
Index("ix_accounts_latest", accounts.c.created_at, accounts.c.id)


class SessionColumns(TypedColumns):
    key: Named[int] = Column(LARGE_KEY, Identity(), primary_key=True)
    id: Named[UUID] = Column(IDENTIFIER, unique=True)
    account_key: Named[int] = Column(ForeignKey(accounts.c.key, ondelete="CASCADE"), index=True)
    kind: Named[str] = Column(Text)
    began_at: Named[datetime] = Column(INSTANT)
    expires_at: Named[datetime] = Column(INSTANT)


sessions: Final = Table(
    "sessions",
    metadata,
    SessionColumns,
    whole_identifier(),
    check("kind", "kind IN ('tokens', 'page')"),
    **STRICT,
)


class SessionTokenColumns(TypedColumns):
    digest: Named[bytes] = Column(DIGEST, primary_key=True)
    session_key: Named[int] = Column(
        LARGE_KEY, ForeignKey(sessions.c.key, ondelete="CASCADE"), index=True
    )
    expires_at: Named[datetime] = Column(INSTANT)
    spent_at: Named[datetime | None] = Column(INSTANT)


# They go with their session by themselves: whoever ends it at the same moment as another exchanges
# one does not see the new one.
session_tokens: Final = Table("session_tokens", metadata, SessionTokenColumns, _digest(), **LINKS)


class MailTokenColumns(TypedColumns):
    digest: Named[bytes] = Column(DIGEST, primary_key=True)
    account_key: Named[int] = Column(ForeignKey(accounts.c.key, ondelete="CASCADE"))
    purpose: Named[str] = Column(Text)
    expires_at: Named[datetime] = Column(INSTANT)


mail_tokens: Final = Table(
    "mail_tokens",
    metadata,
    MailTokenColumns,
    UniqueConstraint("account_key", "purpose"),
    _digest(),
    check("purpose", "purpose IN ('activation', 'password-reset')"),
    **LINKS,
)


class SignInAttemptColumns(TypedColumns):
    key: Named[int] = Column(LARGE_KEY, Identity(), primary_key=True)
    email_digest: Named[bytes] = Column(DIGEST)
    """Of an address that may belong to nobody, and is nobody's business then."""
    origin: Named[str] = Column(Text)
    tried_at: Named[datetime] = Column(INSTANT)


sign_in_attempts: Final = Table(
    "sign_in_attempts", metadata, SignInAttemptColumns, _digest("email_digest"), **STRICT
)
for _name, _column in (
    ("ix_sign_in_attempts_email_digest", sign_in_attempts.c.email_digest),
    ("ix_sign_in_attempts_origin", sign_in_attempts.c.origin),
):
    Index(_name, _column, sign_in_attempts.c.tried_at)
