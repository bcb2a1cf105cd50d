"""What a server makes of the database that it finds."""

from pathlib import Path

import pytest
from sqlalchemy import insert, update
from structlog.testing import capture_logs

from watchlist_http.server.check import Finding, findings
from watchlist_http.server.opening import has_usable_schema, migrated, opened_database
from watchlist_http.server.refused import StartRefused
from watchlist_http.server.secret import DatabaseUrl
from watchlist_http.server.settings import DatabaseSettings, Settings
from watchlist_sql.schema import HEAD, revisions, versions
from watchlist_sql.store import SqlStore


def settings_of(url: str) -> Settings:
    return Settings(database=DatabaseSettings(url=DatabaseUrl(url)))


async def have_revision(url: str, revision: str, *, works_with: str | None = None) -> None:
    """Make the database say that another release migrated it."""
    store = await SqlStore.open(url)
    await store.migrate()
    async with store.database.writing() as connection:
        await connection.execute(update(versions).values(version_num=revision))
        if works_with is not None:
            row = {"revision": revision, "works_with": works_with}
            await connection.execute(insert(revisions).values(row))
        await connection.commit()
    await store.close()


async def found(settings: Settings) -> list[Finding]:
    return [finding async for finding in findings(settings)]


def modes_in(folder: Path) -> dict[str, int]:
    """Return who may do what with each file, as one tells chmod."""
    return {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir()}


async def refusal(settings: Settings) -> str:
    with pytest.raises(StartRefused) as refused:
        async with opened_database(settings):
            pass
    return str(refused.value)


async def test_an_embedded_database_is_made_and_migrated(tmp_path: Path) -> None:
    settings = Settings(data_folder=tmp_path / "data")

    async with opened_database(settings) as database:
        assert await has_usable_schema(database)

    assert (tmp_path / "data" / "watchlist.db").exists()


async def test_nobody_else_on_the_machine_reads_an_embedded_database(tmp_path: Path) -> None:
    async with opened_database(Settings(data_folder=tmp_path)) as database:
        assert await has_usable_schema(database)
        modes = modes_in(tmp_path)

    assert set(modes) >= {"watchlist.db", "watchlist.db-wal"}, "its log has the same rows"
    assert set(modes.values()) == {0o600}


async def test_a_database_of_a_server_is_migrated_by_nobody_but_its_owner(
    postgresql_url: str,
) -> None:
    settings = settings_of(postgresql_url)

    reason = await refusal(settings)
    checked = await found(settings)
    before, after = await migrated(settings)

    assert reason == (
        f"the schema of {settings.database_url} is empty; run `watchlist migrate` to bring it "
        f"from nothing to {HEAD}"
    )
    assert [finding.is_good for finding in checked] == [True, False]
    assert (before.revision, after.revision) == (None, HEAD)
    async with opened_database(settings) as database:
        assert await has_usable_schema(database)


async def test_an_older_schema_is_refused_with_the_command_that_helps(postgresql_url: str) -> None:
    await have_revision(postgresql_url, "0000")

    reason = await refusal(settings_of(postgresql_url))

    assert "is older; run `watchlist migrate` to bring it from 0000" in reason


async def test_a_newer_schema_that_works_with_this_release_is_taken(database_url: str) -> None:
    await have_revision(database_url, "9999", works_with=HEAD)
    settings = settings_of(database_url)

    async with opened_database(settings) as database:
        assert await has_usable_schema(database)
    assert all(finding.is_good for finding in await found(settings))


async def test_a_newer_schema_that_does_not_is_refused(database_url: str) -> None:
    await have_revision(database_url, "9999", works_with="9998")
    settings = settings_of(database_url)

    assert "cannot be used: the schema (9999) is newer" in await refusal(settings)
    assert [finding.is_good for finding in await found(settings)] == [True, False]
    with pytest.raises(StartRefused):
        await migrated(settings)


async def test_a_server_that_does_not_answer_is_told_without_its_password() -> None:
    settings = settings_of("postgresql://me:hunter2@127.0.0.1:1/db")

    reason = await refusal(settings)
    (finding,) = await found(settings)

    assert "postgresql://me:***@127.0.0.1:1/db does not answer" in reason
    assert not finding.is_good
    assert "hunter2" not in reason + finding.says


async def test_why_a_database_cannot_be_had_is_told(postgresql_url: str, tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("nothing of ours " * 1000)
    reasons = {
        f"{postgresql_url}_": ' does not answer: database "',
        "postgresql://me@127.0.0.1:1/db": " does not answer: ",
        "postgresql://me@127.0.0.1:port/db": " cannot be opened: invalid literal",
        f"sqlite:///{tmp_path}/notes": "/notes cannot be opened: file is not a database",
    }

    for url, reason in reasons.items():
        settings = settings_of(url)
        (finding,) = await found(settings)
        for told in (await refusal(settings), finding.says):
            assert reason in told
            assert told.count("\n") == 0
            assert not told.endswith(": 1")


async def test_a_server_that_went_away_is_not_ready() -> None:
    store = await SqlStore.open("postgresql://me@127.0.0.1:1/db")

    with capture_logs() as logs:
        assert not await has_usable_schema(store.database)

    await store.close()
    (told,) = logs
    assert (told["event"], told["log_level"]) == ("not ready", "warning")
    assert "Connect" in told["reason"]


async def test_a_server_whose_schema_was_taken_away_is_not_ready(sqlite_url: str) -> None:
    await have_revision(sqlite_url, "9999", works_with="9998")
    store = await SqlStore.open(sqlite_url)

    with capture_logs() as logs:
        assert not await has_usable_schema(store.database)

    await store.close()
    assert [log["reason"] for log in logs] == [
        f"the schema (9999) is newer; this release wants {HEAD}"
    ]


async def test_checking_changes_nothing(tmp_path: Path) -> None:
    settings = Settings(data_folder=tmp_path / "data")

    (finding,) = await found(settings)

    assert finding.is_good
    assert "will be made when the server starts" in finding.says
    assert not settings.data_folder.exists()


async def test_checking_tells_what_a_start_would_do(tmp_path: Path) -> None:
    (tmp_path / "watchlist.db").touch()

    known, schema = await found(Settings(data_folder=tmp_path))

    assert known.is_good
    assert (schema.is_good, schema.says) == (
        True,
        f"empty; the server will bring it to {HEAD} when it starts",
    )


async def test_where_no_database_can_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings = Settings(data_folder=tmp_path / "file" / "data")

    (finding,) = await found(settings)

    assert (finding.about, finding.is_good) == ("database", False)
    assert "cannot be opened" in await refusal(settings)


async def test_checking_tells_what_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "watchlist.db").write_text("nothing of ours " * 1000)

    (finding,) = await found(Settings(data_folder=tmp_path))

    assert not finding.is_good
