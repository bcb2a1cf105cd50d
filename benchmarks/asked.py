"""What is asked of the servers, in thousands of different ways, so that no kept answer decides.

What people look for is taken from the catalogue: words, parts and beginnings of titles there are.
"""

import json
from collections.abc import Callable
from itertools import product
from random import Random
from typing import Final
from urllib.parse import urlencode

from benchmarks.dataset import Dataset
from benchmarks.load import Request
from benchmarks.subjects import Subject

__all__ = [
    "FIRST_PAGE",
    "SORTS",
    "contained",
    "filtered",
    "lists",
    "movies",
    "ratings",
    "searched",
    "statistics",
    "suggested",
]

FIRST_PAGE: Final = "/api/v1/movies"
SORTS: Final = [
    sign + name for name in ("title", "year", "rating_count", "created_at") for sign in ("", "-")
]
DEEPEST_PAGE: Final = 10_000 // 20
YEARS: Final = range(1902, 2019)
TEXTS: Final = 4_000
MOVIES: Final = 20_000


def lists(dataset: Dataset) -> list[Request]:
    """Ask for every page that there is, and for the first ones most, as people do (Zipf's law)."""
    last = min(DEEPEST_PAGE, len(dataset.movies) // 20)
    pages = [page for page in range(1, last + 1) for _ in range(last // page)]
    return [
        Request(f"{FIRST_PAGE}?{size}page={page}&sort={sort}")
        for page in pages
        for sort in SORTS
        for size in ("", "page_size=20&")
    ]


def movies(dataset: Dataset) -> list[Request]:
    """Ask for movies from all over the catalogue."""
    step = max(1, len(dataset.movies) // MOVIES)
    return [Request(f"{FIRST_PAGE}/{movie.id}") for movie in dataset.movies[::step]]


def filtered(dataset: Dataset) -> list[Request]:
    """Ask for each genre in each year, by title and by popularity."""
    return [
        Request(_asked(genre=genre, year=year, sort=sort))
        for (_, genre), year, sort in product(dataset.genres, YEARS, ("title", "-rating_count"))
    ]


def contained(dataset: Dataset) -> list[Request]:
    """Ask for titles that contain three to eight letters of some title."""

    def part(random: Random, title: str) -> str:
        length = random.randint(3, 8)
        first = random.randrange(max(1, len(title) - length))
        return title[first : first + length].strip()

    return [Request(_asked(title=text)) for text in _texts(dataset, part) if len(text) > 2]  # noqa: PLR2004  what an index of three letters knows


def searched(dataset: Dataset) -> list[Request]:
    """Search for one to three words of some title; every other time somebody is still typing."""

    def remembered(random: Random, title: str) -> str:
        words = title.split()
        first = random.randrange(len(words))
        text = " ".join(words[first : first + random.randint(1, 3)])
        return text[: max(3, len(text) - random.choice((0, 1, 0, 2)))]

    return [
        Request(f"{FIRST_PAGE}/search?{urlencode({'q': t})}") for t in _texts(dataset, remembered)
    ]


def suggested(dataset: Dataset) -> list[Request]:
    """Ask what some title could become, of which two letters or more are typed."""

    def begun(random: Random, title: str) -> str:
        return title[: random.randint(2, 12)].strip()

    return [Request(f"{FIRST_PAGE}/suggest?{urlencode({'q': t})}") for t in _texts(dataset, begun)]


def statistics() -> list[Request]:
    return [Request("/api/v1/genres/statistics")]


def _asked(**filters: object) -> str:
    return f"{FIRST_PAGE}?{urlencode(filters)}"


def _texts(dataset: Dataset, made: Callable[[Random, str], str]) -> list[str]:
    """Make different texts of titles."""
    random = Random(2)  # noqa: S311  repeatable, not secret
    numbers = random.sample(range(len(dataset.movies)), min(len(dataset.movies), TEXTS))
    return list(dict.fromkeys(made(random, dataset.movies[number].title) for number in numbers))


def ratings(dataset: Dataset, subject: Subject) -> list[Request]:
    tokens = [subject.token(account) for account in dataset.accounts]
    stars = [halves / 2 for halves in range(2, 11)]
    return [
        Request(
            f"{FIRST_PAGE}/{dataset.movies[movie].id}/rating",
            tokens[account],
            json.dumps({"stars": stars[number % len(stars)]}),
        )
        for number, (_, account, movie) in enumerate(dataset.watches)
    ]
