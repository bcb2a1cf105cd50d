"""Made-up catalogues, the same ones from the same seed, and ratings that add up.

A movie is made from its number alone, when it is asked for: a catalogue of a million takes no
memory, and the smaller ones are its beginning.
"""

from array import array
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import chain
from random import Random
from typing import Final, TypeVar, overload
from uuid import UUID

from attrs import frozen
from typing_extensions import override

from benchmarks.search_quality import queries
from watchlist_core.catalogue import words_of
from watchlist_core.ids import Uuid7

__all__ = [
    "HUGE",
    "LARGE",
    "SMALL",
    "START",
    "Dataset",
    "MadeMovie",
    "MadeRating",
    "made",
    "vocabulary",
]

SEED: Final = 20261120
SMALL: Final = 9_742
LARGE: Final = 87_585
"""As many movies as MovieLens "latest small" and "32m" hold."""
HUGE: Final = 1_000_000

GENRES: Final = [
    *("Drama", "Comedy", "Thriller", "Romance", "Action", "Horror", "Documentary", "Crime"),
    *("Adventure", "Sci-Fi", "Children", "Animation", "Mystery", "Fantasy", "War", "Western"),
    *("Musical", "Film-Noir", "IMAX"),
]
"""The first has a third of all movies, the last one in fifty."""
WORDS: Final = [
    *("night", "river", "stone", "summer", "winter", "garden", "letter"),
    *("shadow", "mirror", "island", "captain", "daughter", "stranger", "hour"),
    *("secret", "silver", "broken", "golden", "last", "first", "long"),
    *("silent", "burning", "lost", "distant", "hidden", "paper", "glass"),
    *("iron", "road", "house", "city", "train", "wolf", "bird"),
    *("tiger", "moon", "sun", "star", "ocean", "desert", "forest"),
]
"""The most usual ones, from the most usual on."""
SYLLABLES: Final = [
    f"{begin}{vowel}{end}"
    for begin in ("b", "br", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "st", "t", "v")
    for vowel in "aeiou"
    for end in ("", "", "l", "n", "r", "sk")
]
WORD_COUNT: Final = 20_000
START: Final = datetime(2026, 1, 1, tzinfo=UTC)
_EARLIER: Final = 1_000_000
"""Milliseconds before `START` at which the ids of genres and accounts begin."""


_Thing = TypeVar("_Thing")


@frozen
class MadeRating:
    account: int
    movie: int
    halves: int
    rated_at: datetime


@frozen
class MadeMovie:
    id: UUID
    title: str
    year: int | None
    runtime: int | None
    media_type: str
    description: str
    genres: Sequence[int]
    external_ids: Sequence[tuple[str, str]]
    created_at: datetime


@frozen
class MadeMovies(Sequence[MadeMovie]):
    """In the order of their ids; each is made anew whenever it is asked for."""

    _number: int

    @override
    def __len__(self) -> int:
        return self._number

    @overload
    def __getitem__(self, index: int) -> MadeMovie: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[MadeMovie]: ...
    @override
    def __getitem__(self, index: int | slice) -> MadeMovie | Sequence[MadeMovie]:
        if isinstance(index, slice):
            return [_movie(number) for number in range(self._number)[index]]
        return _movie(range(self._number)[index])


@frozen
class Dataset:
    """Accounts and genres by their position; movies in the order of their ids."""

    genres: Sequence[tuple[UUID, str]]
    accounts: Sequence[UUID]
    movies: MadeMovies
    ratings: Sequence[MadeRating]
    """Each of a movie that its account has watched; watches without a rating are beside them."""
    watches: Sequence[tuple[UUID, int, int]]
    """Each with its id, account and movie."""


def made(movie_count: int, *, account_count: int = 100, watched_each: int = 120) -> Dataset:
    """Make a catalogue of that size: titles of one to six words, 2.3 genres a movie."""
    random = _random(SEED)
    ids = (_id(random, number - _EARLIER) for number in range(_EARLIER))
    genres = [(next(ids), name) for name in GENRES]
    accounts = [next(ids) for _ in range(account_count)]
    watches, ratings = [], []
    for account in range(account_count):
        for movie in random.sample(range(movie_count), watched_each):
            watches.append((next(ids), account, movie))
            if random.choice((True, False)):
                at = START + timedelta(seconds=random.randrange(10_000_000))
                ratings.append(MadeRating(account, movie, random.randint(2, 10), at))
    return Dataset(genres, accounts, MadeMovies(movie_count), ratings, watches)


def _random(seed: int) -> Random:
    return Random(seed)  # noqa: S311  repeatable, not secret


def _at(number: int) -> datetime:
    return START + timedelta(milliseconds=number)


def _id(random: Random, number: int) -> UUID:
    return Uuid7(lambda: _at(number), random.getrandbits)()


@cache
def vocabulary() -> Sequence[str]:
    """Return the words of all titles and descriptions, the most usual first.

    Every other one of the usual ones is of a movie that the set of searches looks for, so that
    these find the more the larger the catalogue is.
    """
    random = _random(SEED)
    made_up = iter(lambda: "".join(random.choices(SYLLABLES, k=random.choice((2, 2, 3)))), "")
    looked_for = (word for query in queries() for word in words_of(query.title or ""))
    usual = chain.from_iterable(zip(dict.fromkeys(looked_for), made_up, strict=False))
    words = dict.fromkeys(chain(WORDS, usual))
    while len(words) < WORD_COUNT:
        words[next(made_up)] = None
    return list(words)


@cache
def _text() -> Sequence[str]:
    """Return as many words as two bytes number, usual ones more often: by Zipf's law."""
    return _by_zipf(vocabulary(), flattened_by=10)


@cache
def _genres() -> Sequence[int]:
    return _by_zipf(range(len(GENRES)), flattened_by=1)


def _by_zipf(things: Sequence[_Thing], flattened_by: int) -> Sequence[_Thing]:
    weights = [1 / (rank + flattened_by) for rank in range(len(things))]
    return _random(SEED).choices(things, weights, k=1 << 16)


def _movie(number: int) -> MadeMovie:
    random = _random(SEED + number)
    draws = array("H", random.randbytes(2 * 42))
    words = [_text()[draw] for draw in draws[:31]]
    title = " ".join(words[: (1, 2, 2, 3, 3, 4, 6, 2)[draws[31] % 8]]).capitalize()
    return MadeMovie(
        id=_id(random, number),
        title=title if draws[32] % 3 else f"The {title}",
        year=1902 + draws[33] % 117 if draws[34] % 100 else None,
        runtime=60 + draws[35] % 141 if draws[36] % 10 else None,
        media_type="movie" if draws[37] % 50 else "series",
        description=" ".join(words[6:]).capitalize() + ".",
        genres=list(dict.fromkeys(_genres()[draw] for draw in draws[38 : 40 + draws[31] % 3])),
        external_ids=(
            ("imdb", f"tt{number:07}"),
            ("movielens", str(number)),
            ("tmdb", str(number)),
        ),
        created_at=_at(number),
    )
