"""Files are fetched from a real server, which may send what it likes."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from attrs import define, field
from yarl import URL

from watchlist_http.server.downloading import DownloadLimits, DownloadRefused, fetched, following

CONTENT = bytes(range(256)) * 1_000


@define
class Elsewhere:
    """Answers by the path that is asked for."""

    address: str = ""
    asked: list[str] = field(factory=list)
    is_over: asyncio.Event = field(factory=asyncio.Event)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        match request.path.split("/"):
            case ["", "file"]:
                return web.Response(body=CONTENT)
            case ["", "unsized"]:
                return await self._in_chunks(request)
            case ["", "again", count]:
                there = "/file" if count == "1" else f"/again/{int(count) - 1}"
                return web.Response(status=302, headers={"Location": there})
            case ["", "to"]:
                return web.Response(status=307, headers={"Location": request.query["place"]})
            case ["", "torn" | "slow" as how]:
                return await self._half(request, is_torn=how == "torn")
            case ["", "silent"]:
                await self.is_over.wait()
        return web.Response(status=404)

    async def _in_chunks(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        response.enable_chunked_encoding()
        await response.prepare(request)
        await response.write(CONTENT)
        await response.write_eof()
        return response

    async def _half(self, request: web.Request, *, is_torn: bool) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(len(CONTENT))})
        await response.prepare(request)
        await response.write(CONTENT[:1_000])
        if is_torn:
            assert request.transport
            request.transport.abort()
        else:
            await self.is_over.wait()
        return response


@pytest.fixture
async def elsewhere(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Elsewhere]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    elsewhere = Elsewhere()
    application = web.Application()
    application.router.add_get("/{path:.*}", elsewhere.answer)
    async with TestServer(application) as server:
        elsewhere.address = str(server.make_url("")).rstrip("/")
        yield elsewhere
        elsewhere.is_over.set()


async def content(url: str, limits: DownloadLimits | None = None) -> tuple[int | None, bytes]:
    async with fetched(url, limits) as download:
        return download.size, b"".join([chunk async for chunk in download.chunks()])


async def refusal(url: str, **limits: float) -> str:
    with pytest.raises(DownloadRefused) as refused:
        await content(url, DownloadLimits(**limits))  # type: ignore[arg-type]  # each of its type
    return str(refused.value)


@pytest.mark.parametrize(
    ("path", "size"),
    [("/file", len(CONTENT)), ("/unsized", None), ("/again/5", len(CONTENT))],
)
async def test_a_file_comes_whole(elsewhere: Elsewhere, path: str, size: int | None) -> None:
    assert await content(elsewhere.address + path) == (size, CONTENT)


@pytest.mark.parametrize(
    ("path", "limits", "reason"),
    [
        ("/nothing", {}, "the answer is 404 Not Found"),
        ("/file", {"bytes": 255_999}, "it has more than 255,999 bytes"),
        ("/unsized", {"bytes": 255_999}, "it has more than 255,999 bytes"),
        ("/again/6", {}, "it leads on more than 5 times"),
        ("/to?place=file:///etc/passwd", {}, "it leads to where no file can be fetched from"),
        ("/to?place=", {}, "it leads on more than 5 times"),
        ("/torn", {}, "only a part of it has come"),
        ("/slow", {"silence": 0.05}, "it takes too long to come"),
        ("/slow", {"whole": 0.2}, "it takes too long to come"),
        ("/silent", {"silence": 0.05}, "it takes too long to come"),
    ],
)
async def test_what_does_not_come_within_the_limits_is_refused(
    elsewhere: Elsewhere, path: str, limits: dict[str, float], reason: str
) -> None:
    assert await refusal(elsewhere.address + path, **limits) == reason


def test_nobody_is_led_from_a_safe_connection_to_an_open_one() -> None:
    here = URL("https://example.org/ml.zip")

    assert following(here, "/other.zip") == URL("https://example.org/other.zip")
    with pytest.raises(DownloadRefused, match="others could read and change it"):
        following(here, "http://example.org/ml.zip")


async def test_a_server_that_is_not_there_is_told_without_secrets() -> None:
    closed = TestServer(web.Application())
    await closed.start_server()
    port = closed.port
    await closed.close()

    told = await refusal(f"http://user:secret@127.0.0.1:{port}/ml.zip?token=secret")

    assert told.startswith("it cannot be reached: ")
    assert "secret" not in told


@pytest.mark.parametrize("url", ["http://", "http://[::1", "http://exa mple/"])
async def test_a_url_that_is_none_is_refused(url: str) -> None:
    assert (await refusal(url)).startswith("it cannot be ")
