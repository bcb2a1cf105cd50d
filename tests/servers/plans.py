"""How databases would run what is sent to them, and databases that are full enough to tell."""

import re
from asyncio import Runner
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from attrs import frozen
from sqlalchemy import Engine, event

from tests.servers.databases import Databases, PostgresqlDatabases, SqliteFiles
from tests.servers.run import TestRun
from watchlist_sql.store import SqlStore

__all__ = ["Fill", "Sent", "filled", "plans", "sent_statements", "whole_tables_read"]

Fill = Callable[[SqlStore], Awaitable[None]]


@frozen
class Sent:
    statement: str
    parameters: Any


@contextmanager
def sent_statements() -> Iterator[list[Sent]]:
    """Note what is sent to the database meanwhile."""
    sent: list[Sent] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, ___: Any, is_many: bool) -> None:  # noqa: FBT001  called by SQLAlchemy
        sent.append(Sent(statement, parameters[0] if is_many else parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def plans(store: SqlStore, sent: Sequence[Sent]) -> list[str]:
    explain = "EXPLAIN QUERY PLAN" if store.database.dialect == "sqlite" else "EXPLAIN"
    explained = []
    async with store.database.writing() as connection:
        for one in sent:
            if re.match("SELECT|INSERT|UPDATE|DELETE|WITH", one.statement):
                rows = await connection.exec_driver_sql(
                    f"{explain} {one.statement}", one.parameters
                )
                explained.append("\n".join(str(row[-1]) for row in rows))
    return explained


def whole_tables_read(plan: str) -> list[str]:
    """Return the tables that are read from end to end, those that stay small aside."""
    tables = (
        "movies|accounts|watches|ratings|external_ids|movie_genres|outbox|sessions|session_tokens|"
        "mail_tokens|sign_in_attempts|audit"
    )
    on_sqlite = re.findall(rf"SCAN ({tables})(?! USING| VIRTUAL)", plan)
    on_postgresql = re.findall(rf"Seq Scan on ({tables})\b", plan)
    return on_sqlite + on_postgresql


@contextmanager
def filled(
    kind: str,
    test_run: TestRun,
    folders: pytest.TempPathFactory,
    fill: Fill,
) -> Iterator[str]:
    """Give the URL of a database with the rows that *fill* puts in."""
    databases: Databases = (
        SqliteFiles(test_run, folders.mktemp("full"))
        if kind == "sqlite"
        else PostgresqlDatabases.of(test_run)
    )

    async def fill_store(url: str) -> None:
        store = await SqlStore.open(url)
        await fill(store)
        await store.close()

    empty = databases.migrated()
    with Runner() as runner:
        url = runner.run(empty.__aenter__())
        runner.run(fill_store(url))
        yield url
        runner.run(empty.__aexit__(None, None, None))
