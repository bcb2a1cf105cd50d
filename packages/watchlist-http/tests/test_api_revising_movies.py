"""What moderators can rely on when they correct a movie, or take it out."""

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeAlias

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient
from attrs import frozen

Client: TypeAlias = TestClient[web.Request, web.Application]
Json: TypeAlias = dict[str, Any]

ADDRESS: Final = "/api/v1/movies"
NOBODY: Final = "01900000-0000-7000-8000-00000000dead"
"""An id that no movie has."""
SOLARIS: Final = {
    "title": "Solaris",
    "original_title": "Солярис",
    "alternative_titles": ["Solaris: The Ocean"],
    "year": 1972,
    "runtime": 167,
    "description": "An ocean answers.",
    "genres": ["Drama", "Science fiction"],
    "external_ids": [{"provider": "imdb", "kind": "movie", "value": "tt0069293"}],
}


@frozen
class Known:
    """A movie as the moderator has seen it."""

    client: Client
    by: Any
    told: Json
    tag: str

    @property
    def address(self) -> str:
        return f"{ADDRESS}/{self.told['id']}"

    async def patch(
        self, changes: object, /, seen: str | None = None, **more: str
    ) -> ClientResponse:
        headers = self.by.headers | {"If-Match": self.tag if seen is None else seen} | more
        return await self.client.patch(self.address, json=changes, headers=headers)

    async def delete(self, seen: str | None = None) -> ClientResponse:
        headers = self.by.headers | {"If-Match": self.tag if seen is None else seen}
        return await self.client.delete(self.address, headers=headers)


Add: TypeAlias = Callable[..., Awaitable[Known]]


@pytest.fixture
def add(client: Client, moderator: Any) -> Add:
    async def add(**movie: object) -> Known:
        answer = await client.post(ADDRESS, json=SOLARIS | movie, headers=moderator.headers)
        assert answer.status == 201, await answer.text()
        return Known(client, moderator, await answer.json(), answer.headers["ETag"])

    return add


@pytest.fixture
async def solaris(add: Add) -> Known:
    return await add()


async def code(answer: ClientResponse) -> tuple[int, str]:
    return answer.status, (await answer.json(content_type=None))["code"]


async def rate(client: Client, movie: Known, by: Any, stars: float) -> None:
    watch = {"movie_id": movie.told["id"]}
    await client.post("/api/v1/watches", json=watch, headers=by.headers)
    rated = await client.put(f"{movie.address}/rating", json={"stars": stars}, headers=by.headers)
    assert rated.status == 200


async def test_what_is_given_changes_and_nothing_else(client: Client, solaris: Known) -> None:
    changes = {
        "title": " Solyaris ",
        "alternative_titles": ["Solaris", "SOLARIS", "Солярис"],
        "genres": ["science FICTION", "Slow cinema"],
        "external_ids": [],
    }

    answer = await solaris.patch(changes)

    told = await answer.json()
    shown = await client.get(solaris.address)
    assert answer.status == 200
    assert [genre["name"] for genre in told["genres"]] == ["Science fiction", "Slow cinema"]
    assert told["genres"][0] == solaris.told["genres"][1]
    assert told == solaris.told | {
        "title": "Solyaris",
        "alternative_titles": ["Solaris"],
        "genres": told["genres"],
        "external_ids": [],
        "revision": 2,
    }
    assert await shown.json() == told
    assert shown.headers["ETag"] == answer.headers["ETag"] != solaris.tag
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("title", "Another"),
        ("original_title", "Solyaris"),
        ("alternative_titles", ["Solyaris"]),
        ("year", 1971),
        ("runtime", 166),
        ("media_type", "series"),
        ("description", ""),
        ("external_ids", [{"provider": "tmdb", "kind": "movie", "value": "593"}]),
        ("original_title", None),
        ("year", None),
        ("runtime", None),
        ("alternative_titles", []),
        ("genres", []),
        ("external_ids", []),
    ],
)
async def test_each_member_can_be_changed_and_what_may_lack_cleared(
    solaris: Known, member: str, value: object
) -> None:
    answer = await solaris.patch({member: value})

    assert answer.status == 200, await answer.text()
    assert await answer.json() == solaris.told | {member: value, "revision": 2}


