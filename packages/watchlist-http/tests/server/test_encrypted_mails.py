"""The real worker, on the loop that it really has, signs in to a mail server that encrypts."""

import asyncio
import ssl
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Final, TypeAlias

import pytest
import trustme

from tests.servers.databases import SqliteFiles
from tests.servers.mail import MailServer, mail_server
from tests.servers.watchlist import PATIENCE, Running, Start
from watchlist_core.auth import PasswordRules, Register
from watchlist_core.ids import Uuid7
from watchlist_core.testing import PlainPasswords
from watchlist_core.work import now
from watchlist_http.server.settings import MailSecurity
from watchlist_sql.store import SqlStore

PASSWORD: Final = "a-secret-of-ours"  # noqa: S105  it opens nothing
US: Final = (b"us", PASSWORD.encode())

Serve: TypeAlias = Callable[[ssl.SSLContext], AbstractAsyncContextManager[MailServer]]
ENCRYPTED: Final[dict[MailSecurity, Serve]] = {
    MailSecurity.STARTTLS: lambda context: mail_server(credentials=US, starttls=context),
    MailSecurity.TLS: lambda context: mail_server(credentials=US, tls=context),
}


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """What a mail server shows; the programs that are started believe whoever made it."""
    authority, file = trustme.CA(), tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    return context


async def worker_that_mails(run: Start, url: str, post: MailServer, **more: str) -> Running:
    return await run(
        "worker",
        environment="production",
        database_url=url,
        http_public_url="https://movies.example.org",
        mail_host="localhost",
        mail_port=str(post.port),
        mail_username="us",
        mail_sender="Our Movies <us@example.org>",
        **({"mail_password": PASSWORD} | more),
    )


async def somebody_registers(url: str) -> None:
    store = await SqlStore.open(url)
    register = Register(
        store.begin, now, Uuid7(), PlainPasswords(), PasswordRules(), activation_required=True
    )
    await register("ada@example.org", "Correct1Horse!")
    await store.close()


@pytest.mark.parametrize("security", ENCRYPTED)
async def test_a_worker_sends_mails_encrypted_and_signed_in_and_tells_no_secret(
    run: Start, sqlite: SqliteFiles, certificate: ssl.SSLContext, security: MailSecurity
) -> None:
    async with sqlite.migrated() as url, ENCRYPTED[security](certificate) as post:
        await somebody_registers(url)

        worker = await worker_that_mails(run, url, post, mail_security=security)
        async with asyncio.timeout(PATIENCE):
            await post.takes(1)

        assert await worker.stop() == 0

    (mail,) = post.taken
    assert mail.links[0].startswith("https://movies.example.org/activate#token=")
    assert mail.token not in worker.output
    assert PASSWORD not in worker.output
    assert not worker.told("event failed")


@pytest.mark.parametrize("security", ENCRYPTED)
async def test_a_worker_says_why_it_cannot_sign_in_and_tells_no_secret(
    run: Start, sqlite: SqliteFiles, certificate: ssl.SSLContext, security: MailSecurity
) -> None:
    async with sqlite.migrated() as url, ENCRYPTED[security](certificate) as post:
        await somebody_registers(url)

        worker = await worker_that_mails(
            run, url, post, mail_security=security, mail_password=f"{PASSWORD}-of-old"
        )
        (said,) = await worker.says("event failed")

        assert await worker.stop() == 0

    assert "SMTPAuthenticationError" in said.string
    assert post.taken == []
    assert PASSWORD not in worker.output
