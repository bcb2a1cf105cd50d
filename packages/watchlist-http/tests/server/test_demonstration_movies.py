"""What `--demo` says of its movies is complete, and in sentences of our own."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from watchlist_core.catalogue import MediaType
from watchlist_core.catalogue.folding import folded
from watchlist_http.server.demonstration_movies import DemonstrationMovie, demonstration_movies

ALL: Final = demonstration_movies()
# Those of MovieLens, so that both can be in one catalogue.
GENRES: Final = (
    "Action Adventure Animation Children Comedy Crime Documentary Drama Fantasy Film-Noir Horror "
    "IMAX Musical Mystery Romance Sci-Fi Thriller War Western"
)
FIRST_MOVIE: Final = 1888
A_SENTENCE: Final = re.compile(r"[A-Z0-9][^.!?…]+\.")


def repeated(values: Iterable[object]) -> Sequence[object]:
    return [value for value, count in Counter(values).items() if count > 1]


def titles(wrong: Iterable[DemonstrationMovie]) -> Sequence[str]:
    return [movie.title for movie in wrong]


def test_there_is_enough_to_look_at() -> None:
    kinds = Counter(movie.media_type for movie in ALL)

    assert kinds[MediaType.MOVIE] >= 250
    assert kinds[MediaType.SERIES] >= 10


def test_it_is_of_all_times_and_kinds() -> None:
    genres = Counter(genre for movie in ALL for genre in movie.genres)

    assert {movie.year // 10 for movie in ALL} == set(range(190, 203))
    assert sorted(genres) == GENRES.split()
    assert genres["Documentary"] >= 8
    assert genres["Animation"] >= 15


def test_the_catalogue_takes_each_as_it_is() -> None:
    for movie in ALL:
        new = movie.new

        assert (new.title, new.year, new.runtime) == (movie.title, movie.year, movie.runtime)
        assert new.genres == tuple(movie.genres)
        assert new.media_type is movie.media_type
        assert new.original_title == movie.original_title
        assert new.alternative_titles == tuple(movie.alternative_titles)


def test_each_stands_there_once() -> None:
    assert repeated(movie.id for movie in ALL) == []
    assert repeated((folded(movie.title), movie.year, movie.runtime) for movie in ALL) == []


def test_its_id_is_made_of_plain_words() -> None:
    plain = re.compile("[a-z0-9]+(-[a-z0-9]+)*")

    assert titles(movie for movie in ALL if not plain.fullmatch(movie.id)) == []


def test_years_and_runtimes_are_such_as_movies_have() -> None:
    assert titles(movie for movie in ALL if not FIRST_MOVIE <= movie.year <= 2026) == []
    assert titles(movie for movie in ALL if not 1 <= movie.runtime <= 600) == []


def test_the_oldest_come_first() -> None:
    years = [movie.year for movie in ALL]

    assert years == sorted(years)


def test_genres_stand_in_order_and_once() -> None:
    assert titles(movie for movie in ALL if movie.genres != sorted(set(movie.genres))) == []


def test_each_is_described_in_one_sentence_of_its_own() -> None:
    assert titles(movie for movie in ALL if not A_SENTENCE.fullmatch(movie.description)) == []
    assert titles(movie for movie in ALL if not 60 <= len(movie.description) <= 140) == []
    assert repeated(movie.description for movie in ALL) == []


def test_other_titles_are_others() -> None:
    for movie in ALL:
        others = [movie.original_title] if movie.original_title else []
        others += movie.alternative_titles

        assert repeated(title.casefold() for title in [movie.title, *others]) == []
        assert all(title.strip() == title != "" for title in others)
