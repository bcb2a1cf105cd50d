"""Which movies are ranked for a search: all that match, or the likeliest where those are too many.

A few are asked for first, which nearly always are all. Where there are more, those are read of
which a name may have all words, for they come first, and of the others as many popular ones as a
page needs. Where more match than are ranked, and names do not fill the page, those that begin with
the text, and those that are rated most often, go before all others.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import islice, product
from typing import Any, Final, TypeAlias

from attrs import evolve, frozen

from watchlist_core.catalogue import (
    FEW,
    RANKED,
    SUGGESTIONS,
    Rank,
    SearchText,
    in_a_row,
    is_in_one_name,
    rank,
)
from watchlist_sql.catalogue.asking import Asked, Asking
from watchlist_sql.catalogue.hits import (
    select_few,
    select_hits,
    select_likeliest,
    select_number,
    select_others,
)
from watchlist_sql.catalogue.known import Known
from watchlist_sql.catalogue.spellings import Spellings
from watchlist_sql.database import Database

__all__ = ["Candidate", "Candidates", "Found", "Hit", "Mistyped", "rank_of"]

_A_FEW: Final = 100
_LOOKED_AT: Final = 5_000
"""So many are looked at where something is asked of them that no index of words knows."""
_LIKELY: Final = 150
_POPULAR: Final = 1_000
"""Where more match than are ranked: so many that begin with the text, and so many that match of
those which are rated most often."""
_SPELLINGS: Final = 4
"""So many ways to spell a mistyped text are followed, where more match than are ranked."""
_PLANNED: Final = 15_000
"""Of more movies than these, PostgreSQL plans each search anew."""
_LONG: Final = 300
"""Where no more are read, it is not long: others can wait for it."""

Candidate: TypeAlias = tuple[Any, ...]
"""A movie, as far as is needed to rank and to show it, as the statements read it: key, id, names
that count, rating count, year, folded title, title, media type, keys of genres, halves of ratings
and the version of the catalogue; where mistakes are forgiven, also all words."""
Hit: TypeAlias = tuple[Rank, Candidate]


def rank_of(text: SearchText, movie: Candidate, forgiven: int = 0) -> Rank:
    return rank(
        text,
        movie[2][1:],
        rating_count=movie[3],
        year=movie[4],
        title=movie[5],
        id_=movie[1],
        forgiven=forgiven,
    )


def _ranked(text: SearchText, movies: Iterable[Candidate]) -> list[Hit]:
    return [(rank_of(text, movie), movie) for movie in movies]


@frozen
class Found:
    """Those that are ranked first, and whether more match."""

    hits: Sequence[Hit] = ()
    number: int | None = None
    """How many match, where only those were read that come first."""
    more_match: bool = False
    """Whether more match than are ranked."""
    others: Sequence[Candidate] | None = ()
    """Some of those that match besides; None where they were not read."""


@frozen
class Mistyped:
    movies: Sequence[Candidate] = ()
    others: Sequence[Candidate] = ()
    """Those that come after these, each with one word forgiven and in no name."""
    number: int | None = None
    """As in `Found`."""
    more_match: bool = False
    spellings: Collection[str] = ()
    """What mistyped words may have meant."""


@frozen
class Candidates:
    _database: Database
    _known: Known

    async def matching(self, text: SearchText, conditions: Mapping[str, Any], wanted: int) -> Found:
        """Return the movies that match, and meet the conditions; at least as many as are *wanted*.

        Where more match than are ranked, these may be fewer.
        """
        asked = await self._asking.matching(text, conditions)
        if asked is None:
            return Found()
        number = None
        if asked.finds_all and not asked.looks_closer:
            few, number = await self._few(asked)
            if number <= _A_FEW:
                return Found(_ranked(text, few))
        if len(text.words) == 1 and not (text.is_short or asked.looks_closer):
            # Names that begin with it come before all others that match.
            named = await self._at_most(self._asking.named(text, conditions), _LIKELY)
            if len(named) >= wanted:
                more_match = number is None or number > RANKED
                number = number or await self._number(asked, RANKED)
                others = None if more_match else ()
                return Found(_ranked(text, named), number, more_match=more_match, others=others)
        if number is not None and asked.terms_in_names:
            return await self._by_names(text, conditions, asked, wanted, number)
        movies, are_all = await self._read(asked)
        if movies is not None and are_all:
            return Found(_ranked(text, movies))
        hits = _ranked(text, await self._likeliest(text, conditions))
        return Found(hits, more_match=True, others=movies)

    async def _few(self, asked: Asked) -> tuple[Sequence[Candidate], int]:
        """Return what is found, nothing where it is more than a few, and how many it is."""
        few = await self._at_most(asked, _A_FEW)
        return few, len(few) or await self._number(asked, RANKED)

    async def _at_most(self, asked: Asked, most: int) -> Sequence[Candidate]:
        """Return what is found, nothing where it is more than *most*."""
        statement, waits = select_few(asked.shape, most), self._waits(asked)
        return _each_once(await self._database.fetch(statement, asked.given, aside=waits))

    async def _by_names(
        self,
        text: SearchText,
        conditions: Mapping[str, Any],
        asked: Asked,
        wanted: int,
        number: int,
    ) -> Found:
        # So many that a page is full, where some of those that match are never ranked.
        named = await self._all(asked.in_names(), RANKED if number <= RANKED else _LONG)
        if named is None:
            hits = _ranked(text, await self._likeliest(text, conditions))
            return Found(hits, more_match=True, others=None)
        hits = _ranked(text, named)
        missing = wanted - sum(is_in_one_name(place) for place, _ in hits)
        if number <= RANKED:
            if missing > 0:
                others = await self._others(asked.outside_names(), missing, aside=number > _LONG)
                hits += _ranked(text, others)
            return Found(hits, number=number)
        if missing > 0:
            known = {movie[0] for movie in named}
            likeliest = await self._likeliest(text, conditions)
            hits += _ranked(text, (movie for movie in likeliest if movie[0] not in known))
        return Found(hits, more_match=True, others=None)

    async def others(self, text: SearchText, conditions: Mapping[str, Any]) -> Sequence[Candidate]:
        """Return what was not read for `Found.others`."""
        asked = await self._asking.matching(text, conditions)
        return await self._fetch(asked, RANKED, aside=True) if asked else []

    async def suggested(self, text: SearchText) -> Sequence[Hit]:
        """Return movies that match and have a name in a row, among them the best."""
        if len(text.bare_words) == 1:
            # Names that begin with it come first.
            named = await self._fetch(_with_words(self._asking.named(text, {})), _LIKELY + 1)
            hits = _in_a_row(text, (movie for movie in named if _has_article(text, movie[-1])))
            if len(named) <= _LIKELY and (text.is_short or len(hits) >= SUGGESTIONS):
                return hits
        asked = await self._asking.matching(text, {})
        if asked is None:
            return []
        if asked.finds_all and asked.terms_in_names:
            movies = await self._all(asked.in_names(), _LONG)
            if movies is None and await self._number(asked, RANKED) <= RANKED:
                movies = await self._all(asked.in_names(), RANKED)
            if movies is None:
                movies = await self._likeliest(text, {})
            return _in_a_row(text, movies)
        found = await self.matching(text, {}, RANKED)
        return _in_a_row(text, [movie for _, movie in found.hits])

    async def _all(self, asked: Asked, most: int) -> Sequence[Candidate] | None:
        """Return what is found, nothing where it is more than *most*."""
        if asked.looks_closer:
            if await self._number(asked, _LOOKED_AT) > _LOOKED_AT:
                return None
            found = await self._fetch(asked, most + 1)
            return found if len(found) <= most else None
        few, number = await self._few(asked)
        if number <= _A_FEW:
            return few
        return None if number > most else await self._fetch(asked, most, aside=number > _LONG)

    async def mistyped(
        self, text: SearchText, conditions: Mapping[str, Any], wanted: int
    ) -> Mistyped:
        """Return movies that have the words of the text, or words that those may have meant.

        They are at least as many as are *wanted*, unless more match than are ranked.
        """
        alike = await Spellings(self._database).alike(text.words)
        if not alike:
            return Mistyped()
        asked = await self._asking.by_words(text, conditions, alike)
        if asked is None:
            return Mistyped()
        asked = _with_words(asked)
        meant = frozenset(word for others in alike.values() for word in others)
        if asked.finds_all and not asked.looks_closer:
            few, number = await self._few(asked)
            if number <= _A_FEW:
                return Mistyped(few, spellings=meant)
            # Where one word is forgiven at most, any hit by a name comes before all others.
            if asked.terms_in_names and len(alike) == 1 and number <= RANKED:
                named = await self._all(asked.in_names(), RANKED) or ()
                aside = number > _LONG
                others = await self._others(asked.outside_names(), wanted + FEW, aside=aside)
                return Mistyped(named, others, number, spellings=meant)
        found, are_all = await self._read(asked)
        if found is not None and are_all:
            return Mistyped(found, spellings=meant)
        spelled = islice(product(*([*alike.get(w, ()), w] for w in text.words)), _SPELLINGS)
        likely = [
            movie
            for words in spelled
            for movie in await self._likeliest(SearchText(words), conditions, with_words=True)
        ]
        if found is None:
            found = await self._fetch(asked, _A_FEW)
        movies = _each_once([*likely, *found])
        return Mistyped(movies, more_match=True, spellings=meant)

    async def _read(self, asked: Asked) -> tuple[Sequence[Candidate] | None, bool]:
        """Return what is found, nothing where it is more than is ranked, and whether it is all."""
        finds_all = asked.finds_all
        if asked.looks_closer:
            finds_all = finds_all and await self._number(asked, _LOOKED_AT) <= _LOOKED_AT
            if not finds_all and not asked.shape.conditions:
                return None, False
            found = await self._fetch(asked, RANKED + 1, aside=True)
            return found, finds_all and len(found) <= RANKED
        if await self._number(asked, RANKED) > RANKED:
            return None, False
        return await self._fetch(asked, RANKED, aside=True), finds_all

    @property
    def _asking(self) -> Asking:
        return Asking(self._database)

    async def _likeliest(
        self, text: SearchText, conditions: Mapping[str, Any], *, with_words: bool = False
    ) -> Sequence[Candidate]:
        """Return those of which a name begins with the text, and the most popular ones."""
        asked = self._asking.likeliest(text, conditions)
        if with_words:
            asked = _with_words(asked)
        statement = select_likeliest(asked.shape, _POPULAR, _LIKELY)
        return _each_once(await self._database.fetch(statement, asked.given, aside=True))

    async def _number(self, asked: Asked, most: int) -> int:
        """Count what is found, and stop where it is more than *most*."""
        statement = select_number(asked.shape.dialect, asked.shape.by, most)
        rows = await self._database.fetch(statement, asked.given, aside=self._waits(asked))
        return rows[0][0]

    async def _fetch(self, asked: Asked, limit: int, *, aside: bool = False) -> Sequence[Candidate]:
        statement = select_hits(asked.shape, _LOOKED_AT if asked.looks_closer else limit, limit)
        aside = aside or self._waits(asked)
        return _each_once(await self._database.fetch(statement, asked.given, aside=aside))

    async def _others(self, asked: Asked, most: int, *, aside: bool) -> Sequence[Candidate]:
        statement = select_others(asked.shape.dialect, RANKED)
        aside = aside or self._waits(asked)
        given = {**asked.given, "most": most}
        return await self._database.fetch(statement, given, aside=aside)

    def _waits(self, asked: Asked) -> bool:
        is_quick = asked.finds_all and not asked.looks_closer
        # Aside, it knows how common the words are; of fewer, making the plan takes longer than a
        # worse one does.
        is_planned = asked.shape.dialect == "postgresql" and self._known.movie_count > _PLANNED
        return is_planned or not is_quick


def _with_words(asked: Asked) -> Asked:
    return evolve(asked, shape=evolve(asked.shape, with_words=True))


def _has_article(text: SearchText, words: str) -> bool:
    """Tell whether the words of a movie have the article that is no bare word, if there is one."""
    if len(text.words) == len(text.bare_words):
        return True
    if text.words[1:] == text.bare_words:
        return f" {text.words[0]} " in words
    return f" {text.words[-1]}" in words


def _in_a_row(text: SearchText, movies: Iterable[Candidate]) -> list[Hit]:
    return _ranked(text, (movie for movie in movies if in_a_row(text, movie[2])))


def _each_once(rows: Iterable[Candidate]) -> Sequence[Candidate]:
    """Return the movies of the rows, each once of how many of its names it was found."""
    return [*{row[0]: row for row in rows}.values()]
