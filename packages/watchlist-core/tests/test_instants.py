"""An instant without its offset from UTC would be another one for every reader."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from attrs import evolve

from watchlist_core.auth import (
    AccessToken,
    Account,
    MailPurpose,
    MailToken,
    RefreshToken,
    Role,
    Session,
    SessionKind,
)
from watchlist_core.ids import AccountId, MovieId, SessionId, Uuid7, WatchId
from watchlist_core.rating import Rating, Stars
from watchlist_core.testing import MemoryStore
from watchlist_core.testing.contracts import NOON, a_movie, an_account, unsaved_movie
from watchlist_core.watching import Watch, WatchMovie

ID = Uuid7()()
ENTITIES = [
    (Account(AccountId(ID), None, Role.USER, is_active=True, created_at=NOON), "created_at"),
    (AccessToken(AccountId(ID), SessionId(ID), NOON), "expires_at"),
    (Session(SessionId(ID), AccountId(ID), SessionKind.PAGE, NOON, NOON), "began_at"),
    (Session(SessionId(ID), AccountId(ID), SessionKind.PAGE, NOON, NOON), "expires_at"),
    (RefreshToken(bytes(32), SessionId(ID), NOON), "expires_at"),
    (MailToken(bytes(32), AccountId(ID), MailPurpose.ACTIVATION, NOON), "expires_at"),
    (unsaved_movie(), "created_at"),
    (Watch(WatchId(ID), AccountId(ID), MovieId(ID), NOON), "watched_at"),
    (Rating(AccountId(ID), MovieId(ID), Stars.of(4), NOON), "rated_at"),
]
NAMES = [f"{type(entity).__name__}.{member}" for entity, member in ENTITIES]


@pytest.mark.parametrize(("entity", "member"), ENTITIES, ids=NAMES)
@pytest.mark.parametrize("wrong", [NOON.replace(tzinfo=None), date(2026, 11, 20), NOON.isoformat()])
def test_nothing_else_is_an_instant(entity: Any, member: str, wrong: object) -> None:
    with pytest.raises((TypeError, ValueError), match=f"{member} must"):
        evolve(entity, **{member: wrong})


@pytest.mark.parametrize(("entity", "member"), ENTITIES, ids=NAMES)
@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=5, minutes=30))])
def test_an_instant_may_be_told_by_any_clock(entity: Any, member: str, zone: timezone) -> None:
    instant = NOON.astimezone(zone)

    assert evolve(entity, **{member: instant}) == entity


async def test_a_viewing_at_a_moment_of_any_place_is_not_noted() -> None:
    store = MemoryStore()
    account, movie = await an_account(store), await a_movie(store)
    watch_movie = WatchMovie(store.begin, lambda: NOON, Uuid7())

    with pytest.raises(ValueError, match="watched_at must have its offset from UTC"):
        await watch_movie(account.id, movie.id, datetime(2026, 11, 20, 12))  # noqa: DTZ001  that is the mistake

    assert "movie-watched" not in await store.events()
