"""What is read from the files of MovieLens, and what one bad row costs."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from watchlist_core.catalogue import ExternalId, MediaType, NewMovie
from watchlist_core.errors import WatchlistError
from watchlist_core.movielens import MovieLens, NotMovieLens, RefusedRow

MOVIES = "movieId,title,genres"
LINKS = "movieId,imdbId,tmdbId"
Folder = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    def write(
        movies: Sequence[str],
        links: Sequence[str] = (),
        *,
        header: str = MOVIES,
        links_header: str = LINKS,
        end: str = "\n",
        encoding: str = "utf-8",
    ) -> Path:
        for name, lines in (
            ("movies.csv", [header, *movies]),
            ("links.csv", [links_header, *links]),
        ):
            (tmp_path / name).write_bytes("".join(line + end for line in lines).encode(encoding))
        return tmp_path

    return write


def read(folder: Path) -> list[NewMovie | RefusedRow]:
    return list(MovieLens.open(folder))


def ids(movie: str, imdb: str | None = None, tmdb: str | None = None) -> frozenset[ExternalId]:
    named = {"movielens": movie, "imdb": imdb, "tmdb": tmdb}
    return frozenset(ExternalId(p, MediaType.MOVIE, value) for p, value in named.items() if value)


def refusal(row: NewMovie | RefusedRow) -> tuple[str, int, str]:
    assert isinstance(row, RefusedRow)
    return row.file, row.line, row.reason


def test_a_row_becomes_a_movie_with_its_genres_and_all_its_ids(folder: Folder) -> None:
    path = folder(['7,"Harbour, The (1961)",Crime|Drama'], ["7,0054321,99"])

    movies = read(path)

    assert movies == [
        NewMovie(
            "The Harbour",
            1961,
            genres=("Crime", "Drama"),
            external_ids=ids("7", "tt0054321", "99"),
        )
    ]


def test_quotes_inside_a_title_stay(folder: Folder) -> None:
    path = folder(['1,"""Great Nights"" Owls (1998)",Musical'])

    (movie,) = read(path)

    assert isinstance(movie, NewMovie)
    assert movie.title == '"Great Nights" Owls'


@pytest.mark.parametrize(
    ("text", "genres"),
    [
        ("(no genres listed)", ()),
        ("", ()),
        ("Drama", ("Drama",)),
        ("Film-Noir| Sci-Fi |", ("Film-Noir", "Sci-Fi")),
        ("Drama|drama", ("Drama",)),
        (" | |Drama", ("Drama",)),
    ],
)
def test_genres_are_those_that_are_listed(
    folder: Folder, text: str, genres: tuple[str, ...]
) -> None:
    path = folder([f"1,Plain (1999),{text}"])

    (movie,) = read(path)

    assert isinstance(movie, NewMovie)
    assert movie.genres == genres


@pytest.mark.parametrize(
    ("imdb", "as_named"),
    [
        ("0012345", "tt0012345"),
        ("12345", "tt0012345"),
        ("12345678", "tt12345678"),
        ("tt0012345", "tt0012345"),
        ("", None),
    ],
)
def test_an_imdb_id_has_its_prefix_and_its_zeros(
    folder: Folder, imdb: str, as_named: str | None
) -> None:
    path = folder(["1,Plain (1999),Drama"], [f"1,{imdb},"])

    (movie,) = read(path)

    assert isinstance(movie, NewMovie)
    assert movie.external_ids == ids("1", as_named)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_files_of_every_system_are_read(folder: Folder, end: str, encoding: str) -> None:
    path = folder(["1,Amélie (2001),Comedy", ""], ["1,0211915,"], end=end, encoding=encoding)

    movies = read(path)

    assert movies == [
        NewMovie("Amélie", 2001, genres=("Comedy",), external_ids=ids("1", "tt0211915"))
    ]


