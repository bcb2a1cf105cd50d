"""Who compares answers with the document notices what does not fit."""

from typing import Any
from uuid import UUID

import pytest

from watchlist_core.catalogue import MovieNotFound
from watchlist_core.errors import Conflict
from watchlist_http.answers import Answer
from watchlist_http.openapi import document
from watchlist_http.routing import Routes

routes = Routes("Liars", under="")


class SoldOut(Conflict):
    """It is sold out."""


class Thing(Answer, frozen=True):
    """A thing."""

    id: UUID


@routes.get("/undeclared")
async def refuse_undeclared() -> Thing:
    """Refuse what is not declared."""
    raise SoldOut


@routes.get("/oddly", raises=[MovieNotFound])
async def refuse_oddly() -> Thing:
    """Refuse with a member that has not the declared shape."""
    raise MovieNotFound("no id")  # type: ignore[arg-type]


@routes.get("/shapeless")
async def answer_shapeless() -> Thing:
    """Answer what has not the declared shape."""
    return Thing("no id")  # type: ignore[arg-type]


@routes.get("/fine")
async def answer_fine() -> Thing:
    """Answer what is declared."""
    return Thing(UUID(int=7))


@pytest.mark.parametrize(
    ("path", "complaint"),
    [
        ("/undeclared", "409: the status is not documented"),
        ("/oddly", 'is not a "uuid"'),
        ("/shapeless", 'is not a "uuid"'),
    ],
)
async def test_an_answer_that_is_not_documented_is_noticed(
    start: Any, witnesses: Any, path: str, complaint: str
) -> None:
    client = await start([routes])

    await client.get(path)

    (witness,) = witnesses
    assert len(witness.complaints) == 1
    assert complaint in witness.complaints[0]
    witness.complaints.clear()  # else the fixture would fail, which is what it is for


async def test_a_header_that_is_missing_or_unknown_is_noticed(start: Any, witnesses: Any) -> None:
    client = await start([routes])
    (witness,) = witnesses
    responses = witness.document["paths"]["/fine"]["get"]["responses"]
    responses["200"]["headers"]["Location"] = {"schema": {"type": "string"}}
    del responses["200"]["headers"]["ETag"]

    await client.get("/fine")

    assert [one.partition(": ")[2] for one in witness.complaints] == [
        "location is missing",
        "etag is not documented",
    ]
    witness.complaints.clear()


async def test_what_is_documented_passes(start: Any, witnesses: Any) -> None:
    client = await start([routes])

    answer = await client.get("/fine")

    assert answer.status == 200
    assert witnesses[0].document == document([routes])
    assert witnesses[0].complaints == []
