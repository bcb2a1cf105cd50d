"""What is asked of the servers: lists, single movies and ratings."""

import json
from typing import Final

from benchmarks.dataset import Dataset
from benchmarks.load import Request
from benchmarks.subjects import Subject

__all__ = ["FIRST_PAGE", "SORTS", "lists", "movies", "ratings"]

FIRST_PAGE: Final = "/api/v1/movies"
SORTS: Final = [
    sign + name for name in ("title", "year", "rating_count", "created_at") for sign in ("", "-")
]
DEEPEST_PAGE: Final = 10_000 // 20


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
    return [Request(f"{FIRST_PAGE}/{movie.id}") for movie in dataset.movies[:20_000]]


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
