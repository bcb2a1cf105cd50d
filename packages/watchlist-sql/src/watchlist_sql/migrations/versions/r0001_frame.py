"""The frame: accounts, the catalogue, watches and ratings, the outbox and the jobs."""

from typing import Final

import sqlalchemy as sa
from alembic import op

from watchlist_sql.columns import (
    FLAG,
    FOLDED,
    IDENTIFIER,
    INSTANT,
    JSON_TEXT,
    LARGE_KEY,
    SMALL,
    instant_in,
)
from watchlist_sql.migrations.remaking import LINKS, STRICT, belongs_to, primary_key, unique

revision: Final = "0001"
down_revision: Final = None
works_with: Final = "0001"
"""The oldest revision whose release still works with this one."""

TITLE_SEARCH: Final = (
    """
    CREATE VIRTUAL TABLE movie_titles USING fts5(
        folded_title,
        content = 'movies', content_rowid = 'key', tokenize = 'trigram case_sensitive 1'
    )
    """,
    """
    CREATE TRIGGER movie_titles_insert AFTER INSERT ON movies BEGIN
        INSERT INTO movie_titles (rowid, folded_title) VALUES (new.key, new.folded_title);
    END
    """,
    """
    CREATE TRIGGER movie_titles_delete AFTER DELETE ON movies BEGIN
        INSERT INTO movie_titles (movie_titles, rowid, folded_title)
        VALUES ('delete', old.key, old.folded_title);
    END
    """,
    """
    CREATE TRIGGER movie_titles_update AFTER UPDATE OF key, folded_title ON movies BEGIN
        INSERT INTO movie_titles (movie_titles, rowid, folded_title)
        VALUES ('delete', old.key, old.folded_title);
        INSERT INTO movie_titles (rowid, folded_title) VALUES (new.key, new.folded_title);
    END
    """,
)


def check(name: str, rule: str, *, only_on: str | None = None) -> sa.CheckConstraint:
    constraint = sa.CheckConstraint(rule, name=op.f(name))
    if only_on:
        constraint.ddl_if(dialect=only_on)
    return constraint


def upgrade() -> None:
    is_sqlite = op.get_context().dialect.name == "sqlite"
    _accounts()
    _movies(is_sqlite=is_sqlite)
    if is_sqlite:
        for statement in TITLE_SEARCH:
            op.execute(statement)
    else:
        _title_trigrams()
    _genres()
    _external_ids()
    _watches()
    _ratings()
    _catalogue()
    _outbox()
    _jobs()


