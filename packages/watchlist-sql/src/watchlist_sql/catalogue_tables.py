"""The tables of the catalogue."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    DDL,
    Column,
    ColumnElement,
    Computed,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Named,
    Table,
    Text,
    TypedColumns,
    UniqueConstraint,
    column,
    event,
    false,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from watchlist_sql.averages import MOST_RATINGS, ExactAverage
from watchlist_sql.columns import FLAG, FOLDED, IDENTIFIER, INSTANT, JSON_TEXT, LARGE_KEY, SMALL
from watchlist_sql.metadata import LINKS, STRICT, check, metadata, whole_identifier

__all__ = [
    "catalogue",
    "external_ids",
    "genres",
    "listed",
    "movie_genres",
    "movie_title_trigrams",
    "movie_titles",
    "movie_years",
    "movies",
]


class MovieColumns(TypedColumns):
    key: Named[int] = Column(Integer, Identity(), primary_key=True)
    id: Named[UUID] = Column(IDENTIFIER, unique=True)
    title: Named[str] = Column(Text)
    folded_title: Named[str] = Column(FOLDED)
    original_title: Named[str | None] = Column(Text)
    alternative_titles: Named[Any] = Column(JSON_TEXT, server_default=text("'[]'"))
    year: Named[int | None] = Column(SMALL)
    runtime: Named[int | None] = Column(Integer)
    media_type: Named[str] = Column(Text)
    description: Named[str] = Column(Text)
    genre_keys: Named[Any] = Column(JSON_TEXT)
    """In order, written together with the links: each reader knows the names of the few genres."""
    rating_count: Named[int] = Column(Integer, server_default=text("0"))
    rating_halves: Named[int] = Column(Integer, server_default=text("0"))
    exact_average: Named[int | None] = Column(
        LARGE_KEY, Computed(ExactAverage(), persisted=True), nullable=True
    )
    revision: Named[int] = Column(Integer)
    created_at: Named[datetime] = Column(INSTANT)
    is_withdrawn: Named[bool] = Column(FLAG, server_default=false())


movies: Final = Table(
    "movies",
    metadata,
    MovieColumns,
    whole_identifier(),
    check("title", "length(title) BETWEEN 1 AND 300 AND title = trim(title)"),
    check(
        "original_title",
        "length(original_title) BETWEEN 1 AND 300 AND original_title = trim(original_title)",
    ),
    check(
        "alternative_titles",
        "json_valid(alternative_titles) AND json_type(alternative_titles) = 'array'",
        only_on="sqlite",
    ),
    check("alternative_titles", "json_typeof(alternative_titles) = 'array'", only_on="postgresql"),
    check("year", "year BETWEEN 1870 AND 2100"),
    check("runtime", "runtime BETWEEN 1 AND 60000"),
    check("media_type", "media_type IN ('movie', 'series')"),
    check("description", "length(description) <= 10000"),
    check(
        "genre_keys",
        "json_valid(genre_keys) AND json_type(genre_keys) = 'array'",
        only_on="sqlite",
    ),
    check("genre_keys", "json_typeof(genre_keys) = 'array'", only_on="postgresql"),
    check("rating_count", f"rating_count BETWEEN 0 AND {MOST_RATINGS}"),
    check("rating_halves", "rating_halves BETWEEN 2 * rating_count AND 10 * rating_count"),
    check("revision", "revision >= 1"),
    check("is_withdrawn", "is_withdrawn IN (0, 1)", only_on="sqlite"),
    **STRICT,
)

listed: Final = ~movies.c.is_withdrawn
"""Whether a movie is one of the catalogue's, as each of its lists asks."""


def _list_of_movies(name: str, *columns: ColumnElement[Any], only_on: str | None = None) -> None:
    index = Index(
        f"ix_movies_{name}",
        *columns,
        sqlite_where=text("is_withdrawn = 0"),
        postgresql_where=text("NOT is_withdrawn"),
    )
    if only_on:
        index.ddl_if(dialect=only_on)


# Each order of the list in both directions, the id ascending in either. Only years and averages may
# be missing: SQLite takes NULL for the smallest value, PostgreSQL sorts it as the index says.
for _name, _column in (
    ("title", movies.c.folded_title),
    ("year", movies.c.year),
    ("average_rating", movies.c.exact_average),
    ("rating_count", movies.c.rating_count),
    ("created_at", movies.c.created_at),
):
    _list_of_movies(f"{_name}_up", _column, movies.c.id)
    if _column.nullable:
        _list_of_movies(f"{_name}_down", _column.desc(), movies.c.id, only_on="sqlite")
        _last = _column.desc().nulls_last()
        _list_of_movies(f"{_name}_down", _last, movies.c.id, only_on="postgresql")
    else:
        _list_of_movies(f"{_name}_down", _column.desc(), movies.c.id)
# One year, or one kind, is listed by title, as all of them are; of a year, also what most rate.
_list_of_movies("of_year", movies.c.year, movies.c.folded_title, movies.c.id)
_list_of_movies("of_media_type", movies.c.media_type, movies.c.folded_title, movies.c.id)
_list_of_movies("popular_of_year", movies.c.year, movies.c.rating_count.desc(), movies.c.id)

