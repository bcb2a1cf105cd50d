"""Accounts to sign in to: addresses and passwords, sessions, mailed tokens, and the audit."""

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa
from alembic import op

from watchlist_sql.columns import (
    DIGEST,
    FLAG,
    IDENTIFIER,
    INSTANT,
    JSON_TEXT,
    LARGE_KEY,
    instant_in,
)
from watchlist_sql.migrations.remaking import LINKS, STRICT, primary_key, unique

revision: Final = "0002"
down_revision: Final = "0001"
works_with: Final = "0001"
"""It gives accounts no address, has nobody sign in, and keeps no audit."""

USERNAME: Final = (
    (
        "username",
        "length(username) BETWEEN 3 AND 32 AND username NOT GLOB '*[^a-z0-9._-]*'",
        "sqlite",
    ),
    ("username", """username COLLATE "C" ~ '^[a-z0-9._-]{3,32}$'""", "postgresql"),
)
RULES_OF_0001: Final = (
    ("id", "length(id) = 16", "sqlite"),
    *USERNAME,
    ("role", "role IN ('user', 'moderator', 'admin')", None),
    ("is_active", "is_active IN (0, 1)", "sqlite"),
)
NEW_RULES: Final = (
    ("email", "length(email) BETWEEN 3 AND 254 AND email LIKE '_%@_%'", None),
    ("folded_email", "(email IS NULL) = (folded_email IS NULL)", None),
    ("is_activated", "is_activated IN (0, 1)", "sqlite"),
    *(
        (f"wanted_{name}", rule.replace(name, f"wanted_{name}"), dialect)
        for name, rule, dialect in USERNAME
    ),
)


def check(name: str, rule: str, only_on: str | None = None) -> sa.CheckConstraint:
    constraint = sa.CheckConstraint(rule, name=op.f(f"ck_{name}"))
    if only_on:
        constraint.ddl_if(dialect=only_on)
    return constraint


def goes_with(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{other}.key"], name=name, ondelete="CASCADE")


def upgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        _remake_accounts(
            *(check(f"accounts_{name}", rule, on) for name, rule, on in NEW_RULES),
            unique("accounts", "folded_email"),
            columns=_new_columns(),
        )
    else:
        for column in _new_columns():
            op.add_column("accounts", column)
        for name, rule, only_on in NEW_RULES:
            if only_on != "sqlite":
                op.create_check_constraint(op.f(f"ck_accounts_{name}"), "accounts", rule)
        name = op.f("uq_accounts_folded_email")
        op.create_unique_constraint(name, "accounts", ["folded_email"])
    op.create_index("ix_accounts_latest", "accounts", ["created_at", "id"])
    _sessions()
    _mail_tokens()
    _sign_in_attempts()
    _audit()


def downgrade() -> None:
    for table in ("audit", "sign_in_attempts", "mail_tokens", "session_tokens", "sessions"):
        op.drop_table(table)
    op.drop_index("ix_accounts_latest", "accounts")
    if op.get_context().dialect.name == "sqlite":
        _remake_accounts()
    else:
        for column in _new_columns():
            op.drop_column("accounts", column.name)


def _new_columns() -> Sequence[sa.Column[Any]]:
    return (
        sa.Column("email", sa.Text),
        sa.Column("folded_email", sa.Text),
        sa.Column("is_activated", FLAG, server_default=sa.true(), nullable=False),
        sa.Column("wanted_username", sa.Text),
        sa.Column("password_hash", sa.Text),
    )


def _remake_accounts(*rules: sa.Constraint, columns: Sequence[sa.Column[Any]] = ()) -> None:
    """Put the accounts into another table of that name: SQLite adds no rules to one."""
    kept: Sequence[sa.Column[Any]] = (
        sa.Column("key", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("username", sa.Text),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("is_active", FLAG, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
    )
    op.create_table(
        "accounts_anew",
        *kept,
        *columns,
        primary_key("accounts", "key"),
        *(check(f"accounts_{name}", rule, on) for name, rule, on in RULES_OF_0001),
        unique("accounts", "id"),
        unique("accounts", "username"),
        *rules,
        **STRICT,
    )
    names = ", ".join(column.name for column in kept)
    op.execute(f"INSERT INTO accounts_anew ({names}) SELECT {names} FROM accounts")  # noqa: S608  names of this file
    op.drop_table("accounts")
    op.rename_table("accounts_anew", "accounts")


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("key", LARGE_KEY, sa.Identity(), nullable=False),
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("account_key", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        primary_key("sessions", "key"),
        goes_with("sessions", "account_key", "accounts"),
        check("sessions_id", "length(id) = 16", "sqlite"),
        check("sessions_kind", "kind IN ('tokens', 'page')"),
        unique("sessions", "id"),
        **STRICT,
    )
    op.create_index("ix_sessions_account_key", "sessions", ["account_key"])
    op.create_table(
        "session_tokens",
        sa.Column("digest", DIGEST, nullable=False),
        sa.Column("session_key", LARGE_KEY, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("spent_at", INSTANT),
        primary_key("session_tokens", "digest"),
        goes_with("session_tokens", "session_key", "sessions"),
        check("session_tokens_digest", "length(digest) = 32"),
        **LINKS,
    )
    op.create_index("ix_session_tokens_session_key", "session_tokens", ["session_key"])


def _mail_tokens() -> None:
    op.create_table(
        "mail_tokens",
        sa.Column("digest", DIGEST, nullable=False),
        sa.Column("account_key", sa.Integer, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        primary_key("mail_tokens", "digest"),
        goes_with("mail_tokens", "account_key", "accounts"),
        check("mail_tokens_digest", "length(digest) = 32"),
        check("mail_tokens_purpose", "purpose IN ('activation', 'password-reset')"),
        unique("mail_tokens", "account_key", "purpose"),
        **LINKS,
    )


def _sign_in_attempts() -> None:
    op.create_table(
        "sign_in_attempts",
        sa.Column("key", LARGE_KEY, sa.Identity(), nullable=False),
        sa.Column("email_digest", DIGEST, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("tried_at", INSTANT, nullable=False),
        primary_key("sign_in_attempts", "key"),
        check("sign_in_attempts_email_digest", "length(email_digest) = 32"),
        **STRICT,
    )
    for column in ("email_digest", "origin"):
        name = f"ix_sign_in_attempts_{column}"
        op.create_index(name, "sign_in_attempts", [column, "tried_at"])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("key", LARGE_KEY, sa.Identity(), nullable=False),
        sa.Column("recorded_at", INSTANT, server_default=instant_in(), nullable=False),
        sa.Column("actor", IDENTIFIER),
        sa.Column("origin", sa.Text),
        sa.Column("request_id", sa.Text),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("subject_kind", sa.Text),
        sa.Column("subject", IDENTIFIER),
        sa.Column("details", JSON_TEXT, nullable=False),
        primary_key("audit", "key"),
        check("audit_actor", "length(actor) = 16", "sqlite"),
        check("audit_action", "length(action) BETWEEN 1 AND 100"),
        check("audit_subject_kind", "(subject IS NULL) = (subject_kind IS NULL)"),
        check("audit_subject", "length(subject) = 16", "sqlite"),
        check(
            "audit_details",
            "json_valid(details) AND json_type(details) = 'object'",
            "sqlite",
        ),
        check("audit_details", "json_typeof(details) = 'object'", "postgresql"),
        **STRICT,
    )
    for column in ("actor", "action", "subject", "request_id"):
        op.create_index(f"ix_audit_{column}", "audit", [column, "recorded_at", "key"])
    op.create_index("ix_audit_latest", "audit", ["recorded_at", "key"])
