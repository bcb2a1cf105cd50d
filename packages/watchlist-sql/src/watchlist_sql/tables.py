"""The schema. Alembic migrates it; the repositories query it.

What a rule of the core says of a value stands here again, where the database can hold it: whatever
else writes into these tables cannot make a row that the core would not.
"""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
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
    text,
)

from watchlist_sql.account_tables import (
    accounts,
    mail_tokens,
    session_tokens,
    sessions,
    sign_in_attempts,
)
from watchlist_sql.catalogue_tables import (
    catalogue,
    external_ids,
    genres,
    listed,
    movie_genres,
    movie_title_trigrams,
    movie_titles,
    movie_years,
    movies,
)
from watchlist_sql.columns import (
    IDENTIFIER,
    INSTANT,
    JSON_TEXT,
    LARGE_KEY,
    SMALL,
    instant_in,
)
from watchlist_sql.metadata import STRICT as _STRICT
from watchlist_sql.metadata import check as _check
from watchlist_sql.metadata import exists_on, metadata
from watchlist_sql.metadata import whole_identifier as _whole_identifier
from watchlist_sql.search_tables import (
    catalogue_words,
    movie_names,
    movie_search,
    movie_vectors,
    movie_words,
    word_deletes,
)

__all__ = [
    "accounts",
    "audit",
    "catalogue",
    "catalogue_words",
    "exists_on",
    "external_ids",
    "genres",
    "jobs",
    "listed",
    "mail_tokens",
    "metadata",
    "movie_genres",
    "movie_names",
    "movie_search",
    "movie_title_trigrams",
    "movie_titles",
    "movie_vectors",
    "movie_words",
    "movie_years",
    "movies",
    "outbox",
    "ratings",
    "session_tokens",
    "sessions",
    "sign_in_attempts",
    "watches",
    "word_deletes",
]


class WatchColumns(TypedColumns):
    key: Named[int] = Column(LARGE_KEY, Identity(), primary_key=True)
    id: Named[UUID] = Column(IDENTIFIER, unique=True)
    account_key: Named[int] = Column(ForeignKey(accounts.c.key))
    movie_key: Named[int] = Column(ForeignKey(movies.c.key), index=True)
    watched_at: Named[datetime | None] = Column(INSTANT)


watches: Final = Table("watches", metadata, WatchColumns, _whole_identifier(), **_STRICT)
Index("ix_watches_account_key_movie_key", watches.c.account_key, watches.c.movie_key)


class RatingColumns(TypedColumns):
    key: Named[int] = Column(LARGE_KEY, Identity(), primary_key=True)
    account_key: Named[int] = Column(ForeignKey(accounts.c.key))
    movie_key: Named[int] = Column(ForeignKey(movies.c.key))
    halves: Named[int] = Column(SMALL)
    rated_at: Named[datetime] = Column(INSTANT)


ratings: Final = Table(
    "ratings",
    metadata,
    RatingColumns,
    UniqueConstraint("account_key", "movie_key"),
    _check("halves", "halves BETWEEN 2 AND 10"),
    **_STRICT,
)
Index("ix_ratings_latest", ratings.c.movie_key, ratings.c.rated_at, ratings.c.key)


class OutboxColumns(TypedColumns):
    key: Named[int] = Column(LARGE_KEY, Identity(), primary_key=True)
    name: Named[str] = Column(Text)
    version: Named[int] = Column(SMALL)
    payload: Named[Any] = Column(JSON_TEXT)
    recorded_at: Named[datetime] = Column(INSTANT, server_default=instant_in())
    attempts: Named[int] = Column(Integer, server_default=text("0"))
    due_at: Named[datetime] = Column(INSTANT, server_default=instant_in())
    """Nobody claims it before: it is being delivered, or waits for its next attempt."""
    delivered_at: Named[datetime | None] = Column(INSTANT)
    parked_at: Named[datetime | None] = Column(INSTANT)
    reason: Named[str | None] = Column(Text)
    """Why the last attempt failed."""


outbox: Final = Table(
    "outbox",
    metadata,
    OutboxColumns,
    _check("name", "length(name) BETWEEN 1 AND 100"),
    _check("version", "version >= 1"),
    _check("payload", "json_valid(payload) AND json_type(payload) = 'object'", only_on="sqlite"),
    _check("payload", "json_typeof(payload) = 'object'", only_on="postgresql"),
    _check("attempts", "attempts >= 0"),
    _check("one_end", "delivered_at IS NULL OR parked_at IS NULL"),
    sqlite_autoincrement=True,  # a key that was pruned must not come back as another event
    **_STRICT,
)
_waiting: Final = outbox.c.delivered_at.is_(None) & outbox.c.parked_at.is_(None)
_delivered: Final = outbox.c.delivered_at.is_not(None)
_parked: Final = outbox.c.parked_at.is_not(None)
for _name, _instant, _condition in (
    ("ix_outbox_waiting", outbox.c.due_at, _waiting),
    ("ix_outbox_delivered", outbox.c.delivered_at, _delivered),
    ("ix_outbox_parked", outbox.c.parked_at, _parked),
):
    Index(_name, _instant, sqlite_where=_condition, postgresql_where=_condition)


class AuditColumns(TypedColumns):
    key: Named[int] = Column(LARGE_KEY, Identity(), primary_key=True)
    recorded_at: Named[datetime] = Column(INSTANT, server_default=instant_in())
    actor: Named[UUID | None] = Column(IDENTIFIER)
    """No key: what somebody did is still told when his account is gone."""
    origin: Named[str | None] = Column(Text)
    request_id: Named[str | None] = Column(Text)
    action: Named[str] = Column(Text)
    subject_kind: Named[str | None] = Column(Text)
    subject: Named[UUID | None] = Column(IDENTIFIER)
    details: Named[Any] = Column(JSON_TEXT)


audit: Final = Table(
    "audit",
    metadata,
    AuditColumns,
    _whole_identifier("actor"),
    _check("action", "length(action) BETWEEN 1 AND 100"),
    _check("subject_kind", "(subject IS NULL) = (subject_kind IS NULL)"),
    _whole_identifier("subject"),
    _check("details", "json_valid(details) AND json_type(details) = 'object'", only_on="sqlite"),
    _check("details", "json_typeof(details) = 'object'", only_on="postgresql"),
    **_STRICT,
)
# By what it is searched, each in the order in which it is shown.
for _name in ("actor", "action", "subject", "request_id"):
    Index(f"ix_audit_{_name}", audit.c[_name], audit.c.recorded_at, audit.c.key)
Index("ix_audit_latest", audit.c.recorded_at, audit.c.key)


class JobColumns(TypedColumns):
    name: Named[str] = Column(Text, primary_key=True)
    due_at: Named[datetime] = Column(INSTANT, server_default=instant_in())
    turn: Named[int] = Column(LARGE_KEY, server_default=text("0"))
    """How often it was taken: who took it last holds this number."""
    lease_until: Named[datetime | None] = Column(INSTANT)


jobs: Final = Table(
    "jobs",
    metadata,
    JobColumns,
    _check("name", "length(name) BETWEEN 1 AND 100"),
    _check("turn", "turn >= 0"),
    **_STRICT,
)
