"""What movies are called in the files of MovieLens, and what people call them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from watchlist_core.catalogue import NewMovie
from watchlist_core.movielens import MovieLens

Titled = Callable[[str], NewMovie]


@pytest.fixture
def titled(tmp_path: Path) -> Titled:
    """Return the one movie of a folder, which has that text for a title."""

    def titled(text: str) -> NewMovie:
        movies, links = tmp_path / "movies.csv", tmp_path / "links.csv"
        movies.write_text(f'movieId,title,genres\n1,"{text}",Drama\n', encoding="utf-8")
        links.write_text("movieId,imdbId,tmdbId\n1,5,6\n", encoding="utf-8")
        (movie,) = MovieLens.open(tmp_path)
        assert isinstance(movie, NewMovie)
        return movie

    return titled


@pytest.mark.parametrize(
    ("text", "title", "year"),
    [
        ("Plain (1999)", "Plain", 1999),
        ("Without a Year", "Without a Year", None),
        ("Trailing Blanks (2001)  ", "Trailing Blanks", 2001),
        ("Inner   Blanks (2001)", "Inner Blanks", 2001),
        ("Harbour, The (1961)", "The Harbour", 1961),
        ("Day at Sea, A", "A Day at Sea", None),
        ("Étoile, L' (1960)", "L'Étoile", 1960),
        ("Étoile, L’ (1960)", "L’Étoile", 1960),
        ("Brücke, Die (1959)", "Die Brücke", 1959),
        ("Puerto, El (Harbour, The) (1988)", "El Puerto", 1988),
        ("Red, the Blue and the Grey, The (1970)", "The Red, the Blue and the Grey", 1970),
        ("Come Back, Tom (1950)", "Come Back, Tom", 1950),
        ("Come Back, the (1950)", "Come Back, the", 1950),
        ("One, Two, Three", "One, Two, Three", None),
        ("Twelve (a.k.a. 12) (Douze) (1995)", "Twelve", 1995),
        ("Nested (a.k.a. Nest (The Film)) (1995)", "Nested", 1995),
        ("Series (2006–2007)", "Series", 2006),
        ("Series (2006-2007)", "Series", 2006),
        ("Series (2009– )", "Series", 2009),
        ("Series (2009-)", "Series", 2009),
        ("Made for Television (1984) (TV)", "Made for Television", 1984),
        ("1984 (1984)", "1984", 1984),
        ("(12) Days (2009)", "(12) Days", 2009),
        ("(12)", "(12)", None),
        ("Border(s) (2007)", "Border(s)", 2007),
        ("You Are (Not) Here (Anta wa) (2007)", "You Are (Not) Here", 2007),
        ("Bird: Or (A Long Story) (2014)", "Bird: Or (A Long Story)", 2014),
        ("Unopened) (2014)", "Unopened)", 2014),
        ("Unclosed (2014", "Unclosed (2014", None),
        ("Two Years (1998) (1999)", "Two Years", 1999),
    ],
)
def test_a_title_is_read_as_people_say_it(
    titled: Titled, text: str, title: str, year: int | None
) -> None:
    movie = titled(text)

    assert (movie.title, movie.year) == (title, year)


@pytest.mark.parametrize(
    ("text", "original", "alternatives"),
    [
        ("Plain (1999)", None, ()),
        ("City, The (Cité, La) (1995)", "La Cité", ()),
        ("Seven (a.k.a. Se7en) (1995)", None, ("Se7en",)),
        ("Seven (aka Gates, The) (1995)", None, ("The Gates",)),
        ("Seven (A.K.A Se7en) (1995)", None, ("Se7en",)),
        ("Two (a.k.a. 2) (a.k.a. Deux, Les) (Zwei) (1995)", "Zwei", ("2", "Les Deux")),
        ("Two (a.k.a. 2, a.k.a. II) (1995)", None, ("2", "II")),
        ("Two (2 a.k.a. II) (1995)", "2", ("II",)),
        ("Boss, The (Fists, The) (Tang shan) (1971)", "Tang shan", ("The Fists",)),
        ("Nested (a.k.a. Nest (The Film)) (1995)", None, ("Nest (The Film)",)),
        ("Same, The (Same, The) (1995)", None, ()),
        ("Océans (Oceans) (2009)", "Oceans", ()),
        ("Two Years (1998) (1999)", None, ()),
        ("Made for Television (1984) (TV)", None, ()),
        ("Empty () (a.k.a. ) (1999)", None, ()),
        ("1-900 (06) (1994)", "06", ()),
    ],
)
def test_other_parentheses_hold_the_original_title_and_alternative_ones(
    titled: Titled, text: str, original: str | None, alternatives: tuple[str, ...]
) -> None:
    movie = titled(text)

    assert (movie.original_title, movie.alternative_titles) == (original, alternatives)


def test_the_text_of_the_file_is_kept_to_the_letter_with_the_id(titled: Titled) -> None:
    movie = titled(" City,  The (Cité, La) (1995) ")

    assert {one.provider: one.title for one in movie.external_ids} == {
        "movielens": " City,  The (Cité, La) (1995) ",
        "imdb": None,
        "tmdb": None,
    }