async def test_what_changes_nothing_leaves_the_revision(solaris: Known) -> None:
    nothing = await solaris.patch({})
    same = await solaris.patch({"title": "Solaris", "year": 1972})

    for answer in (nothing, same):
        assert await answer.json() == solaris.told
        assert answer.headers["ETag"] == solaris.tag


async def test_what_no_movie_can_be_is_refused_all_at_once(solaris: Known) -> None:
    wrong = {
        "title": None,
        "original_title": " ",
        "alternative_titles": None,
        "year": 2101,
        "runtime": "long",
        "media_type": None,
        "description": None,
        "genres": [""],
        "external_ids": [{"provider": "imdb"}],
        "revision": 7,
        "allow_duplicate": None,
    }

    answer = await solaris.patch(wrong)

    assert answer.status == 422
    errors = {e["pointer"]: e["message"] for e in (await answer.json())["errors"]}
    assert errors == {
        "/title": "must be a text without NUL",
        "/original_title": "must not be blank",
        "/alternative_titles": "must be a list",
        "/year": "must be 1870 to 2100",
        "/runtime": "must be a whole number below 2^53",
        "/media_type": "must be one of movie, series",
        "/description": "must be a text without NUL",
        "/genres/0": "must have 1 to 60 characters",
        "/external_ids/0/kind": "is missing",
        "/external_ids/0/value": "is missing",
        "/revision": "is not known here",
        "/allow_duplicate": "must be true or false",
    }


@pytest.mark.parametrize("member", ["title", "original_title", "alternative_titles"])
async def test_a_title_that_would_be_too_long_to_sort_by_is_refused(
    solaris: Known, member: str
) -> None:
    title = "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 100

    answer = await solaris.patch({member: [title] if member[-1] == "s" else title})

    assert answer.status == 422
    (error,) = (await answer.json())["errors"]
    assert error["message"] == f"{member} is too long once its letters are taken apart"


async def test_no_movie_becomes_another_one_unless_it_is_meant(solaris: Known, add: Add) -> None:
    remake = await add(year=2002, external_ids=[])

    refused = await remake.patch({"year": 1972})
    meant = await remake.patch({"year": 1972, "allow_duplicate": True})

    assert await code(refused) == (409, "movie-already-there")
    assert (await refused.json())["movie"] == solaris.told["id"]
    assert meant.status == 200


async def test_the_id_of_a_provider_is_not_taken_from_another(solaris: Known, add: Add) -> None:
    remake = await add(year=2002, external_ids=[])

    answer = await remake.patch({"external_ids": solaris.told["external_ids"]})

    assert await code(answer) == (409, "external-id-taken")
    assert (await answer.json())["external_id"] == solaris.told["external_ids"][0]


async def test_of_two_who_have_seen_the_same_one_is_told_so(solaris: Known) -> None:
    first = await solaris.patch({"year": 1971})
    second = await solaris.patch({"runtime": 1})
    gone = await solaris.delete()

    assert first.status == 200
    for answer in (second, gone):
        assert await code(answer) == (412, "stale-movie")
        problem = await answer.json()
        assert (problem["movie"], problem["revision"]) == (solaris.told["id"], 2)
    again = await solaris.patch({"runtime": 1}, first.headers["ETag"])
    assert (await again.json())["revision"] == 3


@pytest.mark.parametrize(
    "seen",
    [
        "{tag}",
        "W/{tag}",
        '"1-packed-elsewhere-gzip"',
        "*",
        " * ",
        '"0-a", {tag},, "x"',
        '"x",{tag}',
    ],
)
async def test_it_is_the_revision_that_was_seen_which_counts(solaris: Known, seen: str) -> None:
    answer = await solaris.patch({"year": 1971}, seen.format(tag=solaris.tag))

    assert answer.status == 200, await answer.text()