def test_columns_may_stand_in_any_order_and_among_others(folder: Folder) -> None:
    path = folder(
        ["Drama,x,Plain (1999),1"],
        ["5,1,77"],
        header="genres,extra,title,movieId",
        links_header="tmdbId,movieId,imdbId",
    )

    movies = read(path)

    expected_ids = ids("1", "tt0000077", "5")
    assert movies == [NewMovie("Plain", 1999, genres=("Drama",), external_ids=expected_ids)]


def test_links_in_another_order_find_their_movies(folder: Folder) -> None:
    path = folder(["1,One,Drama", "2,Two,Drama", "3,Three,Drama"], ["3,3,", "1,1,", "2,2,"])

    movies = read(path)

    found = [movie.external_ids for movie in movies if isinstance(movie, NewMovie)]
    assert found == [ids(str(n), f"tt000000{n}") for n in (1, 2, 3)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("x,Title,Drama", "movieId must be a number"),
        (",Title,Drama", "movieId must be a number"),
        ("²,Title,Drama", "movieId must be a number"),
        ("9" * 19 + ",Title,Drama", "movieId must be a number"),
        ("1,Title (1999),Drama", "the movieId stands twice"),
        ("01,Title (1999),Drama", "the movieId stands twice"),
        ("2,Title", "there must be 3 columns"),
        ("2,Title, with a comma,Drama", "there must be 3 columns"),
        ("2,,Drama", "title must not be blank"),
        ("2, ,Drama", "title must not be blank"),
        ("2,\N{IDEOGRAPHIC SPACE},Drama", "title must not be blank"),
        (" ,Title,Drama", "movieId must be a number"),
        (f"2,{'x' * 301},Drama", "title must have 1 to 300 characters"),
        (f"2,Title,{'x' * 61}", "genres must have 1 to 60 characters"),
        ("2,Title\0,Drama", "title must hold neither NUL nor lone surrogates"),
        ("2,Title (1066),Drama", "year must be 1870 to 2100"),
        ('2,"Title,Drama', "this is no CSV: unexpected end of data"),
        ('2,"Title" x,Drama', "this is no CSV: ',' expected after '\"'"),
        (f"2,{'x' * 30_000},Drama", "the line is longer than 10000 characters"),
    ],
)
def test_a_bad_row_is_told_and_costs_no_other(folder: Folder, line: str, reason: str) -> None:
    path = folder(["1,Before (1999),Drama", line, "3,After (2001),Drama"])

    before, refused, after = read(path)

    assert refusal(refused) == ("movies.csv", 3, reason)
    assert isinstance(refused, RefusedRow)
    assert refused.text == line[:200]
    assert [movie.title for movie in (before, after) if isinstance(movie, NewMovie)] == [
        "Before",
        "After",
    ]


def test_bytes_that_are_no_utf_8_cost_their_row_only(folder: Folder) -> None:
    path = folder(["1,Amélie,Drama", "2,Plain,Drama"], encoding="latin-1")

    refused, movie = read(path)

    reason = "title must hold neither NUL nor lone surrogates"
    assert refusal(refused) == ("movies.csv", 2, reason)
    assert isinstance(movie, NewMovie)


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        ("1,abc,5", "imdbId must be a number"),
        ("1,tt,5", "imdbId must be a number"),
        ("1,tt ,5", "imdbId must be a number"),
        ("1,123,5.0", "tmdbId must be a number"),
        ("1,123", "there must be 3 columns"),
        ("x,123,5", "movieId must be a number"),
    ],
)
def test_a_bad_link_is_told_and_its_movie_is_taken_without(
    folder: Folder, link: str, reason: str
) -> None:
    path = folder(["1,One,Drama", "2,Two,Drama"], [link, "2,2,"])

    first, refused, second = read(path)

    assert refusal(refused) == ("links.csv", 2, reason)
    assert isinstance(first, NewMovie)
    assert first.external_ids == ids("1")
    assert isinstance(second, NewMovie)
    assert second.external_ids == ids("2", "tt0000002")


