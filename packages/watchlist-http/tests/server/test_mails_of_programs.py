"""Mails of the real server, as somebody sees them who tries it."""

from typing import Final

import pytest
from aiohttp import ClientSession

from tests.servers.databases import SqliteFiles
from tests.servers.watchlist import Start

ADA: Final = {"email": "ada@example.org", "password": "Correct1Horse!"}


async def test_in_development_the_link_in_the_log_activates_the_account(
    serve: Start, sqlite: SqliteFiles
) -> None:
    async with sqlite.migrated() as url:
        server = await serve(database_url=url, auth_require_activation="true")
        auth = f"{server.url}/api/v1/auth"
        async with ClientSession() as client:
            async with client.post(f"{auth}/register", json=ADA) as answer:
                registered = answer.status

            (link,) = await server.says(r"(http\S+/activate)#token=([\w-]+)")
            async with client.post(f"{auth}/login", json=ADA) as answer:
                too_early = answer.status
            async with client.post(f"{auth}/activate", json={"token": link[2]}) as answer:
                activated = answer.ok
            async with client.post(f"{auth}/login", json=ADA) as answer:
                signed_in = answer.status

        assert (registered, too_early, activated, signed_in) == (201, 403, True, 200)
        assert "Subject  Activate your account" in server.output


@pytest.mark.parametrize("workers", ["1", "2"])
async def test_links_lead_to_the_port_that_the_server_took(
    serve: Start, sqlite: SqliteFiles, workers: str
) -> None:
    async with sqlite.migrated() as url:
        server = await serve(database_url=url, auth_require_activation="true", http_workers=workers)
        async with (
            ClientSession(server.url) as client,
            client.post("/api/v1/auth/register", json=ADA) as answer,
        ):
            assert answer.status == 201

        (link,) = await server.says(r"(http\S+)/activate#token=")

    assert not server.url.endswith(":0")
    assert link[1] == server.url
