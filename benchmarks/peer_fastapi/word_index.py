"""What the database keeps for searches by words, by triggers as such a program has them."""

from collections.abc import Mapping, Sequence
from typing import Final

__all__ = ["WORD_INDEX"]

_ON_SQLITE: Final = (
    """
    CREATE VIRTUAL TABLE movie_words USING fts5 (
        title, original_title, description, content=movies, prefix='1 2 3',
        tokenize='unicode61 remove_diacritics 2'
    )
    """,
    # A title counts ten times as much as the description.
    "INSERT INTO movie_words (movie_words, rank) VALUES ('rank', 'bm25(10.0, 10.0, 1.0)')",
    """
    CREATE TRIGGER movie_words_insert AFTER INSERT ON movies BEGIN
        INSERT INTO movie_words (rowid, title, original_title, description)
        VALUES (new.rowid, new.title, new.original_title, new.description);
    END
    """,
    """
    CREATE TRIGGER movie_words_delete AFTER DELETE ON movies BEGIN
        INSERT INTO movie_words (movie_words, rowid, title, original_title, description)
        VALUES ('delete', old.rowid, old.title, old.original_title, old.description);
    END
    """,
    """
    CREATE TRIGGER movie_words_update AFTER UPDATE OF title, original_title, description ON movies
    BEGIN
        INSERT INTO movie_words (movie_words, rowid, title, original_title, description)
        VALUES ('delete', old.rowid, old.title, old.original_title, old.description);
        INSERT INTO movie_words (rowid, title, original_title, description)
        VALUES (new.rowid, new.title, new.original_title, new.description);
    END
    """,
)
# In a table of their own: on the movies, each rating would write their index anew.
_ON_POSTGRESQL: Final = (
    """
    CREATE TABLE movie_words (
        movie_id uuid PRIMARY KEY REFERENCES movies, document tsvector NOT NULL
    )
    """,
    "CREATE INDEX movie_words_document ON movie_words USING gin (document)",
    """
    CREATE FUNCTION index_movie_words() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO movie_words VALUES (
            new.id,
            setweight(to_tsvector('simple', new.folded_title), 'A')
            || setweight(to_tsvector('simple', coalesce(new.original_title, '')), 'A')
            || to_tsvector('simple', new.description)
        ) ON CONFLICT (movie_id) DO UPDATE SET document = excluded.document;
        RETURN new;
    END $$
    """,
    """
    CREATE TRIGGER movie_words
    AFTER INSERT OR UPDATE OF folded_title, original_title, description ON movies
    FOR EACH ROW EXECUTE FUNCTION index_movie_words()
    """,
)
WORD_INDEX: Final[Mapping[str, Sequence[str]]] = {
    "sqlite": _ON_SQLITE,
    "postgresql": _ON_POSTGRESQL,
}
"""The statements that make it, beside the tables."""
