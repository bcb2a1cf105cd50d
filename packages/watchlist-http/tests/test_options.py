import pytest

from watchlist_http.options import Options


@pytest.mark.parametrize(
    "address",
    [
        "example.org",
        "ftp://example.org",
        "https://",
        "https://example.org/?a=1",
        "http://a.b/#c",
        "https://exa\nmple.org",
        "https://example.org/ ",
        "https://example.org/a>b",
        "https://example.org/\N{LATIN SMALL LETTER A WITH DIAERESIS}",
        "https://me:secret@example.org",
        "https://:80",
        "https://example.org:99999",
        "https://[::1",
    ],
)
def test_the_public_address_is_one_that_links_can_start_with(address: str) -> None:
    with pytest.raises(ValueError, match="public_url"):
        Options(public_url=address)


@pytest.mark.parametrize("address", ["HTTP://[::1]:8000", "https://example.org/%C3%A4/~me"])
def test_the_public_address_may_be_any_that_is_written_as_a_link_is(address: str) -> None:
    assert Options(public_url=address).public_url == address


@pytest.mark.parametrize("address", ["https://example.org/movies", "https://example.org/movies/"])
def test_links_go_on_from_the_public_address(address: str) -> None:
    assert Options(public_url=address).public_url == "https://example.org/movies"


def test_a_secret_must_be_long() -> None:
    with pytest.raises(ValueError, match="secret"):
        Options(secret=b"short")


def test_without_a_secret_each_program_makes_its_own_and_shows_none() -> None:
    first, second = Options(), Options()

    assert first.secret != second.secret
    assert "secret" not in repr(first)


@pytest.mark.parametrize("largest", [0, -1])
def test_some_body_must_be_allowed(largest: int) -> None:
    with pytest.raises(ValueError, match="largest_body"):
        Options(largest_body=largest)


async def test_by_default_a_program_is_always_ready() -> None:
    assert await Options().ready()
