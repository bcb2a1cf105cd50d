"""The tables that movies are searched in: beside them, for a rating shall write none of this anew.

Their texts are made of the core's words, so that both databases find the same; only what is listed
stands in them, the words of the catalogue excepted, which are never taken away.
"""

from typing import Any, Final

from sqlalchemy import (
    DDL,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Named,
    Table,
    Text,
    TypedColumns,
    column,
    event,
    table,
)
from sqlalchemy.dialects.postgresql import TSVECTOR

from watchlist_sql.catalogue_tables import movies
from watchlist_sql.columns import FOLDED
from watchlist_sql.metadata import LINKS, STRICT, metadata

__all__ = [
    "catalogue_words",
    "movie_names",
    "movie_search",
    "movie_vectors",
    "movie_words",
    "word_deletes",
]


class MovieWordColumns(TypedColumns):
    movie_key: Named[int] = Column(ForeignKey(movies.c.key), primary_key=True, autoincrement=False)
    names: Named[str] = Column(Text)
    """Each bare name once, with a line break before it."""
    words: Named[str] = Column(Text)
    """Each word once, in the order of names and description, with blanks between and around.

    After them, those of bare names once more, each behind a sign that no word has."""


movie_words: Final = Table("movie_words", metadata, MovieWordColumns, **STRICT)

# SQLite looks words up in an FTS5 table that triggers keep. It needs neither the text, which stands
# beside it, nor where in the text a word is. To its simplest tokenizer, all our words are words.
_SEARCH: Final = (
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
for _statement in _SEARCH:
    event.listen(movie_words, "after_create", DDL(_statement).execute_if(dialect="sqlite"))  # type: ignore[no-untyped-call]  # SQLAlchemy left it so

movie_search: Final = table("movie_search", column("rowid", Integer), column("movie_search", Text))


class MovieVectorColumns(TypedColumns):
    movie_key: Named[int] = Column(ForeignKey(movies.c.key), primary_key=True, autoincrement=False)
    words: Named[Any] = Column(TSVECTOR)


movie_vectors: Final = Table(
    "movie_vectors", metadata, MovieVectorColumns, info={"only_on": "postgresql"}
)
Index(
    "ix_movie_vectors_words",
    movie_vectors.c.words,
    postgresql_using="gin",
    # As that of the trigrams of titles: what waits in its list is read by each search.
    postgresql_with={"gin_pending_list_limit": 64},
)


class MovieNameColumns(TypedColumns):
    beginning: Named[str] = Column(FOLDED, primary_key=True)
    """Of a bare name, so much of it as people may type."""
    movie_key: Named[int] = Column(ForeignKey(movies.c.key), primary_key=True)


movie_names: Final = Table("movie_names", metadata, MovieNameColumns, **LINKS)


class CatalogueWordColumns(TypedColumns):
    key: Named[int] = Column(Integer, Identity(), primary_key=True)
    word: Named[str] = Column(FOLDED, unique=True)


catalogue_words: Final = Table("catalogue_words", metadata, CatalogueWordColumns, **STRICT)


class WordDeleteColumns(TypedColumns):
    remainder: Named[str] = Column(FOLDED, primary_key=True)
    """A word, or what is left of it without one of its letters: see `deletes_of`."""
    word_key: Named[int] = Column(ForeignKey(catalogue_words.c.key), primary_key=True)


word_deletes: Final = Table("word_deletes", metadata, WordDeleteColumns, **LINKS)
