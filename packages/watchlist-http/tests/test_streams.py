"""A long answer is whole, or breaks off."""

import asyncio
import json
import logging
from asyncio import Event
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientPayloadError
from attrs import define, field

from watchlist_core.work import StoreUnavailable
from watchlist_http.answers import Answer
from watchlist_http.routing import Routes

routes = Routes("Numbers", under="")


class Number(Answer, frozen=True):
    """A number."""

    number: int


@define
class Source:
    """Gives numbers until it fails, or is closed."""

    failing_at: int = -1
    given: int = 0
    is_closed: Event = field(factory=Event)

    async def numbers(self) -> AsyncIterator[Number]:
        try:
            while self.given < 50_000:
                if self.given == self.failing_at:
                    raise StoreUnavailable
                self.given += 1
                yield Number(self.given)
                await asyncio.sleep(0)
        finally:
            self.is_closed.set()


@routes.get("/numbers", raises=[StoreUnavailable])
async def export_numbers(source: Source) -> AsyncIterator[Number]:
    """Export numbers."""
    return source.numbers()


@pytest.fixture
def source(services: Any) -> Source:
    source = Source()
    services.add(source)
    return source


async def test_a_long_answer_leaves_in_pieces(start: Any, source: Source) -> None:
    client = await start([routes])

    answer = await client.get("/numbers")

    assert (await answer.text()).splitlines()[-1] == '{"number":50000}'
    assert answer.headers["Transfer-Encoding"] == "chunked"
    assert source.is_closed.is_set()


async def test_the_log_tells_how_long_it_was(start: Any, source: Source) -> None:
    written: list[bytes] = []
    client = await start([routes], request_log=written.append)

    body = await (await client.get("/numbers")).read()
    await client.close()

    (line,) = [json.loads(line) for line in b"".join(written).splitlines()]
    assert source.given == 50_000
    assert len(body) < line["bytes"] < 1.1 * len(body)


async def test_what_fails_before_the_first_line_is_a_problem(start: Any, source: Source) -> None:
    source.failing_at = 0
    client = await start([routes])

    answer = await client.get("/numbers")

    assert (answer.status, answer.content_type) == (503, "application/problem+json")


async def test_what_fails_later_breaks_the_answer_off(
    start: Any, source: Source, caplog: pytest.LogCaptureFixture
) -> None:
    source.failing_at = 40_000
    client = await start([routes])

    answer = await client.get("/numbers")
    with pytest.raises(ClientPayloadError):
        await answer.read()

    assert answer.status == 200
    (record,) = (one for one in caplog.records if one.levelno >= logging.WARNING)
    assert "broke off" in record.getMessage()


async def test_for_a_client_that_has_left_nothing_more_is_read(
    start: Any, source: Source, caplog: pytest.LogCaptureFixture
) -> None:
    client = await start([routes])

    answer = await client.get("/numbers")
    answer.close()
    await source.is_closed.wait()

    assert source.given < 50_000
    assert [one for one in caplog.records if one.levelno >= logging.WARNING] == []


async def test_who_asks_only_for_the_headers_gets_no_lines(start: Any, source: Source) -> None:
    client = await start([routes])

    answer = await client.head("/numbers")

    assert (answer.status, answer.content_type) == (200, "application/jsonl")
    assert source.given == 1
