"""Which movies are ranked for a search: all that match, or the likeliest where those are too many.

A few are asked for first, which nearly always are all. Only where there are more, they are counted;
and where more match than are ranked, those that begin with the text, and those that are rated most
often, go before all others.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import islice, product
from typing import Any, Final, NamedTuple

from attrs import evolve, frozen

from watchlist_core.catalogue import RANKED, SHORT_LENGTH, Rank, SearchText, rank
from watchlist_sql.catalogue.conditions import parameters_of
from watchlist_sql.catalogue.hits import By, Shape, select_hits, select_likeliest, select_number
from watchlist_sql.catalogue.searchable import NAME_LENGTH
from watchlist_sql.catalogue.spellings import END, MOST_BEGINNING, Spellings
from watchlist_sql.catalogue.terms import Alternatives, phrase, tsquery
from watchlist_sql.database import Database

__all__ = ["Candidate", "Candidates", "Found"]

_A_FEW: Final = 100
_LOOKED_AT: Final = 5_000
"""So many are looked at where something is asked of them that no index of words knows."""
_LIKELY: Final = 150
_POPULAR: Final = 1_000
"""Where more match than are ranked: so many that begin with the text, and so many that match of
those which are rated most often."""
_SPELLINGS: Final = 4
"""So many ways to spell a mistyped text are followed, where more match than are ranked."""
_QUICK: Final = 8
"""Where the last word may be no more than so many, others can wait for the search."""
_NOTHING: Final[Mapping[str, Sequence[str]]] = {}


class Candidate(NamedTuple):
    """A movie as far as is needed to rank it: a row of `select_hits`."""

    key: int
    id: str
    names: str
    rating_count: int
    year: int | None
    title: str
    words: str

    @property
    def bare_names(self) -> Sequence[str]:
        return self.names[1:].split("\n")

    def rank(self, text: SearchText, forgiven: int = 0) -> Rank:
        return rank(
            text,
            self.bare_names,
            rating_count=self.rating_count,
            year=self.year,
            title=self.title,
            id_=self.id,
            forgiven=forgiven,
        )


@frozen
class Found:
    """Those that are ranked first, and whether more match."""

    movies: Sequence[Candidate] = ()
    more_match: bool = False
    others: Sequence[Candidate] | None = ()
    """Some of those that match besides; None where they were not read: there are enough of them."""
    spellings: Collection[str] = ()
    """What mistyped words may have meant."""


@frozen
class _Asked:
    """What the database is asked for."""

    shape: Shape
    given: Mapping[str, Any]
    finds_all: bool = True
    is_quick: bool = True

    @property
    def looks_closer(self) -> bool:
        """Tell whether something is asked of those that are found."""
        return bool(self.shape.conditions or self.shape.parts)


@frozen
class Candidates:
    _database: Database

    async def matching(self, text: SearchText, conditions: Mapping[str, Any]) -> Found:
        """Return the movies that match, and meet the conditions."""
        asked = await self._asked(text, conditions)
        if asked is None:
            return Found()
        found, are_all = await self._read(asked)
        if found is not None and are_all:
            return Found(found)
        return Found(await self._likeliest(text, conditions), more_match=True, others=found)

    async def others(self, text: SearchText, conditions: Mapping[str, Any]) -> Sequence[Candidate]:
        """Return what was not read for `Found.others`."""
        asked = await self._asked(text, conditions)
        return await self._fetch(asked, RANKED, aside=True) if asked else []

    async def mistyped(self, text: SearchText, conditions: Mapping[str, Any]) -> Found:
        """Return movies that have the words of the text, or words that those may have meant."""
        alike = await Spellings(self._database).alike(text.words)
        if not alike:
            return Found()
        asked = await self._by_words(text, conditions, alike)
        if asked is None:
            return Found()
        meant = frozenset(word for others in alike.values() for word in others)
        found, are_all = await self._read(asked)
        if found is not None and are_all:
            return Found(found, spellings=meant)
        spelled = islice(product(*([*alike.get(w, ()), w] for w in text.words)), _SPELLINGS)
        likely = [
            movie
            for words in spelled
            for movie in await self._likeliest(SearchText(words), conditions)
        ]
        if found is None:
            found = await self._fetch(asked, _A_FEW)
        movies = [*dict.fromkeys((*likely, *found))]
        return Found(movies, more_match=True, spellings=meant)

    async def _read(self, asked: _Asked) -> tuple[Sequence[Candidate] | None, bool]:
        """Return what is found, nothing where it is more than is ranked, and whether it is all."""
        finds_all = asked.finds_all
        if asked.looks_closer:
            finds_all = finds_all and await self._number(asked, _LOOKED_AT) <= _LOOKED_AT
            if not finds_all and not asked.shape.conditions:
                return None, False
            found = await self._fetch(asked, RANKED + 1, aside=True)
            return found, finds_all and len(found) <= RANKED
        if finds_all and len(few := await self._fetch(asked, _A_FEW + 1)) <= _A_FEW:
            return few, True
        if await self._number(asked, RANKED) > RANKED:
            return None, False
        return await self._fetch(asked, RANKED, aside=True), finds_all

    async def _asked(self, text: SearchText, conditions: Mapping[str, Any]) -> _Asked | None:
        if text.is_short:
            return _Asked(self._shape(By.NAMES, conditions), self._given(conditions, text))
        return await self._by_words(text, conditions)

    def _shape(self, by: By, conditions: Iterable[str]) -> Shape:
        return Shape(self._database.dialect, by, tuple(conditions))

    def _given(self, conditions: Mapping[str, Any], text: SearchText) -> dict[str, Any]:
        """Return the values that `By.NAMES` and the conditions are given."""
        beginning = text.bare[:NAME_LENGTH]
        return {
            **self._values(conditions),
            "beginning": beginning,
            "end": beginning + END,
        }

    def _values(self, conditions: Mapping[str, Any]) -> Mapping[str, Any]:
        return parameters_of(self._database.dialect, conditions)

    async def _by_words(
        self,
        text: SearchText,
        conditions: Mapping[str, Any],
        alike: Mapping[str, Sequence[str]] = _NOTHING,
    ) -> _Asked | None:
        """Return how movies are found that have all words; None where no word can be the last."""
        shape = self._shape(By.WORDS, conditions)
        *terms, last = (Alternatives([word, *alike.get(word, ())]) for word in text.words)
        beginning = text.words[-1]
        if shape.dialect == "postgresql":
            if text.is_prefix:
                last = Alternatives(alike.get(beginning, ()), [beginning])
            return _Asked(shape, {**self._values(conditions), "terms": tsquery([*terms, last])})
        if text.is_prefix and terms and len(beginning) <= SHORT_LENGTH:
            # Too many words begin so: what is found by the others is compared.
            given = {**self._values(conditions), "terms": phrase(terms), "part_0": f" {beginning}"}
            return _Asked(evolve(shape, parts=1), given)
        possible, finds_all = last.words, True
        if text.is_prefix:
            spelled = await Spellings(self._database).beginning_with(beginning)
            finds_all = len(spelled) <= MOST_BEGINNING
            possible = dict.fromkeys([*spelled[:MOST_BEGINNING], *alike.get(beginning, ())])
            if not possible:
                return None
        given = {**self._values(conditions), "terms": phrase([*terms, Alternatives(possible)])}
        return _Asked(shape, given, finds_all=finds_all, is_quick=len(possible) <= _QUICK)

    async def _likeliest(
        self, text: SearchText, conditions: Mapping[str, Any]
    ) -> Sequence[Candidate]:
        """Return those of which a name begins with the text, and the most popular ones."""
        given = self._given(conditions, text)
        if text.is_short:
            given["line"] = f"\n{text.bare}"
        else:
            end = "" if text.is_prefix else " "
            *others, last = text.words
            parts = [*(f" {word} " for word in others), f" {last}{end}"]
            given |= {f"part_{number}": part for number, part in enumerate(parts)}
        compared = evolve(
            self._shape(By.NAMES, conditions),
            parts=0 if text.is_short else len(text.words),
            is_named=text.is_short,
        )
        statement = select_likeliest(compared, _POPULAR, _LIKELY)
        return _each_once(await self._database.fetch(statement, given, aside=True))

    async def _number(self, asked: _Asked, most: int) -> int:
        """Count what is found, and stop where it is more than *most*."""
        statement = select_number(asked.shape.dialect, asked.shape.by, most)
        rows = await self._database.fetch(statement, asked.given, aside=self._waits(asked))
        return rows[0][0]

    async def _fetch(
        self, asked: _Asked, limit: int, *, aside: bool = False
    ) -> Sequence[Candidate]:
        statement = select_hits(asked.shape, _LOOKED_AT if asked.looks_closer else limit, limit)
        aside = aside or self._waits(asked)
        return _each_once(await self._database.fetch(statement, asked.given, aside=aside))

    def _waits(self, asked: _Asked) -> bool:
        # PostgreSQL reads aside by a plan that knows how common the words are.
        is_quick = asked.is_quick and not asked.looks_closer
        return not is_quick or asked.shape.dialect == "postgresql"


def _each_once(rows: Iterable[tuple[Any, ...]]) -> Sequence[Candidate]:
    """Return the movies of the rows, each once of how many of its names it was found."""
    return [*{row[0]: Candidate._make(row) for row in rows}.values()]
