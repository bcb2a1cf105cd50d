"""The catalogue: other titles, movies that were withdrawn, genres under new names, lists of them.

SQLite adds no rules to a table: there, the movies are put into another one of that name.
"""

from collections.abc import Mapping
from typing import Final

import sqlalchemy as sa
from alembic import op

from watchlist_sql.averages import ExactAverage
from watchlist_sql.columns import (
    FLAG,
    FOLDED,
    IDENTIFIER,
    INSTANT,
    JSON_TEXT,
    LARGE_KEY,
    SMALL,
)
from watchlist_sql.migrations.remaking import (
    LINKS,
    STRICT,
    Columns,
    Rules,
    add_columns,
    add_rules,
    belongs_to,
    check,
    drop_columns,
    primary_key,
    remake,
    unique,
)

revision: Final = "0003"
down_revision: Final = "0002"
works_with: Final = "0003"
"""Earlier ones would show what was withdrawn, and know no genres on cards but by their names."""

SORTED_BY: Final = (
    ("title", "folded_title"),
    ("year", "year"),
    ("rating_count", "rating_count"),
    ("created_at", "created_at"),
)
NEWLY_SORTED_BY: Final = (*SORTED_BY, ("average_rating", "exact_average"))
OF_ONE: Final = (
    ("of_year", "year", "folded_title"),
    ("of_media_type", "media_type", "folded_title"),
    ("popular_of_year", "year", "rating_count DESC"),
)
MAY_BE_MISSING: Final = {"year", "exact_average"}

OLD_RULES: Final[Rules] = (
    ("rating_count", "rating_count >= 0", None),
    ("genres", "json_valid(genres) AND json_type(genres) = 'array'", "sqlite"),
    ("genres", "json_typeof(genres) = 'array'", "postgresql"),
)
KEPT_RULES: Final[Rules] = (
    ("id", "length(id) = 16", "sqlite"),
    ("title", "length(title) BETWEEN 1 AND 300 AND title = trim(title)", None),
    ("year", "year BETWEEN 1870 AND 2100", None),
    ("runtime", "runtime BETWEEN 1 AND 60000", None),
    ("media_type", "media_type IN ('movie', 'series')", None),
    ("description", "length(description) <= 10000", None),
    ("rating_halves", "rating_halves BETWEEN 2 * rating_count AND 10 * rating_count", None),
    ("revision", "revision >= 1", None),
)
NEW_RULES: Final[Rules] = (
    (
        "original_title",
        "length(original_title) BETWEEN 1 AND 300 AND original_title = trim(original_title)",
        None,
    ),
    *(
        rule
        for name in ("alternative_titles", "genre_keys")
        for rule in (
            (name, f"json_valid({name}) AND json_type({name}) = 'array'", "sqlite"),
            (name, f"json_typeof({name}) = 'array'", "postgresql"),
        )
    ),
    ("rating_count", "rating_count BETWEEN 0 AND 200000000", None),
    ("is_withdrawn", "is_withdrawn IN (0, 1)", "sqlite"),
)

RULES_OF_GENRES: Final[Rules] = (
    ("id", "length(id) = 16", "sqlite"),
    ("name", "length(name) <= 60 AND trim(name) <> ''", None),
)
NEW_RULES_OF_GENRES: Final[Rules] = (
    ("revision", "revision >= 1", None),
    ("movie_count", "movie_count >= 0", None),
)
RULES_OF_IDS: Final[Rules] = (
    ("provider", "length(provider) <= 40 AND trim(provider) <> ''", None),
    ("kind", "kind IN ('movie', 'series')", None),
    ("value", "length(value) <= 100 AND trim(value) <> ''", None),
    ("title", "length(title) <= 2000 AND trim(title) <> ''", None),
)

