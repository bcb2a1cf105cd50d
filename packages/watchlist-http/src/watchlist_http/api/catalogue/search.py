"""Finding movies by what somebody remembers of them: everybody may look."""

from collections.abc import Sequence
from typing import Annotated, Final, TypeAlias
from uuid import UUID

from attrs import frozen
from msgspec import Meta

from watchlist_core.catalogue import SearchMovies, SuggestTitles
from watchlist_http.answers import Answer
from watchlist_http.api.catalogue.members import Title, Year
from watchlist_http.api.catalogue.movie_answers import MovieList, card
from watchlist_http.api.catalogue.wanted_movies import WantedMovies
from watchlist_http.freshness import Kept
from watchlist_http.paging import Paging
from watchlist_http.routing import Routes
from watchlist_http.scalars import NOT_BLANK

__all__ = ["routes"]

routes: Final = Routes(
    "Search",
    description="Movies by what somebody remembers of them, the best first. Everybody may look.",
)

_LONGEST: Final = 100
"""Characters, each of which may be twelve bytes in a URL."""

_Remembered: TypeAlias = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=_LONGEST,
        pattern=NOT_BLANK,
        description="Words of its names or its description, in any order, without regard to case, "
        "diacritics and punctuation; the last may be half typed.",
        examples=["matrix"],
    ),
]


@frozen(kw_only=True)
class SearchedMovies(WantedMovies):
    """What somebody remembers, and the conditions that have to hold besides."""

    q: _Remembered


@frozen
class TypedTitle:
    """What somebody has typed until now."""

    q: Annotated[
        _Remembered,
        Meta(
            description="Words that follow each other in a name of the movie, without regard to "
            "case, diacritics and punctuation; the last may be half typed.",
            examples=["matr"],
        ),
    ]


class Suggestion(Answer, frozen=True):
    """A movie that may be meant."""

    id: Annotated[str, UUID]
    title: Title
    year: Year | None


class SuggestionList(Answer, frozen=True):
    """At most ten of the movies that may be meant, the best first."""

    items: Sequence[Suggestion]


@routes.get("/movies/search", kept=Kept.UNTIL_ITS_MOVIES_ARE_RATED)
async def search_movies(query: SearchedMovies, paging: Paging, search: SearchMovies) -> MovieList:
    """Find the movies that have all words and meet all conditions, the best first.

    Where few have them, those follow that are one mistake away in words of five letters or more.
    The list ends after 1,000 movies.
    """
    page = await search(query.q, query.meant(), paging.window)
    return MovieList([card(movie) for movie in page.items], paging.pagination(page))


@routes.get("/movies/suggest", kept=Kept.UNTIL_ITS_MOVIES_ARE_RATED)
async def suggest_titles(query: TypedTitle, suggest: SuggestTitles) -> SuggestionList:
    """Suggest movies to somebody who is still typing."""
    return SuggestionList(
        [Suggestion(one.id, one.title, one.year) for one in await suggest(query.q)]
    )
