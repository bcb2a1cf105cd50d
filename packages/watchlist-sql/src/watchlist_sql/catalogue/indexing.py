"""What movies are searched by, put down by the same work that adds, changes or withdraws them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ARRAY, Insert, Text, bindparam, delete, exists, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from watchlist_core.catalogue import FORGIVEN_LENGTH, Movie, deletes_of
from watchlist_core.ids import MovieId
from watchlist_sql.arrays import given_texts
from watchlist_sql.catalogue.searchable import Searchable
from watchlist_sql.keys import key_of
from watchlist_sql.tables import (
    catalogue_words,
    movie_names,
    movie_vectors,
    movie_words,
    movies,
    word_deletes,
)

__all__ = [
    "forget_searchable",
    "index_searchable",
    "is_found_otherwise",
]

_MOVIE: Final = key_of(movies, "movie")
_ADD_WORDS: Final = insert(movie_words).values(movie_key=_MOVIE)
_ADD_NAME: Final = insert(movie_names).values(movie_key=_MOVIE)
_ADD_VECTOR: Final = insert(movie_vectors).values(
    movie_key=_MOVIE, words=func.array_to_tsvector(bindparam("lexemes", type_=ARRAY(Text)))
)
_FORGET: Final[Mapping[str, Any]] = {
    name: delete(table).where(table.c.movie_key == _MOVIE)
    for name, table in (("words", movie_words), ("vector", movie_vectors))
}
_FORGET_NAME: Final = delete(movie_names).where(
    movie_names.c.beginning == bindparam("beginning"), movie_names.c.movie_key == _MOVIE
)


def _add_new_words(dialect: str) -> Any:
    word = given_texts(dialect, "words").c.value
    is_known = exists().where(catalogue_words.c.word == word)
    new = select(word).where(~is_known)
    return (
        insert(catalogue_words)
        .from_select(["word"], new)
        .returning(catalogue_words.c.key, catalogue_words.c.word)
    )


_ADD_NEW_WORDS: Final = {dialect: _add_new_words(dialect) for dialect in ("sqlite", "postgresql")}
_ADD_DELETE: Final[Insert] = insert(word_deletes)


def _searchable(movie: Movie) -> Searchable:
    return Searchable.of(movie.names, movie.description)


def is_found_otherwise(movie: Movie, before: Movie) -> bool:
    """Tell whether other searches find the movie than did before."""
    return (movie.names, movie.description, movie.is_withdrawn) != (
        before.names,
        before.description,
        before.is_withdrawn,
    )


async def index_searchable(connection: AsyncConnection, added: Sequence[Movie]) -> None:
    """Let searches find movies, those excepted that are withdrawn.

    The work holds the catalogue: of two that add the same word, each would add it.
    """
    texts = [(movie.id, _searchable(movie)) for movie in added if not movie.is_withdrawn]
    if not texts:
        return
    words = [{"movie": movie, **text.row()} for movie, text in texts]
    await connection.execute(_ADD_WORDS, words)
    if connection.dialect.name == "postgresql":
        vectors = [{"movie": movie, "lexemes": text.terms()} for movie, text in texts]
        await connection.execute(_ADD_VECTOR, vectors)
    if names := [row for movie, text in texts for row in _rows_of_names(movie, text)]:
        await connection.execute(_ADD_NAME, names)
    await _add_words(connection, {word for _, text in texts for word in text.words})


def _rows_of_names(movie: MovieId, text: Searchable) -> Iterable[dict[str, Any]]:
    return ({"movie": movie, "beginning": beginning} for beginning in text.beginnings())


async def forget_searchable(connection: AsyncConnection, movie: Movie) -> None:
    """Let no search find a movie that was listed until now; its words stay in the catalogue."""
    if names := [*_rows_of_names(movie.id, _searchable(movie))]:
        await connection.execute(_FORGET_NAME, names)
    await connection.execute(_FORGET["words"], {"movie": movie.id})
    if connection.dialect.name == "postgresql":
        await connection.execute(_FORGET["vector"], {"movie": movie.id})


async def _add_words(connection: AsyncConnection, words: Iterable[str]) -> None:
    """Add those that the catalogue does not have, and by what mistyped ones are found."""
    statement = _ADD_NEW_WORDS[connection.dialect.name]
    new = (await connection.execute(statement, {"words": sorted(words)})).all()
    deletes = [
        {"remainder": remainder, "word_key": key}
        for key, word in new
        if len(word) >= FORGIVEN_LENGTH
        for remainder in deletes_of(word)
    ]
    if deletes:
        await connection.execute(_ADD_DELETE, deletes)
