"""The peer of the benchmark gives the same answers as the server, or it would compare nothing."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from benchmarks.asked import (
    SORTS,
    contained,
    filtered,
    lists,
    ratings,
    statistics,
)
from benchmarks.dataset import Dataset, made
from benchmarks.servers import Answer, Server
from benchmarks.stage import staged
from benchmarks.subjects import OURS, PEER


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return made(60, account_count=3, watched_each=20)


@pytest.fixture(scope="module")
def servers(dataset: Dataset) -> Iterator[tuple[Server, Server]]:
    with ExitStack() as stack:
        stage = stack.enter_context(staged("sqlite", dataset))
        ours = stack.enter_context(stage.serving(OURS))
        peer = stack.enter_context(stage.serving(PEER))
        yield ours, peer


def members(answer: Answer) -> Any:
    """Return the answer's members, of cursors only whether there is one: each makes its own."""
    assert answer.status == 200, answer.body
    told = json.loads(answer.body)
    pagination = told.get("pagination", {})
    if pagination:
        pagination["next_cursor"] = pagination["next_cursor"] is not None
    return told


def test_the_lists_are_the_same(servers: tuple[Server, Server], dataset: Dataset) -> None:
    asked = lists(dataset)

    for request in asked:
        ours, peer = (members(server.ask(request.path)) for server in servers)

        assert ours == peer, request.path
        assert len(ours["items"]) == 20
    assert len({request.path for request in asked}) == 3 * 2 * len(SORTS)


def test_the_filtered_lists_are_the_same(servers: tuple[Server, Server], dataset: Dataset) -> None:
    asked = [*filtered(dataset)[::13], *contained(dataset)]
    found = 0

    for request in asked:
        ours, peer = (members(server.ask(request.path)) for server in servers)

        assert ours == peer, request.path
        found += len(ours["items"])
    assert found > len(dataset.movies)


def test_the_statistics_are_the_same(servers: tuple[Server, Server]) -> None:
    (request,) = statistics()

    ours, peer = (members(server.ask(request.path)) for server in servers)

    assert ours == peer
    assert len(ours["items"]) > 1


def test_the_movies_are_the_same(servers: tuple[Server, Server], dataset: Dataset) -> None:
    for movie in dataset.movies:
        ours, peer = (members(server.ask(f"/api/v1/movies/{movie.id}")) for server in servers)

        assert ours == peer


def test_ratings_lead_to_the_same_scores(servers: tuple[Server, Server], dataset: Dataset) -> None:
    for ours, peer in zip(ratings(dataset, OURS), ratings(dataset, PEER), strict=True):
        answers = [
            members(server.ask(request.path, "PUT", request.token, request.body))
            for server, request in zip(servers, (ours, peer), strict=True)
        ]

        assert answers[0] == answers[1]


@pytest.mark.parametrize(
    ("signed_in_as", "body", "status"),
    [
        ("nobody", '{"stars": 3}', 401),
        ("a forger", '{"stars": 3}', 401),
        ("a viewer", '{"stars": 3.3}', 422),
        ("a viewer", '{"stars": 3, "more": 1}', 422),
    ],
)
def test_both_refuse_the_same(
    servers: tuple[Server, Server], dataset: Dataset, signed_in_as: str, body: str, status: int
) -> None:
    _, viewer, movie = dataset.watches[0]
    path = f"/api/v1/movies/{dataset.movies[movie].id}/rating"

    for server, subject in zip(servers, (OURS, PEER), strict=True):
        own = subject.token(dataset.accounts[viewer])
        tokens = {"nobody": "", "a forger": own[:-4] + "AAAA", "a viewer": own}
        answer = server.ask(path, "PUT", tokens[signed_in_as], body)

        assert answer.status == status, (subject.name, answer)