# SQLite finds parts of titles in an FTS5 table that its triggers keep; it holds no text itself,
# and knows only what is listed.
_TITLE_SEARCH: Final = (
    """
    CREATE VIRTUAL TABLE movie_titles USING fts5(
        folded_title,
        content = 'movies', content_rowid = 'key', tokenize = 'trigram case_sensitive 1'
    )
    """,
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
for _statement in _TITLE_SEARCH:
    event.listen(movies, "after_create", DDL(_statement).execute_if(dialect="sqlite"))  # type: ignore[no-untyped-call]  # SQLAlchemy left it so

movie_titles: Final = table("movie_titles", column("rowid", Integer), column("movie_titles", Text))


class MovieTitleTrigramColumns(TypedColumns):
    movie_key: Named[int] = Column(ForeignKey(movies.c.key), primary_key=True, autoincrement=False)
    trigrams: Named[list[str]] = Column(ARRAY(Text))


# PostgreSQL finds them by three letters each. Beside the movies and not on them: a rating would
# write all these entries anew with each new version of its movie's row.
movie_title_trigrams: Final = Table(
    "movie_title_trigrams", metadata, MovieTitleTrigramColumns, info={"only_on": "postgresql"}
)
Index(
    "ix_movie_title_trigrams_trigrams",
    movie_title_trigrams.c.trigrams,
    postgresql_using="gin",
    # New entries wait in a list, which each search reads from end to end: it must stay short.
    postgresql_with={"gin_pending_list_limit": 64},
)


class GenreColumns(TypedColumns):
    key: Named[int] = Column(Integer, Identity(), primary_key=True)
    id: Named[UUID] = Column(IDENTIFIER, unique=True)
    name: Named[str] = Column(Text)
    folded_name: Named[str] = Column(FOLDED, unique=True)
    revision: Named[int] = Column(Integer, server_default=text("1"))
    movie_count: Named[int] = Column(Integer, server_default=text("0"))
    """Without those that were withdrawn."""


genres: Final = Table(
    "genres",
    metadata,
    GenreColumns,
    whole_identifier(),
    check("name", "length(name) <= 60 AND trim(name) <> ''"),
    check("revision", "revision >= 1"),
    check("movie_count", "movie_count >= 0"),
    **STRICT,
)


class MovieGenreColumns(TypedColumns):
    movie_key: Named[int] = Column(ForeignKey(movies.c.key), primary_key=True)
    position: Named[int] = Column(SMALL, primary_key=True)
    genre_key: Named[int] = Column(ForeignKey(genres.c.key))
    year: Named[int | None] = Column(SMALL)
    listed_title: Named[str | None] = Column(FOLDED)
    """The movie's folded title, by which it stands in the list of the genre; NULL in none."""


movie_genres: Final = Table(
    "movie_genres",
    metadata,
    MovieGenreColumns,
    UniqueConstraint("genre_key", "movie_key"),
    check("position", "position >= 0"),
    **LINKS,
)
Index("ix_movie_genres_title", movie_genres.c.genre_key, movie_genres.c.listed_title)
Index(
    "ix_movie_genres_of_year",
    movie_genres.c.genre_key,
    movie_genres.c.year,
    movie_genres.c.listed_title,
)


class MovieYearColumns(TypedColumns):
    year: Named[int] = Column(SMALL, primary_key=True, autoincrement=False)
    movie_count: Named[int] = Column(Integer)


movie_years: Final = Table(
    "movie_years",
    metadata,
    MovieYearColumns,
    check("movie_count", "movie_count >= 0"),
    **LINKS,
)


class ExternalIdColumns(TypedColumns):
    provider: Named[str] = Column(Text, primary_key=True)
    kind: Named[str] = Column(Text, primary_key=True)
    value: Named[str] = Column(Text, primary_key=True)
    movie_key: Named[int] = Column(ForeignKey(movies.c.key), index=True)
    title: Named[str | None] = Column(Text)


external_ids: Final = Table(
    "external_ids",
    metadata,
    ExternalIdColumns,
    check("provider", "length(provider) <= 40 AND trim(provider) <> ''"),
    check("kind", "kind IN ('movie', 'series')"),
    check("value", "length(value) <= 100 AND trim(value) <> ''"),
    check("title", "length(title) <= 2000 AND trim(title) <> ''"),
    **LINKS,
)


class CatalogueColumns(TypedColumns):
    key: Named[int] = Column(SMALL, primary_key=True, autoincrement=False)
    version: Named[int] = Column(LARGE_KEY)
    """Raised by each work that changes what the catalogue says."""
    movie_count: Named[int] = Column(Integer)


catalogue: Final = Table(
    "catalogue",
    metadata,
    CatalogueColumns,
    check("only_row", "key = 1"),
    check("version", "version >= 0"),
    check("movie_count", "movie_count >= 0"),
    **STRICT,
)