@pytest.mark.parametrize(
    "seen",
    [
        *('"2-a"', 'W/"10-a"', '"1"', '"-1-a"', '"01-a"', '"٣-a"', '""', '"a", "b"', "", ","),
        f'"{"9" * 300}-a"',
    ],
)
async def test_what_names_no_such_revision_is_stale(solaris: Known, seen: str) -> None:
    for answer in (await solaris.patch({"year": 1971}, seen), await solaris.delete(seen)):
        assert await code(answer) == (412, "stale-movie")


@pytest.mark.parametrize(
    "seen", ["1-a", "1", '"1-a', '1-a"', '"1-a" "2-a"', 'w/"1-a"', '*, "1-a"', "**", '"1 a"', "'1'"]
)
async def test_what_is_no_tag_is_malformed(solaris: Known, seen: str) -> None:
    for answer in (await solaris.patch({"year": 1971}, seen), await solaris.delete(seen)):
        assert await code(answer) == (400, "malformed-condition")


async def test_several_headers_are_one_list(client: Client, solaris: Known) -> None:
    headers = [*solaris.by.headers.items(), ("If-Match", '"x"'), ("If-Match", solaris.tag)]

    answer = await client.patch(solaris.address, json={"year": 1971}, headers=headers)

    assert answer.status == 200


async def test_who_does_not_say_what_was_seen_changes_nothing(
    client: Client, solaris: Known
) -> None:
    patched = await client.patch(solaris.address, json={"year": 1}, headers=solaris.by.headers)
    deleted = await client.delete(solaris.address, headers=solaris.by.headers)

    for answer in (patched, deleted):
        assert await code(answer) == (428, "condition-required")
    assert (await client.get(solaris.address)).headers["ETag"] == solaris.tag


async def test_ratings_make_another_tag_and_nothing_stale(
    client: Client, solaris: Known, user: Any
) -> None:
    await rate(client, solaris, user, 4.5)

    shown = await client.get(solaris.address, headers={"If-None-Match": solaris.tag})
    patched = await solaris.patch({"year": 1971})

    assert (shown.status, (await shown.json())["revision"]) == (200, 1)
    told = await patched.json()
    assert (patched.status, told["average_rating"], told["rating_count"]) == (200, 4.5, 1)
    assert (await client.get(solaris.address)).headers["ETag"] == patched.headers["ETag"]


async def test_the_tag_of_a_packed_answer_is_as_good(client: Client, add: Add) -> None:
    long = await add(description="x" * 2000)
    plain = await client.get(long.address, headers={"Accept-Encoding": "identity"})
    packed = await client.get(long.address, headers={"Accept-Encoding": "gzip"})

    answer = await long.patch({"year": 1971}, packed.headers["ETag"])

    assert packed.headers["ETag"] == f"W/{plain.headers['ETag']}"
    assert answer.status == 200


async def test_a_withdrawn_movie_is_gone_and_stays_in_what_people_did(
    client: Client, solaris: Known, user: Any
) -> None:
    await rate(client, solaris, user, 4.5)

    answer = await solaris.delete()

    assert (answer.status, await answer.read()) == (204, b"")
    assert (await (await client.get(ADDRESS)).json())["items"] == []
    shown = await client.get(solaris.address)
    by_id = await client.get(f"{ADDRESS}/by-id/imdb/tt0069293")
    again = await solaris.delete("*")
    assert await code(shown) == await code(again) == (404, "movie-not-found")
    assert await code(by_id) == (404, "external-id-unknown")


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_what_is_not_there_is_not_changed(
    client: Client, moderator: Any, method: str
) -> None:
    headers = moderator.headers | {"If-Match": "*"}
    body: Json | None = {} if method == "PATCH" else None

    unknown = await client.request(method, f"{ADDRESS}/{NOBODY}", json=body, headers=headers)
    no_id = await client.request(method, f"{ADDRESS}/solaris", json=body, headers=headers)

    assert await code(unknown) == (404, "movie-not-found")
    assert await code(no_id) == (404, "no-such-resource")


async def test_only_moderators_change_movies(client: Client, solaris: Known, user: Any) -> None:
    for headers, status in (({}, 401), (user.headers, 403)):
        patched = await client.patch(solaris.address, json={}, headers=headers)
        deleted = await client.delete(solaris.address, headers=headers)

        assert (patched.status, deleted.status) == (status, status)
