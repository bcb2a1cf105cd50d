"""The generated client of November 7 reads what the provider answers, over a real connection."""

from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from json import dumps
from threading import Thread
from typing import Any, TypeAlias
from urllib.parse import parse_qs, urlsplit

import pytest
from typing_extensions import override

from watchlist_provider_client.generated.november7 import Client
from watchlist_provider_client.generated.november7.api.movies import list_movies
from watchlist_provider_client.generated.november7.errors import UnexpectedStatus
from watchlist_provider_client.generated.november7.models import Movie, MoviePage, Refusal
from watchlist_provider_client.generated.november7.types import UNSET

Answering: TypeAlias = Callable[[int, Mapping[str, Any]], Client]


@pytest.fixture
def asked() -> list[str]:
    """Return the addresses that the provider was asked for, as they come."""
    return []


@pytest.fixture
def answering(asked: list[str]) -> Iterator[Answering]:
    """Start a provider that gives one answer to everything, and return a client of it."""
    servers: list[ThreadingHTTPServer] = []

    def start(status: int, body: Mapping[str, Any]) -> Client:
        class Provider(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                encoded = dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(encoded)))
                self.end_headers()
                self.wfile.write(encoded)

            @override
            def log_message(self, *_: object) -> None:
                """Stay quiet."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
        servers.append(server)
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return Client(
            f"http://127.0.0.1:{server.server_port}",
            raise_on_unexpected_status=True,
            httpx_args={"trust_env": False},  # a proxy of the environment cannot reach this server
        )

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


async def test_a_movie_with_all_members_is_read(answering: Answering) -> None:
    full = {
        "id": "a1",
        "title": "Stalker",
        "description": "A guide leads two men into the Zone.",
        "image_url": "https://images.example/stalker.jpg",
        "rating": 8.1,
    }

    async with answering(200, {"total": 1, "items": [full]}) as client:
        page = await list_movies.asyncio(client=client)

    assert isinstance(page, MoviePage)
    assert page.total == 1
    assert page.items == [
        Movie(
            id="a1",
            title="Stalker",
            description="A guide leads two men into the Zone.",
            image_url="https://images.example/stalker.jpg",
            rating=8.1,
        )
    ]


async def test_a_movie_of_which_only_id_and_title_are_known_is_read(answering: Answering) -> None:
    async with answering(200, {"items": [{"id": "a1", "title": "Stalker"}]}) as client:
        page = await list_movies.asyncio(client=client)

    assert isinstance(page, MoviePage)
    assert page.total is UNSET
    assert page.items == [Movie(id="a1", title="Stalker")]
    assert page.items[0].rating is UNSET


async def test_members_that_nobody_described_are_kept_aside(answering: Answering) -> None:
    movie = {"id": "a1", "title": "Stalker", "colour": "sepia"}

    async with answering(200, {"items": [movie]}) as client:
        page = await list_movies.asyncio(client=client)

    assert isinstance(page, MoviePage)
    assert page.items[0].additional_properties == {"colour": "sepia"}


async def test_the_parameters_arrive(answering: Answering, asked: list[str]) -> None:
    async with answering(200, {"items": []}) as client:
        await list_movies.asyncio(client=client, skip=20, limit=5, query="Solaris & more")

    address = urlsplit(asked[0])
    assert address.path == "/movies/"
    assert parse_qs(address.query) == {"skip": ["20"], "limit": ["5"], "query": ["Solaris & more"]}


async def test_a_refusal_is_an_object_and_no_error(answering: Answering) -> None:
    complaint = {"loc": ["query", "skip"], "msg": "Not a number.", "type": "int_parsing"}

    async with answering(422, {"detail": [complaint]}) as client:
        refusal = await list_movies.asyncio(client=client)

    assert isinstance(refusal, Refusal)
    assert refusal.detail
    assert refusal.detail[0].loc == ["query", "skip"]


async def test_an_answer_that_nobody_described_raises(answering: Answering) -> None:
    async with answering(405, {"detail": "Oops!"}) as client:
        with pytest.raises(UnexpectedStatus) as raised:
            await list_movies.asyncio(client=client)

    assert raised.value.status_code == 405


def test_a_program_without_a_loop_reads_the_same(answering: Answering) -> None:
    with answering(200, {"items": [{"id": "a1", "title": "Stalker"}]}) as client:
        page = list_movies.sync(client=client)

    assert isinstance(page, MoviePage)
    assert page.items == [Movie(id="a1", title="Stalker")]
