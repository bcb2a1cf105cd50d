"""Search: the words and names that movies are found by, made of what the catalogue has."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

from watchlist_core.catalogue import FORGIVEN_LENGTH, deletes_of
from watchlist_sql.catalogue.searchable import Searchable
from watchlist_sql.columns import FOLDED, JSON_TEXT
from watchlist_sql.migrations.remaking import LINKS, STRICT, belongs_to, primary_key, unique

revision: Final = "0004"
down_revision: Final = "0003"
works_with: Final = "0004"
"""Earlier ones would add movies that no search finds."""

AT_ONCE: Final = 5_000

SEARCH: Final = (
    """
    CREATE VIRTUAL TABLE movie_search USING fts5(
        words,
        content = 'movie_words', content_rowid = 'movie_key', tokenize = 'ascii',
        detail = 'none', columnsize = 0
    )
    """,
    """
    CREATE TRIGGER movie_search_insert AFTER INSERT ON movie_words BEGIN
        INSERT INTO movie_search (rowid, words) VALUES (new.movie_key, new.words);
    END
    """,
    """
    CREATE TRIGGER movie_search_delete AFTER DELETE ON movie_words BEGIN
        INSERT INTO movie_search (movie_search, rowid, words)
        VALUES ('delete', old.movie_key, old.words);
    END
    """,
    """
    CREATE TRIGGER movie_search_update AFTER UPDATE ON movie_words BEGIN
        INSERT INTO movie_search (movie_search, rowid, words)
        VALUES ('delete', old.movie_key, old.words);
        INSERT INTO movie_search (rowid, words) VALUES (new.movie_key, new.words);
    END
    """,
)

movies: Final = sa.table(
    "movies",
    sa.column("key", sa.Integer),
    sa.column("title", sa.Text),
    sa.column("original_title", sa.Text),
    sa.column("alternative_titles", JSON_TEXT),
    sa.column("description", sa.Text),
    sa.column("is_withdrawn"),
)


def upgrade() -> None:
    is_sqlite = op.get_context().dialect.name == "sqlite"
    words = op.create_table(
        "movie_words",
        _of_movie(),
        sa.Column("names", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        primary_key("movie_words", "movie_key"),
        belongs_to("movie_words", "movie_key", "movies"),
        **STRICT,
    )
    names = op.create_table(
        "movie_names",
        sa.Column("beginning", FOLDED, nullable=False),
        _of_movie(),
        primary_key("movie_names", "beginning", "movie_key"),
        belongs_to("movie_names", "movie_key", "movies"),
        **LINKS,
    )
    catalogue_words = op.create_table(
        "catalogue_words",
        sa.Column("key", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("word", FOLDED, nullable=False),
        primary_key("catalogue_words", "key"),
        unique("catalogue_words", "word"),
        **STRICT,
    )
    deletes = op.create_table(
        "word_deletes",
        sa.Column("remainder", FOLDED, nullable=False),
        sa.Column("word_key", sa.Integer, nullable=False),
        primary_key("word_deletes", "remainder", "word_key"),
        belongs_to("word_deletes", "word_key", "catalogue_words"),
        **LINKS,
    )
    if is_sqlite:
        for statement in SEARCH:
            op.execute(statement)
    all_words = _fill(words, names)
    if is_sqlite:  # it was filled piece by piece, and each word would be looked up in all of these
        op.execute("INSERT INTO movie_search (movie_search) VALUES ('optimize')")
    _insert(catalogue_words, ({"word": word} for word in sorted(all_words)))
    keys = op.get_bind().execute(sa.select(catalogue_words.c.key, catalogue_words.c.word)).all()
    _insert(deletes, _deletes(keys))
    if not is_sqlite:
        op.create_table(
            "movie_vectors",
            _of_movie(),
            sa.Column("words", TSVECTOR, nullable=False),
            primary_key("movie_vectors", "movie_key"),
            belongs_to("movie_vectors", "movie_key", "movies"),
        )
        op.execute("""
            INSERT INTO movie_vectors (movie_key, words)
            SELECT movie_key, array_to_tsvector(array_remove(string_to_array(words, ' '), ''))
            FROM movie_words
        """)
        op.create_index(
            "ix_movie_vectors_words",
            "movie_vectors",
            ["words"],
            postgresql_using="gin",
            postgresql_with={"gin_pending_list_limit": 64},
        )


def downgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        op.execute("DROP TABLE movie_search")
    else:
        op.drop_table("movie_vectors")
    for table in ("word_deletes", "catalogue_words", "movie_names", "movie_words"):
        op.drop_table(table)


def _of_movie() -> sa.Column[int]:
    return sa.Column("movie_key", sa.Integer, nullable=False, autoincrement=False)


def _fill(words: sa.Table, names: sa.Table) -> set[str]:
    """Make searchable what the catalogue has, so many movies at once; return all their words."""
    found = set[str]()
    last = 0
    some = (
        sa.select(*movies.c)
        .where(movies.c.key > sa.bindparam("last"), ~movies.c.is_withdrawn)
        .order_by(movies.c.key)
        .limit(AT_ONCE)
    )
    while rows := op.get_bind().execute(some, {"last": last}).all():
        texts = [(row.key, _searchable(row)) for row in rows]
        _insert(words, ({"movie_key": key, **text.row()} for key, text in texts))
        beginnings = ((key, one) for key, text in texts for one in text.beginnings())
        _insert(names, ({"movie_key": key, "beginning": one} for key, one in beginnings))
        found.update(*(text.words for _, text in texts))
        last = rows[-1].key
    return found


def _searchable(row: sa.Row[*tuple[Any, ...]]) -> Searchable:
    original = [] if row.original_title is None else [row.original_title]
    return Searchable.of([row.title, *original, *row.alternative_titles], row.description)


def _deletes(words: Sequence[sa.Row[*tuple[Any, ...]]]) -> Iterator[Mapping[str, Any]]:
    for key, word in words:
        if len(word) >= FORGIVEN_LENGTH:
            for remainder in deletes_of(word):
                yield {"remainder": remainder, "word_key": key}


def _insert(table: sa.Table, rows: Iterable[Mapping[str, Any]]) -> None:
    rows = iter(rows)
    while some := [*islice(rows, AT_ONCE)]:
        op.get_bind().execute(sa.insert(table), some)
