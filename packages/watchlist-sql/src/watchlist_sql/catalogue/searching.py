from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from attrs import define, field

from watchlist_core.catalogue import (
    FEW,
    MOST_WORDS,
    RANKED,
    SUGGESTIONS,
    MovieCard,
    MovieFilter,
    Rank,
    SearchText,
    Suggestion,
    in_a_row,
    ranked_page,
)
from watchlist_core.paging import Page, PageNumber, Total, Window
from watchlist_core.rating import Score
from watchlist_sql.catalogue.candidates import Candidate, Candidates
from watchlist_sql.catalogue.conditions import values_of
from watchlist_sql.catalogue.hits import select_cards
from watchlist_sql.catalogue.known import KnownCatalogue
from watchlist_sql.database import Database

__all__ = ["SqlMovieSearch"]

_Hit: TypeAlias = tuple[Rank, Candidate]
_LAST: Final = MOST_WORDS + 1
"""More words than can be forgiven: such a hit comes after all those that are likely."""


@define
class SqlMovieSearch:
    _database: Database
    _candidates: Candidates = field(init=False)
    _catalogue: KnownCatalogue = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._candidates = Candidates(self._database)
        self._catalogue = KnownCatalogue(self._database)

    async def search(
        self, text: SearchText, wanted: MovieFilter, window: Window
    ) -> Page[MovieCard]:
        known = await self._catalogue.get()
        while True:
            given = values_of(wanted, known)
            page = await self._page(text, given, window)
            rows = await self._cards(page)
            version = rows[0][-1] if rows else None
            if version == known.version or not (given or page.items):
                break
            # As lists do: what was known is of another version, or may be.
            before, known = known, await self._catalogue.read()
            if not rows and before.version == known.version:
                break
        cards = [
            MovieCard(row[1], row[2], row[3], row[4], known.names_of(row[5]), Score(*row[6:8]))
            for row in rows
        ]
        return Page(cards, page.next, page.total)

    async def suggest(self, text: SearchText) -> Sequence[Suggestion]:
        found = await self._candidates.matching(text, {})
        hits = (
            (movie.rank(text), movie)
            for movie in found.movies
            if any(in_a_row(text, name) for name in movie.bare_names)
        )
        page = ranked_page(hits, PageNumber(page_size=SUGGESTIONS))
        return [Suggestion(*row[1:4]) for row in await self._cards(page)]

    async def _page(
        self, text: SearchText, given: Mapping[str, Any] | None, window: Window
    ) -> Page[Candidate]:
        if given is None:
            return ranked_page([], window)
        found = await self._candidates.matching(text, given)
        hits = [(movie.rank(text), movie) for movie in found.movies]
        more_match = found.more_match
        if more_match:
            return await self._page_of_many(text, given, window, hits, found.others)
        if len(hits) < FEW and not text.is_short:
            others = await self._candidates.mistyped(text, given)
            known = {movie.key for movie in found.movies}
            hits += _forgiven(
                text,
                (movie for movie in others.movies if movie.key not in known),
                {*text.words, *others.spellings},
            )
            more_match |= others.more_match
        return ranked_page(hits, window, more_match=more_match)

    async def _page_of_many(
        self,
        text: SearchText,
        given: Mapping[str, Any],
        window: Window,
        hits: list[_Hit],
        others: Sequence[Candidate] | None,
    ) -> Page[Candidate]:
        """Return a page of the likeliest hits, after which come others, up to the last ranked."""
        page = ranked_page(hits, window, more_match=True)
        if others is None and page.next:
            is_counted = isinstance(window, PageNumber)
            total = Total(RANKED, is_exact=False) if is_counted else None
            return Page(page.items, page.next, total)
        if others is None:
            others = await self._candidates.others(text, given)
        likely = {movie.key for _, movie in hits}
        rest = (movie for movie in others if movie.key not in likely)
        hits += [((_LAST, *movie.rank(text)[1:]), movie) for movie in rest]
        return ranked_page(hits, window, more_match=True)

    async def _cards(self, page: Page[Candidate]) -> Sequence[tuple[Any, ...]]:
        """Return the rows of the cards in the order of the page; what is withdrawn has none."""
        if not page.items:
            return []
        keys = [movie.key for movie in page.items]
        statement = select_cards(self._database.dialect)
        rows = {row[0]: row for row in await self._database.fetch(statement, {"keys": keys})}
        return [rows[key] for key in keys if key in rows]


def _forgiven(
    text: SearchText, movies: Iterator[Candidate], spellings: Collection[str]
) -> Iterator[_Hit]:
    last = text.words[-1]
    for movie in movies:
        # Of all its words, which may be thousands, only those that the text can be spelled as.
        words = [w for w in movie.words.split() if w in spellings or w.startswith(last)]
        spelled = text.spelled_as(words)
        if spelled:
            pairs = zip(text.words, spelled.words, strict=True)
            yield movie.rank(spelled, sum(word != other for word, other in pairs)), movie