TITLES_OF_0001: Final = (
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
LISTED_TITLES: Final = (
    """
    CREATE TRIGGER movie_titles_insert AFTER INSERT ON movies
    WHEN NOT new.is_withdrawn BEGIN
        INSERT INTO movie_titles (rowid, folded_title) VALUES (new.key, new.folded_title);
    END
    """,
    """
    CREATE TRIGGER movie_titles_delete AFTER DELETE ON movies
    WHEN NOT old.is_withdrawn BEGIN
        INSERT INTO movie_titles (movie_titles, rowid, folded_title)
        VALUES ('delete', old.key, old.folded_title);
    END
    """,
    """
    CREATE TRIGGER movie_titles_update
    AFTER UPDATE OF key, folded_title, is_withdrawn ON movies BEGIN
        INSERT INTO movie_titles (movie_titles, rowid, folded_title)
        SELECT 'delete', old.key, old.folded_title WHERE NOT old.is_withdrawn;
        INSERT INTO movie_titles (rowid, folded_title)
        SELECT new.key, new.folded_title WHERE NOT new.is_withdrawn;
    END
    """,
)

# Both databases make a list of what a list of rows holds, each in its own way.
KEYS_OF_GENRES: Final = {
    "sqlite": """
        SELECT json_group_array(genre_key) FROM (
            SELECT genre_key FROM movie_genres WHERE movie_key = movies.key ORDER BY position
        )
    """,
    "postgresql": """
        SELECT coalesce(json_agg(genre_key ORDER BY position), '[]')
        FROM movie_genres WHERE movie_key = movies.key
    """,
}
NAMES_OF_GENRES: Final = {
    "sqlite": """
        SELECT json_group_array(name) FROM (
            SELECT genres.name FROM movie_genres JOIN genres ON genres.key = genre_key
            WHERE movie_key = movies.key ORDER BY position
        )
    """,
    "postgresql": """
        SELECT coalesce(json_agg(genres.name ORDER BY position), '[]')
        FROM movie_genres JOIN genres ON genres.key = genre_key WHERE movie_key = movies.key
    """,
}
COUNT_AND_LIST: Final = (
    """
    UPDATE genres SET movie_count = (
        SELECT count(*) FROM movie_genres WHERE genre_key = genres.key
    )
    """,
    """
    UPDATE movie_genres SET
        year = (SELECT year FROM movies WHERE movies.key = movie_key),
        listed_title = (SELECT folded_title FROM movies WHERE movies.key = movie_key)
    """,
    """
    INSERT INTO movie_years (year, movie_count)
    SELECT year, count(*) FROM movies WHERE year IS NOT NULL GROUP BY year
    """,
)


def upgrade() -> None:
    dialect = op.get_context().dialect.name
    for name, _ in SORTED_BY:
        for direction in ("up", "down"):
            op.drop_index(f"ix_movies_{name}_{direction}", "movies")
    if dialect == "sqlite":
        _remake_movies(
            _new_columns(), (*NEW_RULES, *KEPT_RULES), {"genre_keys": KEYS_OF_GENRES[dialect]}
        )
        for statement in LISTED_TITLES:
            op.execute(statement)
        _remake_genres(_new_columns_of_genres(), (*RULES_OF_GENRES, *NEW_RULES_OF_GENRES))
        _remake_links(_new_columns_of_links())
        _remake_external_ids((sa.Column("title", sa.Text),), RULES_OF_IDS)
    else:
        add_columns("movies", _new_columns(), {"genre_keys": KEYS_OF_GENRES[dialect]})
        op.drop_column("movies", "genres")
        op.drop_constraint(op.f("ck_movies_rating_count"), "movies")
        add_rules("movies", NEW_RULES)
        add_columns("genres", _new_columns_of_genres())
        add_rules("genres", NEW_RULES_OF_GENRES)
        add_columns("movie_genres", _new_columns_of_links())
        op.add_column("external_ids", sa.Column("title", sa.Text))
        add_rules("external_ids", RULES_OF_IDS[-1:])
    op.create_table(
        "movie_years",
        sa.Column("year", SMALL, nullable=False, autoincrement=False),
        sa.Column("movie_count", sa.Integer, nullable=False),
        primary_key("movie_years", "year"),
        check("movie_years", "movie_count", "movie_count >= 0"),
        **LINKS,
    )
    for statement in COUNT_AND_LIST:
        op.execute(statement)
    _index_anew(dialect)


def downgrade() -> None:
    """Go back to where nothing can be withdrawn: what was stands in the catalogue again."""
    dialect = op.get_context().dialect.name
    for name, _ in NEWLY_SORTED_BY:
        for direction in ("up", "down"):
            op.drop_index(f"ix_movies_{name}_{direction}", "movies")
    for index in ("title", "of_year"):
        op.drop_index(f"ix_movie_genres_{index}", "movie_genres")
    for name, *_ in OF_ONE:
        op.drop_index(f"ix_movies_{name}", "movies")
    op.drop_table("movie_years")
    if dialect == "sqlite":
        _remake_movies(
            _old_columns(), (*OLD_RULES, *KEPT_RULES), {"genres": NAMES_OF_GENRES[dialect]}
        )
        for statement in TITLES_OF_0001:
            op.execute(statement)
        op.execute("INSERT INTO movie_titles (movie_titles) VALUES ('rebuild')")
        _remake_genres((), RULES_OF_GENRES)
        _remake_links(())
        _remake_external_ids((), RULES_OF_IDS[:-1])
    else:
        drop_columns("movies", reversed(_new_columns()))
        add_columns("movies", _old_columns(), {"genres": NAMES_OF_GENRES[dialect]})
        op.drop_constraint(op.f("ck_movies_rating_count"), "movies")
        add_rules("movies", OLD_RULES)
        drop_columns("genres", _new_columns_of_genres())
        drop_columns("movie_genres", _new_columns_of_links())
        op.drop_column("external_ids", "title")
    op.execute("UPDATE catalogue SET movie_count = (SELECT count(*) FROM movies)")
    for name, by in SORTED_BY:
        op.create_index(f"ix_movies_{name}_up", "movies", [sa.text(by), "id"])
        op.create_index(f"ix_movies_{name}_down", "movies", [_down(dialect, by), "id"])


def _down(dialect: str, column: str) -> sa.TextClause:
    # What is missing comes last: SQLite takes NULL for the smallest value anyway.
    is_told = dialect == "postgresql" and column in MAY_BE_MISSING
    return sa.text(f"{column} DESC NULLS LAST" if is_told else f"{column} DESC")


def _index_anew(dialect: str) -> None:
    def index(name: str, *columns: sa.TextClause) -> None:
        op.create_index(
            f"ix_movies_{name}",
            "movies",
            [*columns, "id"],
            sqlite_where=sa.text("is_withdrawn = 0"),
            postgresql_where=sa.text("NOT is_withdrawn"),
        )

    for name, column in NEWLY_SORTED_BY:
        index(f"{name}_up", sa.text(column))
        index(f"{name}_down", _down(dialect, column))
    for name, *columns in OF_ONE:
        index(name, *map(sa.text, columns))
    op.create_index("ix_movie_genres_title", "movie_genres", ["genre_key", "listed_title"])
    by_title = ["genre_key", "year", "listed_title"]
    op.create_index("ix_movie_genres_of_year", "movie_genres", by_title)


def _new_columns() -> Columns:
    return (
        sa.Column("original_title", sa.Text),
        sa.Column("alternative_titles", JSON_TEXT, server_default=sa.text("'[]'"), nullable=False),
        sa.Column("genre_keys", JSON_TEXT, nullable=False),
        sa.Column(
            "exact_average", LARGE_KEY, sa.Computed(ExactAverage(), persisted=True), nullable=True
        ),
        sa.Column("is_withdrawn", FLAG, server_default=sa.false(), nullable=False),
    )


def _old_columns() -> Columns:
    return (sa.Column("genres", JSON_TEXT, nullable=False),)


def _new_columns_of_genres() -> Columns:
    return (
        sa.Column("revision", sa.Integer, server_default=sa.text("1"), nullable=False),
        sa.Column("movie_count", sa.Integer, server_default=sa.text("0"), nullable=False),
    )


def _new_columns_of_links() -> Columns:
    return (sa.Column("year", SMALL), sa.Column("listed_title", FOLDED))


def _remake_movies(columns: Columns, rules: Rules, filled_by: Mapping[str, str]) -> None:
    kept: Columns = (
        sa.Column("key", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("folded_title", FOLDED, nullable=False),
        sa.Column("year", SMALL),
        sa.Column("runtime", sa.Integer),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("rating_count", sa.Integer, server_default=sa.text("0"), nullable=False),
        sa.Column("rating_halves", sa.Integer, server_default=sa.text("0"), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
    )
    keys = (primary_key("movies", "key"), unique("movies", "id"))
    checks = (check("movies", *rule) for rule in rules)
    remake("movies", kept, columns, (*keys, *checks), STRICT, filled_by)


def _remake_genres(columns: Columns, rules: Rules) -> None:
    kept: Columns = (
        sa.Column("key", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("folded_name", FOLDED, nullable=False),
    )
    keys = (
        primary_key("genres", "key"),
        unique("genres", "id"),
        unique("genres", "folded_name"),
    )
    remake("genres", kept, columns, (*keys, *(check("genres", *rule) for rule in rules)), STRICT)


def _remake_links(columns: Columns) -> None:
    kept: Columns = (
        sa.Column("movie_key", sa.Integer, nullable=False),
        sa.Column("position", SMALL, nullable=False),
        sa.Column("genre_key", sa.Integer, nullable=False),
    )
    rules = (
        primary_key("movie_genres", "movie_key", "position"),
        belongs_to("movie_genres", "movie_key", "movies"),
        belongs_to("movie_genres", "genre_key", "genres"),
        check("movie_genres", "position", "position >= 0"),
        unique("movie_genres", "genre_key", "movie_key"),
    )
    remake("movie_genres", kept, columns, rules, LINKS)


def _remake_external_ids(columns: Columns, rules: Rules) -> None:
    id_ = ("provider", "kind", "value")
    kept: Columns = (
        *(sa.Column(name, sa.Text, nullable=False) for name in id_),
        sa.Column("movie_key", sa.Integer, nullable=False),
    )
    all_rules = (
        primary_key("external_ids", *id_),
        belongs_to("external_ids", "movie_key", "movies"),
        *(check("external_ids", name, rule) for name, rule, _ in rules),
    )
    remake("external_ids", kept, columns, all_rules, LINKS)
    op.create_index("ix_external_ids_movie_key", "external_ids", ["movie_key"])
