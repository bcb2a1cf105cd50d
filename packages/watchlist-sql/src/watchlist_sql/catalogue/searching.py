from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from attrs import define, field

from watchlist_core.catalogue import (
    FEW,
    MOST_WORDS,
    RANKED,
    SUGGESTIONS,
    MovieCard,
    MovieFilter,
    SearchText,
    Suggestion,
    ranked_page,
)
from watchlist_core.paging import Page, PageNumber, Total, Window
from watchlist_core.rating import Score
from watchlist_sql.catalogue.candidates import (
    Candidate,
    Candidates,
    Found,
    Hit,
    Mistyped,
    rank_of,
)
from watchlist_sql.catalogue.conditions import values_of
from watchlist_sql.catalogue.known import KnownCatalogue
from watchlist_sql.database import Database

__all__ = ["SqlMovieSearch"]

_LAST: Final = MOST_WORDS + 1
"""More words than can be forgiven: such a hit comes after all those that are likely."""


@define
class SqlMovieSearch:
    _database: Database
    _catalogue: KnownCatalogue = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._catalogue = KnownCatalogue(self._database)

    async def search(
        self, text: SearchText, wanted: MovieFilter, window: Window
    ) -> Page[MovieCard]:
        known = await self._catalogue.get()
        while True:
            given = values_of(wanted, known)
            page = await _page(Candidates(self._database, known), text, given, window)
            versions = {movie[10] for movie in page.items}
            if versions == {known.version} or not (given or versions):
                break
            # As lists do: what was known is of another version, or may be.
            before, known = known, await self._catalogue.read()
            if not versions and before.version == known.version:
                break
        cards = [
            MovieCard(id_, title, year, media_type, known.names_of(genres), Score(count, halves))
            for _, id_, _, count, year, _, title, media_type, genres, halves, *_ in page.items
        ]
        return Page(cards, page.next, page.total)

    async def suggest(self, text: SearchText) -> Sequence[Suggestion]:
        known = await self._catalogue.get()
        hits = await Candidates(self._database, known).suggested(text)
        page = ranked_page(hits, PageNumber(page_size=SUGGESTIONS))
        return [Suggestion(movie[1], movie[6], movie[4]) for movie in page.items]


async def _page(
    candidates: Candidates,
    text: SearchText,
    given: Mapping[str, Any] | None,
    window: Window,
) -> Page[Candidate]:
    if given is None:
        return ranked_page([], window)
    # One more than is shown tells whether another page follows.
    wanted = RANKED
    if isinstance(window, PageNumber):
        wanted = window.offset + window.page_size + 1
    found = await candidates.matching(text, given, wanted)
    if found.more_match:
        return await _page_of_many(candidates, text, given, window, found)
    hits = found.hits
    if len(hits) < FEW and not text.is_short:
        mistyped = await candidates.mistyped(text, given, wanted)
        known = {movie[0] for _, movie in hits}
        return ranked_page(
            [hit for hit in _forgiven(text, mistyped) if hit[1][0] not in known] + [*hits],
            window,
            number=mistyped.number,
            more_match=mistyped.more_match,
        )
    return ranked_page(hits, window, number=found.number)


async def _page_of_many(
    candidates: Candidates,
    text: SearchText,
    given: Mapping[str, Any],
    window: Window,
    found: Found,
) -> Page[Candidate]:
    """Return a page of the likeliest hits, after which come others, up to the last ranked."""
    page = ranked_page(found.hits, window, more_match=True)
    if found.others is None and page.next:
        is_counted = isinstance(window, PageNumber)
        number = min(found.number or RANKED, RANKED)
        total = Total(number, is_exact=False) if is_counted else None
        return Page(page.items, page.next, total)
    others = found.others
    if others is None:
        others = await candidates.others(text, given)
    likely = {movie[0] for _, movie in found.hits}
    rest = (movie for movie in others if movie[0] not in likely)
    last = [((_LAST, *rank_of(text, movie)[1:]), movie) for movie in rest]
    return ranked_page([*found.hits, *last], window, more_match=True)


def _forgiven(text: SearchText, mistyped: Mistyped) -> Iterator[Hit]:
    last, spellings = text.words[-1], {*text.words, *mistyped.spellings}
    for movie in mistyped.movies:
        # Of all its words, which may be thousands, only those that the text can be spelled as.
        words = [w for w in movie[-1].split() if w in spellings or w.startswith(last)]
        spelled = text.spelled_as(words)
        if spelled:
            pairs = zip(text.words, spelled.words, strict=True)
            yield rank_of(spelled, movie, sum(word != other for word, other in pairs)), movie
    for movie in mistyped.others:
        yield rank_of(text, movie, 1), movie
