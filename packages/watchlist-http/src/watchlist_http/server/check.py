"""Whether a server would start here, found out without starting one or changing anything."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

from attrs import frozen

from watchlist_core.errors import Unavailable
from watchlist_http.components import Component
from watchlist_http.server.opening import database_of, reason_of
from watchlist_http.server.outbound.limits.opening import opened_limits
from watchlist_http.server.refused import StartRefused
from watchlist_http.server.settings import Settings
from watchlist_sql.schema import SchemaKind, schema_state

__all__ = ["Finding", "findings"]


@frozen
class Finding:
    about: str
    says: str
    is_good: bool = True
    is_needed: bool = True
    """Whether a server would not start without it."""


async def findings(settings: Settings) -> AsyncIterator[Finding]:
    """Yield what is found, good and bad."""
    async for finding in _of_database(settings):
        yield finding
    async for finding in _of_limits(settings):
        yield finding


async def _of_limits(settings: Settings) -> AsyncIterator[Finding]:
    try:
        async with opened_limits(settings) as (_, components):
            for counts in components:
                yield await _of_counts(counts)
    except StartRefused as refused:
        yield Finding("limits", str(refused), is_good=False)


async def _of_counts(counts: Component) -> Finding:
    try:
        await counts.ask()
    except Exception:  # noqa: BLE001  whatever it is, a server goes on without
        says = "Redis does not answer: as long as it does not, nobody is limited"
        return Finding("limits", says, is_good=False, is_needed=False)
    return Finding("limits", "counted in Redis")


async def _of_database(settings: Settings) -> AsyncIterator[Finding]:
    url = settings.database_url
    if url.is_embedded and not url.file.exists():
        yield _place(url.file)
        return
    try:
        async with database_of(settings) as database:
            state = await schema_state(database)
    except StartRefused as refused:
        yield Finding("database", str(refused), is_good=False)
        return
    except Unavailable as error:
        yield Finding("database", f"{url} does not answer: {reason_of(error)}", is_good=False)
        return
    yield Finding("database", str(url))
    if url.is_embedded and state.kind in {SchemaKind.EMPTY, SchemaKind.OLDER}:
        says = f"{state.kind}; the server will bring it to {state.wanted} when it starts"
        yield Finding("schema", says)
    elif state.kind in {SchemaKind.EMPTY, SchemaKind.OLDER}:
        says = f"{state.kind}; run `watchlist migrate` to bring it to {state.wanted}"
        yield Finding("schema", says, is_good=False)
    else:
        yield Finding("schema", f"{state.kind} ({state.revision})", is_good=state.is_usable)


def _place(file: Path) -> Finding:
    """Look at where a database will be made, which is where its first existing parent is."""
    folder = next(parent for parent in file.absolute().parents if parent.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        says = f"{file} cannot be made: {folder} is no folder that we may write to"
        return Finding("database", says, is_good=False)
    return Finding("database", f"{file} will be made when the server starts")