def test_links_that_belong_to_no_movie_are_told(folder: Folder) -> None:
    path = folder(["1,One,Drama"], ["5,5,", "5,6,", "1,1,", "1,9,", "x,1,"])

    movie, *refused = read(path)

    assert isinstance(movie, NewMovie)
    assert movie.external_ids == ids("1", "tt0000001")
    assert [refusal(row) for row in refused] == [
        ("links.csv", 3, "the movieId stands twice"),
        ("links.csv", 6, "movieId must be a number"),
        ("links.csv", 2, "no movie waits for this movieId"),
        ("links.csv", 5, "no movie waits for this movieId"),
    ]


def test_rows_are_read_again_each_time_and_can_be_counted(folder: Folder) -> None:
    movies = MovieLens.open(folder(["1,One,Drama", "", "x", "2,Two,Drama"]))

    first, second = list(movies), list(movies)

    assert first == second
    assert movies.row_count() == len(first) == 3


def test_a_folder_without_movies_is_read_too(folder: Folder) -> None:
    movies = MovieLens.open(folder([]))

    assert list(movies) == []
    assert movies.row_count() == 0


@pytest.mark.parametrize("missing", ["movies.csv", "links.csv"])
def test_a_missing_file_is_one_clear_error(folder: Folder, missing: str) -> None:
    path = folder(["1,One,Drama"])
    (path / missing).unlink()

    with pytest.raises(NotMovieLens) as refused:
        MovieLens.open(path)

    assert (refused.value.file, refused.value.reason) == (
        path / missing,
        "No such file or directory",
    )
    assert str(refused.value) == f"{path / missing}: No such file or directory"


def test_no_client_gets_to_read_where_files_lie() -> None:
    assert not issubclass(NotMovieLens, WatchlistError)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "there is no column movieId"),
        (b"userId,movieId,rating,timestamp\n1,1,4.0,964982703\n", "there is no column title"),
        (b'movieId,"title\n', "this is no CSV: unexpected end of data"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "there is no column movieId"),
        (f"{MOVIES}\n".encode("utf-16"), "there is no column movieId"),
    ],
)
def test_another_file_is_one_clear_error(folder: Folder, content: bytes, reason: str) -> None:
    path = folder([])
    (path / "movies.csv").write_bytes(content)

    with pytest.raises(NotMovieLens) as refused:
        MovieLens.open(path)

    assert (refused.value.file, refused.value.reason) == (path / "movies.csv", reason)


def test_the_real_folder_is_read_without_a_refusal(movielens_folder: Path) -> None:
    rows = MovieLens.open(movielens_folder)

    movies = [row for row in rows if isinstance(row, NewMovie)]

    assert len(movies) == rows.row_count() == 9_742
    titles = {(movie.title, movie.year) for movie in movies}
    assert titles >= {
        ("The Matrix", 1999),
        ("L'Avventura", 1960),
        ("Frontière(s)", 2007),
        ("(500) Days of Summer", 2009),
        ("Death Note: Desu nôto", 2006),
        ("Amelie", 2001),
        ("Paterson", None),
    }
    originals = {movie.original_title for movie in movies if movie.original_title}
    assert originals >= {"Le Fabuleux destin d'Amélie Poulain", "La Cité des enfants perdus"}
    assert len(originals) == 999
    assert sum(bool(movie.alternative_titles) for movie in movies) == 119
    assert len({genre for movie in movies for genre in movie.genres}) == 19
    assert sum(movie.year is None for movie in movies) == 12
    assert sum(not movie.genres for movie in movies) == 34
    counts = Counter(found for movie in movies for found in movie.external_ids)
    assert Counter(found.provider for found in counts.elements()) == {
        "movielens": 9_742,
        "imdb": 9_742,
        "tmdb": 9_734,
    }
    assert [found for found, count in counts.items() if count > 1] == [
        ExternalId("tmdb", MediaType.MOVIE, "4912")
    ]
