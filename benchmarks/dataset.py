"""Made-up catalogues, the same ones from the same seed, and ratings that add up."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final
from uuid import UUID

from attrs import frozen

from watchlist_core.ids import Uuid7

SEED: Final = 20261120
SMALL: Final = 9_742
LARGE: Final = 87_585
"""As many movies as MovieLens "latest small" and "32m" hold."""

GENRES: Final = [
    "Action",
    "Adventure",
    "Animation",
    "Children",
    "Comedy",
    "Crime",
    "Documentary",
    "Drama",
    "Fantasy",
    "Film-Noir",
    "Horror",
    "IMAX",
    "Musical",
    "Mystery",
    "Romance",
    "Sci-Fi",
    "Thriller",
    "War",
    "Western",
]
WORDS: Final = [
    "night",
    "river",
    "stone",
    "summer",
    "winter",
    "garden",
    "letter",
    "shadow",
    "mirror",
    "island",
    "captain",
    "daughter",
    "stranger",
    "hour",
    "secret",
    "silver",
    "broken",
    "golden",
    "last",
    "first",
    "long",
    "silent",
    "burning",
    "lost",
    "distant",
    "hidden",
    "paper",
    "glass",
    "iron",
    "road",
    "house",
    "city",
    "train",
    "wolf",
    "bird",
    "tiger",
    "moon",
    "sun",
    "star",
    "ocean",
    "desert",
    "forest",
]
START: Final = datetime(2026, 1, 1, tzinfo=UTC)


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
    description: str
    genres: Sequence[int]
    external_ids: Sequence[tuple[str, str]]
    created_at: datetime


@frozen
class Dataset:
    """Accounts and genres by their position; movies in the order of their ids."""

    genres: Sequence[tuple[UUID, str]]
    accounts: Sequence[UUID]
    movies: Sequence[MadeMovie]
    ratings: Sequence[MadeRating]
    """Each of a movie that its account has watched; watches without a rating are beside them."""
    watches: Sequence[tuple[UUID, int, int]]
    """Each with its id, account and movie."""


def made(movie_count: int, *, account_count: int = 100, watched_each: int = 120) -> Dataset:
    """Make a catalogue of that size: titles of one to six words, 2.3 genres a movie."""
    random = Random(SEED)  # noqa: S311  repeatable, not secret
    ids = _Ids(random)
    genres = [(ids.new(), name) for name in GENRES]
    accounts = [ids.new() for _ in range(account_count)]
    movies = [_movie(random, ids, number) for number in range(movie_count)]
    watches, ratings = [], []
    for account in range(account_count):
        for movie in random.sample(range(movie_count), watched_each):
            watches.append((ids.new(), account, movie))
            if random.choice((True, False)):
                at = START + timedelta(seconds=random.randrange(10_000_000))
                ratings.append(MadeRating(account, movie, random.randint(2, 10), at))
    return Dataset(genres, accounts, movies, ratings, watches)


class _Ids:
    def __init__(self, random: Random) -> None:
        self._ticks: Iterator[int] = iter(range(10**9))
        self._make = Uuid7(lambda: self.now, random.getrandbits)
        self.now = START

    def new(self) -> UUID:
        self.now = START + timedelta(milliseconds=next(self._ticks))
        return self._make()


def _movie(random: Random, ids: _Ids, number: int) -> MadeMovie:
    words = random.choices(WORDS, k=random.choice((1, 2, 2, 3, 3, 4, 6)))
    title = " ".join(words).capitalize()
    if random.choice((True, False, False)):
        title = f"The {title}"
    has_year, has_runtime = (
        random.choices((True, False), (99, 1))[0],
        random.choices((True, False), (9, 1))[0],
    )
    return MadeMovie(
        id=ids.new(),
        title=title,
        year=random.randint(1902, 2018) if has_year else None,
        runtime=random.randint(60, 200) if has_runtime else None,
        description=" ".join(random.choices(WORDS, k=25)).capitalize() + ".",
        genres=random.sample(range(len(GENRES)), random.choice((1, 2, 2, 2, 3, 3, 4))),
        external_ids=(
            ("imdb", f"tt{number:07}"),
            ("movielens", str(number)),
            ("tmdb", str(number)),
        ),
        created_at=ids.now,
    )
