"""What a server tells whoever looks after it, of a real database."""

from typing import Any, cast

import pytest
from sqlalchemy import insert, text

from watchlist_core.auth import Lives, PasswordChanged
from watchlist_core.catalogue import MoviesImported
from watchlist_core.ids import AccountId, Uuid7
from watchlist_core.paging import After, ForeignPosition, PageNumber
from watchlist_http.components import ComponentDown, Components
from watchlist_http.server.components import components_of
from watchlist_http.server.deliveries import deliveries_of
from watchlist_http.server.mailing import MAILED, Mailing
from watchlist_sql.columns import instant_in
from watchlist_sql.database import Database
from watchlist_sql.outbox import row_of
from watchlist_sql.parked import EventRetried
from watchlist_sql.tables import outbox

MAIL = PasswordChanged(AccountId(Uuid7()()))
NO_MAIL = MoviesImported(1)


async def keep(database: Database, *events: Any, **fate: object) -> None:
    async with database.writing() as connection:
        for event in events:
            await connection.execute(insert(outbox).values(**row_of(event), **fate))
        await connection.commit()


async def park(database: Database, *events: Any) -> None:
    await keep(database, *events, parked_at=instant_in(), attempts=20, reason="refused")


async def test_what_waits_and_what_is_parked_is_told_the_latest_first(database: Database) -> None:
    await keep(database, NO_MAIL)
    await park(database, MAIL, NO_MAIL)
    await keep(database, NO_MAIL, delivered_at=instant_in())
    deliveries = deliveries_of(database)

    waiting = await deliveries.page(PageNumber(), parked=False)
    parked = await deliveries.page(PageNumber(), parked=True)

    assert [(one.name, one.parked_at, one.attempts) for one in waiting.items] == [
        ("movies-imported", None, 0)
    ]
    assert waiting.items[0].due_at is not None
    assert [(one.name, one.due_at, one.attempts, one.reason) for one in parked.items] == [
        ("movies-imported", None, 20, "refused"),
        ("password-changed", None, 20, "refused"),
    ]
    assert parked.total is not None
    assert parked.total.count == 2


async def test_pages_go_on_where_the_last_one_ended(database: Database) -> None:
    await park(database, *[NO_MAIL] * 5)
    deliveries = deliveries_of(database)

    first = await deliveries.page(PageNumber(page_size=3), parked=True)
    assert first.next is not None
    rest = await deliveries.page(After(first.next, 3), parked=True)

    ids = [one.id for one in (*first.items, *rest.items)]
    assert ids == sorted(ids, reverse=True)
    assert len(set(ids)) == 5
    with pytest.raises(ForeignPosition):
        await deliveries.page(After(("x", 1)), parked=True)


async def test_what_is_parked_is_tried_anew(database: Database) -> None:
    await park(database, NO_MAIL, MAIL)
    await keep(database, NO_MAIL)
    deliveries = deliveries_of(database)
    event, stays = (await deliveries.page(PageNumber(), parked=True)).items
    (other,) = (await deliveries.page(PageNumber(), parked=False)).items

    retried = [await deliveries.retry(one) for one in (event.id, event.id, other.id, 0)]

    assert retried == [1, 0, 0, 0]
    waiting = (await deliveries.page(PageNumber(), parked=False)).items
    assert {one.name for one in waiting} == {MAIL.name, NO_MAIL.name, EventRetried.name}
    assert {one.attempts for one in waiting} == {0}
    assert [*(await deliveries.page(PageNumber(), parked=True)).items] == [stays]


async def test_a_server_knows_how_its_components_are(database: Database) -> None:
    await keep(database, MAIL, MAIL, NO_MAIL)
    await park(database, MAIL, NO_MAIL)

    reports = await Components(components_of(database))()

    assert [(one.name, one.state, one.waiting, one.parked) for one in reports] == [
        ("database", "up", None, None),
        ("migrations", "up", None, None),
        ("mail-queue", "up", 2, 1),
    ]


async def test_a_foreign_schema_is_told(database: Database) -> None:
    async with database.writing() as connection:
        await connection.execute(text("DROP TABLE watchlist_version"))
        await connection.commit()

    with pytest.raises(ComponentDown) as down:
        await Components(components_of(database))()

    states = {one.name: one.state for one in down.value.components}
    assert (states["database"], states["migrations"]) == ("up", "down")


def test_the_mails_that_are_counted_are_those_that_are_sent() -> None:
    nothing = cast("Any", None)
    mailing = Mailing(nothing, nothing, nothing, nothing, Lives(), "")

    assert set(MAILED) == set(mailing.reactions().answered)
