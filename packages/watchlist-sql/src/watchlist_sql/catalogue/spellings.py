"""Words of the catalogue that a word of a search may stand for."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Final

from attrs import frozen
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Select,
    Text,
    any_,
    bindparam,
    literal_column,
    select,
    union,
)

from watchlist_core.catalogue import FORGIVEN_LENGTH, deletes_of, is_one_edit_away
from watchlist_sql.arrays import given_texts
from watchlist_sql.database import Database
from watchlist_sql.tables import catalogue_words, word_deletes

__all__ = ["END", "MOST_BEGINNING", "Spellings"]

END: Final = "\U0010ffff"
"""Is sorted after every letter: a text followed by it comes after all that begin so."""
MOST_BEGINNING: Final = 64
_MOST_ALIKE: Final = 1_000

_WORD: Final = catalogue_words.c.word
_BEGINNING: Final = (
    select(_WORD)
    .where(
        bindparam("beginning", type_=_WORD.type) <= _WORD,
        bindparam("end", type_=_WORD.type) > _WORD,
    )
    .order_by(_WORD)
    .limit(literal_column(str(MOST_BEGINNING + 1), Integer))
)


@cache
def _select_alike(dialect: str) -> Select[str]:
    def is_given(column: ColumnElement[str]) -> ColumnElement[bool]:
        if dialect == "sqlite":
            return column.in_(select(given_texts(dialect, "remainders").c.value))
        return column == any_(bindparam("remainders", type_=ARRAY(Text)))

    shorter = select(_WORD).where(is_given(_WORD))
    others = (
        select(_WORD)
        .join(word_deletes, word_deletes.c.word_key == catalogue_words.c.key)
        .where(is_given(word_deletes.c.remainder))
    )
    alike = union(shorter, others).subquery("alike")
    return select(alike.c.word).limit(literal_column(str(_MOST_ALIKE), Integer))


@frozen
class Spellings:
    _database: Database

    async def beginning_with(self, beginning: str) -> Sequence[str]:
        """Return the words that begin so, one more than `MOST_BEGINNING` where there are more."""
        parameters = {"beginning": beginning, "end": beginning + END}
        return [word for (word,) in await self._database.fetch(_BEGINNING, parameters)]

    async def alike(self, words: Iterable[str]) -> Mapping[str, Sequence[str]]:
        """Return, of each word in which a mistake is forgiven, those that it may be."""
        mistakable = [word for word in words if len(word) >= FORGIVEN_LENGTH]
        if not mistakable:
            return {}
        remainders = frozenset[str]().union(*map(deletes_of, mistakable))
        found = await self._database.fetch(
            _select_alike(self._database.dialect), {"remainders": sorted(remainders)}
        )
        alike = {
            word: [other for (other,) in found if is_one_edit_away(word, other)]
            for word in mistakable
        }
        return {word: others for word, others in alike.items() if others}
