"""Full-text search, as each database offers it: FTS5 with bm25, tsvector under GIN with ts_rank."""

import re
from typing import Any, Final

from sqlalchemy import (
    DDL,
    ColumnElement,
    Select,
    column,
    event,
    func,
    literal_column,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSVECTOR

from benchmarks.peer_fastapi.database import IS_SQLITE
from benchmarks.peer_fastapi.models import Movie

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
for _statement in _ON_SQLITE:
    event.listen(Movie.__table__, "after_create", DDL(_statement).execute_if(dialect="sqlite"))  # type: ignore[no-untyped-call]  # SQLAlchemy left it so
for _statement in _ON_POSTGRESQL:
    event.listen(Movie.__table__, "after_create", DDL(_statement).execute_if(dialect="postgresql"))  # type: ignore[no-untyped-call]  # SQLAlchemy left it so

_words: Final = (
    table("movie_words", column("rowid"), column("movie_words"), column("rank"))
    if IS_SQLITE
    else table("movie_words", column("movie_id"), column("document", TSVECTOR))
)
_key: Final = _words.c[0]
key_of_movie: Final[Any] = literal_column("movies.rowid") if IS_SQLITE else Movie.id


def _matching(query: str) -> tuple[Select[Any], ColumnElement[Any]]:
    """Select the keys of the movies that match, and tell by what they are sorted."""
    if IS_SQLITE:
        return select(_key).where(_words.c.movie_words.op("MATCH")(query)), _words.c.rank
    asked = func.to_tsquery("simple", query)
    document = _words.c.document
    return select(_key).where(document.op("@@")(asked)), -func.ts_rank(document, asked)


def _of_words(q: str) -> tuple[Select[Any], ColumnElement[Any]]:
    """Match those that have all words of *q*; of the last one the beginning will do."""
    words = re.findall(r"\w+", q)
    if IS_SQLITE:
        return _matching(" AND ".join(f'"{word}"' for word in words) + " *")
    return _matching(" & ".join(words) + ":*")


def best(q: str, offset: int, limit: int) -> Select[Movie]:
    """Select the movies that match best: ranked first, and read then."""
    matching, rank = _of_words(q)
    page = matching.add_columns(rank.label("rank")).order_by("rank")
    ranked = page.limit(limit).offset(offset).subquery()
    return select(Movie).join(ranked, ranked.c[0] == key_of_movie).order_by(ranked.c.rank)


def number_of(q: str, most: int) -> Select[int]:
    """Count the movies that match, as far as *most*."""
    matching, _ = _of_words(q)
    return select(func.count()).select_from(matching.limit(most).subquery())


def titled(q: str, limit: int) -> Select[Movie]:
    """Select the most popular movies with the words of *q* in a row in a title."""
    words = re.findall(r"\w+", q)
    if IS_SQLITE:
        matching, _ = _matching(f'{{title original_title}} : "{" ".join(words)}" *')
    else:
        matching, _ = _matching(" <-> ".join([*(f"{w}:A" for w in words[:-1]), f"{words[-1]}:*A"]))
    return (
        select(Movie)
        .where(key_of_movie.in_(matching))
        .order_by(Movie.rating_count.desc(), Movie.id)
        .limit(limit)
    )
