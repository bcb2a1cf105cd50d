"""Which movies are ranked for a search: all that match, or the likeliest where those are too many.

A few are asked for first, which nearly always are all. Only where there are more, as many are asked
for as are ranked; and where those are not all, those that begin with the text and those that are
rated most often go before them.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from attrs import evolve, frozen

from watchlist_core.catalogue import RANKED, SHORT_LENGTH, Rank, SearchText, rank
from watchlist_sql.catalogue.conditions import parameters_of
from watchlist_sql.catalogue.hits import By, Shape, select_hits, select_number
from watchlist_sql.catalogue.searchable import NAME_LENGTH
from watchlist_sql.catalogue.spellings import END, MOST_BEGINNING, Spellings
from watchlist_sql.catalogue.terms import Alternatives, phrase, tsquery
from watchlist_sql.database import Database

__all__ = ["Candidate", "Candidates", "Found"]

_A_FEW: Final = 100
_LOOKED_AT: Final = 20_000
"""So many are looked at where something is asked of them that no index of words knows."""
_NAMED: Final = 300
_POPULAR: Final = 2_000
"""Where more match than are ranked, so many that begin with the text are looked at, and so many of
those that are rated most often, which takes some milliseconds."""
_QUICK: Final = 8
"""Where the last word may be no more than so many, others can wait for the search."""
_NOTHING: Final[Mapping[str, Sequence[str]]] = {}


@frozen
class Candidate:
    """A movie as far as is needed to rank it."""

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
    """Those that are ranked, and whether more match."""

    movies: Sequence[Candidate] = ()
    more_match: bool = False


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
        if text.is_short:
            asked = _Asked(self._shape(By.NAMES, conditions), self._given(conditions, text))
        else:
            found = await self._by_words(text, conditions)
            if found is None:
                return Found()
            asked = found
        rows, are_all = await self._rows(asked)
        likely = [] if are_all else await self._likeliest(text, conditions)
        # Each once, of how many names of a movie it may have been found.
        movies = {row[0]: Candidate(*row) for row in (*likely, *rows)}
        return Found([*movies.values()][:RANKED], more_match=not are_all)

    async def mistyped(self, text: SearchText, conditions: Mapping[str, Any]) -> Found:
        """Return movies that have the words of the text, or words that those may have meant."""
        alike = await Spellings(self._database).alike(text.words)
        if not alike:
            return Found()
        asked = await self._by_words(text, conditions, alike)
        if asked is None:
            return Found()
        rows = await self._fetch(asked, RANKED + 1)
        are_all = asked.finds_all and len(rows) <= RANKED
        return Found([Candidate(*row) for row in rows[:RANKED]], more_match=not are_all)

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
                last = evolve(last, beginnings=[beginning])
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

    async def _rows(self, asked: _Asked) -> tuple[Sequence[tuple[Any, ...]], bool]:
        """Return those that are found, and whether these are all."""
        are_all = asked.finds_all
        if are_all and asked.looks_closer:
            number = select_number(asked.shape.dialect, asked.shape.by, _LOOKED_AT)
            ((found,),) = await self._database.fetch(number, asked.given, aside=True)
            are_all = found <= _LOOKED_AT
        elif are_all:
            rows = await self._fetch(asked, _A_FEW + 1)
            if len(rows) <= _A_FEW:
                return rows, True
        rows = await self._fetch(evolve(asked, is_quick=False), RANKED + 1)
        return rows, are_all and len(rows) <= RANKED

    async def _likeliest(
        self, text: SearchText, conditions: Mapping[str, Any]
    ) -> Sequence[tuple[Any, ...]]:
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
        statement = select_hits(compared, _NAMED, _NAMED)
        named = await self._database.fetch(statement, given, aside=True)
        statement = select_hits(evolve(compared, by=By.POPULARITY), _POPULAR, _POPULAR)
        popular = await self._database.fetch(statement, given, aside=True)
        return [*named, *sorted(popular, key=lambda row: row[3], reverse=True)]

    async def _fetch(self, asked: _Asked, limit: int) -> Sequence[tuple[Any, ...]]:
        statement = select_hits(asked.shape, _LOOKED_AT if asked.looks_closer else limit, limit)
        # PostgreSQL reads aside by a plan that knows how common the words are.
        aside = not asked.is_quick or asked.looks_closer or asked.shape.dialect == "postgresql"
        return await self._database.fetch(statement, asked.given, aside=aside)