def downgrade() -> None:
    is_sqlite = op.get_context().dialect.name == "sqlite"
    op.drop_table("movie_titles" if is_sqlite else "movie_title_trigrams")
    for table in (
        "jobs",
        "outbox",
        "catalogue",
        "ratings",
        "watches",
        "external_ids",
        "movie_genres",
        "genres",
        "movies",
        "accounts",
    ):
        op.drop_table(table)


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("key", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("username", sa.Text),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("is_active", FLAG, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        primary_key("accounts", "key"),
        check("ck_accounts_id", "length(id) = 16", only_on="sqlite"),
        check(
            "ck_accounts_username",
            "length(username) BETWEEN 3 AND 32 AND username NOT GLOB '*[^a-z0-9._-]*'",
            only_on="sqlite",
        ),
        check(
            "ck_accounts_username",
            """username COLLATE "C" ~ '^[a-z0-9._-]{3,32}$'""",
            only_on="postgresql",
        ),
        check("ck_accounts_role", "role IN ('user', 'moderator', 'admin')"),
        check("ck_accounts_is_active", "is_active IN (0, 1)", only_on="sqlite"),
        unique("accounts", "id"),
        unique("accounts", "username"),
        **STRICT,
    )


def _movies(*, is_sqlite: bool) -> None:
    op.create_table(
        "movies",
        sa.Column("key", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("folded_title", FOLDED, nullable=False),
        sa.Column("year", SMALL),
        sa.Column("runtime", sa.Integer),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("genres", JSON_TEXT, nullable=False),
        sa.Column("rating_count", sa.Integer, server_default=sa.text("0"), nullable=False),
        sa.Column("rating_halves", sa.Integer, server_default=sa.text("0"), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        primary_key("movies", "key"),
        check("ck_movies_id", "length(id) = 16", only_on="sqlite"),
        check("ck_movies_title", "length(title) BETWEEN 1 AND 300 AND title = trim(title)"),
        check("ck_movies_year", "year BETWEEN 1870 AND 2100"),
        check("ck_movies_runtime", "runtime BETWEEN 1 AND 60000"),
        check("ck_movies_media_type", "media_type IN ('movie', 'series')"),
        check("ck_movies_description", "length(description) <= 10000"),
        check(
            "ck_movies_genres",
            "json_valid(genres) AND json_type(genres) = 'array'",
            only_on="sqlite",
        ),
        check("ck_movies_genres", "json_typeof(genres) = 'array'", only_on="postgresql"),
        check("ck_movies_rating_count", "rating_count >= 0"),
        check(
            "ck_movies_rating_halves",
            "rating_halves BETWEEN 2 * rating_count AND 10 * rating_count",
        ),
        check("ck_movies_revision", "revision >= 1"),
        unique("movies", "id"),
        **STRICT,
    )
    # Where no year is known, it comes last: SQLite takes NULL for the smallest value anyway.
    year_down = "year DESC" if is_sqlite else "year DESC NULLS LAST"
    for name, column in (
        ("title_up", "folded_title"),
        ("title_down", "folded_title DESC"),
        ("year_up", "year"),
        ("year_down", year_down),
        ("rating_count_up", "rating_count"),
        ("rating_count_down", "rating_count DESC"),
        ("created_at_up", "created_at"),
        ("created_at_down", "created_at DESC"),
    ):
        op.create_index(f"ix_movies_{name}", "movies", [sa.text(column), "id"])


def _title_trigrams() -> None:
    op.create_table(
        "movie_title_trigrams",
        sa.Column("movie_key", sa.Integer, nullable=False),
        sa.Column("trigrams", sa.ARRAY(sa.Text), nullable=False),
        primary_key("movie_title_trigrams", "movie_key"),
        belongs_to("movie_title_trigrams", "movie_key", "movies"),
    )
    op.create_index(
        "ix_movie_title_trigrams_trigrams",
        "movie_title_trigrams",
        ["trigrams"],
        postgresql_using="gin",
        postgresql_with={"gin_pending_list_limit": 64},
    )


def _genres() -> None:
    op.create_table(
        "genres",
        sa.Column("key", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("folded_name", FOLDED, nullable=False),
        primary_key("genres", "key"),
        check("ck_genres_id", "length(id) = 16", only_on="sqlite"),
        check("ck_genres_name", "length(name) <= 60 AND trim(name) <> ''"),
        unique("genres", "id"),
        unique("genres", "folded_name"),
        **STRICT,
    )
    op.create_table(
        "movie_genres",
        sa.Column("movie_key", sa.Integer, nullable=False),
        sa.Column("position", SMALL, nullable=False),
        sa.Column("genre_key", sa.Integer, nullable=False),
        primary_key("movie_genres", "movie_key", "position"),
        belongs_to("movie_genres", "movie_key", "movies"),
        belongs_to("movie_genres", "genre_key", "genres"),
        check("ck_movie_genres_position", "position >= 0"),
        unique("movie_genres", "genre_key", "movie_key"),
        **LINKS,
    )


def _external_ids() -> None:
    op.create_table(
        "external_ids",
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("movie_key", sa.Integer, nullable=False),
        primary_key("external_ids", "provider", "kind", "value"),
        belongs_to("external_ids", "movie_key", "movies"),
        check("ck_external_ids_provider", "length(provider) <= 40 AND trim(provider) <> ''"),
        check("ck_external_ids_kind", "kind IN ('movie', 'series')"),
        check("ck_external_ids_value", "length(value) <= 100 AND trim(value) <> ''"),
        **LINKS,
    )
    op.create_index("ix_external_ids_movie_key", "external_ids", ["movie_key"])


def _watches() -> None:
    op.create_table(
        "watches",
        sa.Column("key", LARGE_KEY, sa.Identity(), nullable=False),
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("account_key", sa.Integer, nullable=False),
        sa.Column("movie_key", sa.Integer, nullable=False),
        sa.Column("watched_at", INSTANT),
        primary_key("watches", "key"),
        belongs_to("watches", "account_key", "accounts"),
        belongs_to("watches", "movie_key", "movies"),
        check("ck_watches_id", "length(id) = 16", only_on="sqlite"),
        unique("watches", "id"),
        **STRICT,
    )
    op.create_index("ix_watches_movie_key", "watches", ["movie_key"])
    op.create_index("ix_watches_account_key_movie_key", "watches", ["account_key", "movie_key"])


def _ratings() -> None:
    op.create_table(
        "ratings",
        sa.Column("key", LARGE_KEY, sa.Identity(), nullable=False),
        sa.Column("account_key", sa.Integer, nullable=False),
        sa.Column("movie_key", sa.Integer, nullable=False),
        sa.Column("halves", SMALL, nullable=False),
        sa.Column("rated_at", INSTANT, nullable=False),
        primary_key("ratings", "key"),
        belongs_to("ratings", "account_key", "accounts"),
        belongs_to("ratings", "movie_key", "movies"),
        check("ck_ratings_halves", "halves BETWEEN 2 AND 10"),
        unique("ratings", "account_key", "movie_key"),
        **STRICT,
    )
    op.create_index("ix_ratings_latest", "ratings", ["movie_key", "rated_at", "key"])


def _catalogue() -> None:
    catalogue = op.create_table(
        "catalogue",
        sa.Column("key", SMALL, autoincrement=False, nullable=False),
        sa.Column("version", LARGE_KEY, nullable=False),
        sa.Column("movie_count", sa.Integer, nullable=False),
        primary_key("catalogue", "key"),
        check("ck_catalogue_only_row", "key = 1"),
        check("ck_catalogue_version", "version >= 0"),
        check("ck_catalogue_movie_count", "movie_count >= 0"),
        **STRICT,
    )
    op.bulk_insert(catalogue, [{"key": 1, "version": 0, "movie_count": 0}])


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("key", LARGE_KEY, sa.Identity(), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("version", SMALL, nullable=False),
        sa.Column("payload", JSON_TEXT, nullable=False),
        sa.Column("recorded_at", INSTANT, server_default=instant_in(), nullable=False),
        sa.Column("attempts", sa.Integer, server_default=sa.text("0"), nullable=False),
        sa.Column("due_at", INSTANT, server_default=instant_in(), nullable=False),
        sa.Column("delivered_at", INSTANT),
        sa.Column("parked_at", INSTANT),
        sa.Column("reason", sa.Text),
        primary_key("outbox", "key"),
        check("ck_outbox_name", "length(name) BETWEEN 1 AND 100"),
        check("ck_outbox_version", "version >= 1"),
        check(
            "ck_outbox_payload",
            "json_valid(payload) AND json_type(payload) = 'object'",
            only_on="sqlite",
        ),
        check("ck_outbox_payload", "json_typeof(payload) = 'object'", only_on="postgresql"),
        check("ck_outbox_attempts", "attempts >= 0"),
        check("ck_outbox_one_end", "delivered_at IS NULL OR parked_at IS NULL"),
        sqlite_autoincrement=True,
        **STRICT,
    )
    for name, column, condition in (
        ("ix_outbox_waiting", "due_at", "delivered_at IS NULL AND parked_at IS NULL"),
        ("ix_outbox_delivered", "delivered_at", "delivered_at IS NOT NULL"),
        ("ix_outbox_parked", "parked_at", "parked_at IS NOT NULL"),
    ):
        where = sa.text(condition)
        op.create_index(name, "outbox", [column], sqlite_where=where, postgresql_where=where)


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("due_at", INSTANT, server_default=instant_in(), nullable=False),
        sa.Column("turn", LARGE_KEY, server_default=sa.text("0"), nullable=False),
        sa.Column("lease_until", INSTANT),
        primary_key("jobs", "name"),
        check("ck_jobs_name", "length(name) BETWEEN 1 AND 100"),
        check("ck_jobs_turn", "turn >= 0"),
        **STRICT,
    )
