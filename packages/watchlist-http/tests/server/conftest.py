"""Real servers in processes of their own, and databases with something in them."""

from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

import pytest

from tests.servers.databases import SqliteFiles
from tests.servers.relays import Heard
from tests.servers.watchlist import KEY, House, Running, Start, programs, signed_in
from watchlist_core.auth import AddAccount
from watchlist_core.catalogue import AddMovie, NewMovie
from watchlist_core.ids import Uuid7
from watchlist_core.work import now
from watchlist_http.server.reading import SettingsRefused, read_settings
from watchlist_http.server.settings import demands_of_serving
from watchlist_sql.store import SqlStore


@pytest.fixture
def an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Be where no settings are."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def problems_of() -> Callable[..., list[str]]:
    """Tell what a server finds wrong with settings."""

    def problems_of(
        environ: Mapping[str, str],
        *,
        file: Path | None = None,
        given: Mapping[str, object] | None = None,
    ) -> list[str]:
        with pytest.raises(SettingsRefused) as refused:
            read_settings(environ, file=file, given=given, demands=demands_of_serving)
        return list(refused.value.problems)

    return problems_of


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
async def run(tmp_path: Path) -> AsyncIterator[Start]:
    """Start ``watchlist`` with arguments and, by keyword, settings; what still runs is killed."""
    data = str(tmp_path / "data")
    async with programs(tmp_path, environment="development", data_folder=data) as start:
        yield start


@pytest.fixture
def serve(run: Start) -> Start:
    """Start a server on any free port and wait until it answers."""

    async def start(*arguments: str, **settings: str) -> Running:
        server = await run("serve", "--port=0", *arguments, **settings)
        await server.is_up()
        return server

    return start


@pytest.fixture
async def house(migrated_url: str) -> House:
    """A database with 100 accounts and eight movies, of each kind in turn."""
    return await filled(migrated_url)


@pytest.fixture
async def sqlite_house(sqlite: SqliteFiles) -> AsyncIterator[House]:
    """The same, for what does not depend on the database."""
    async with sqlite.migrated() as url:
        yield await filled(url)


async def filled(url: str) -> House:
    store = await SqlStore.open(url)
    try:
        add_account = AddAccount(store.begin, now, Uuid7())
        add_movie = AddMovie(store.begin, now, Uuid7())
        accounts = [(await add_account()).id for _ in range(100)]
        movies = [(await add_movie(NewMovie(f"Movie {n}", 2000))).id for n in range(8)]
        tokens = {account: await signed_in(store, account, KEY) for account in accounts}
    finally:
        await store.close()
    return House(url, tokens, movies)
