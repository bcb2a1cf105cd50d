from asyncio import create_task, gather
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

import pytest

from watchlist_core.auditing import Actor, AuditSearch, acting
from watchlist_core.auth import (
    AccountAdded,
    AccountRevised,
    ActivationRequested,
    NotAllowed,
    Role,
    SignedIn,
    SignInRefused,
)
from watchlist_core.catalogue import MovieAdded, MoviesImported
from watchlist_core.ids import AccountId, MovieId, SessionId
from watchlist_core.rating import MovieRated
from watchlist_core.testing.contracts.given import new_id
from watchlist_core.testing.contracts.overlap import Overlap
from watchlist_core.testing.contracts.searching_audit import (
    ANNA,
    BERT,
    AuditSearchContract,
    acted,
    audit_of,
    committed,
)
from watchlist_core.testing.contracts.store import Store
from watchlist_core.work import Event

__all__ = ["AuditingContract"]

_ACCOUNT: Final = AccountId(new_id())
_SESSION: Final = SessionId(new_id())
_MOVIE: Final = MovieId(new_id())

_TOLD: Final[Sequence[tuple[Event, str | None, str | None, Mapping[str, Any]]]] = [
    (
        MovieRated(_ACCOUNT, _MOVIE, 9),
        "movie",
        str(_MOVIE),
        {"account": str(_ACCOUNT), "movie": str(_MOVIE), "halves": 9},
    ),
    (
        SignedIn(_ACCOUNT, _SESSION),
        "account",
        str(_ACCOUNT),
        {"account": str(_ACCOUNT), "session": str(_SESSION)},
    ),
    (
        AccountRevised(_ACCOUNT, Role.MODERATOR, is_active=False),
        "account",
        str(_ACCOUNT),
        {"account": str(_ACCOUNT), "role": "moderator", "is_active": False},
    ),
    (ActivationRequested(None), None, None, {"account": None}),
    (MoviesImported(87_000), None, None, {"added": 87_000}),
]
_NAMES: Final = [event.name for event, *_ in _TOLD]


async def _actions(store: Store, search: AuditSearch | None = None) -> list[str]:
    return [entry.action for entry in await audit_of(store, search)]


@pytest.mark.asyncio
class AuditingContract(AuditSearchContract):
    """What people do is kept, with who did it, where and only where the change itself is."""

    @pytest.mark.parametrize(("event", "kind", "subject", "details"), _TOLD, ids=_NAMES)
    async def test_an_entry_tells_who_did_what_to_what(
        self,
        store: Store,
        event: Event,
        kind: str | None,
        subject: str | None,
        details: Mapping[str, Any],
    ) -> None:
        await acted(store, ANNA, event)

        (entry,) = await audit_of(store)

        assert (entry.actor, entry.origin, entry.request_id) == (
            str(ANNA.account),
            "203.0.113.7",
            "request-1",
        )
        assert (entry.action, entry.subject_kind, entry.subject) == (event.name, kind, subject)
        assert entry.details == details
        assert entry.at.utcoffset() == timedelta()

    @pytest.mark.parametrize(
        "actor",
        [Actor(origin="203.0.113.7", request_id="request-1"), Actor(origin="create-admin")],
        ids=["guest", "command"],
    )
    async def test_who_has_no_account_acts_as_well(self, store: Store, actor: Actor) -> None:
        await acted(store, actor, SignInRefused(None))

        (entry,) = await audit_of(store)

        assert (entry.actor, entry.origin, entry.request_id) == (
            None,
            actor.origin,
            actor.request_id,
        )

    async def test_each_event_of_a_work_has_its_entry_and_the_latest_comes_first(
        self, store: Store
    ) -> None:
        await acted(store, ANNA, MovieAdded(_MOVIE), AccountAdded(_ACCOUNT, Role.USER))
        await acted(store, BERT, MoviesImported(1), MoviesImported(2))

        entries = await audit_of(store)

        assert [(entry.request_id, entry.action) for entry in entries] == [
            ("request-2", "movies-imported"),
            ("request-2", "movies-imported"),
            ("request-1", "account-added"),
            ("request-1", "movie-added"),
        ]
        assert [entry.details["added"] for entry in entries[:2]] == [2, 1]
        assert list(await store.events()) == [entry.action for entry in reversed(entries)]

    async def test_where_nobody_acts_there_is_no_entry(self, store: Store) -> None:
        await committed(store, MovieAdded(_MOVIE))

        assert await audit_of(store) == []
        assert list(await store.events()) == ["movie-added"]

    async def test_without_commit_there_is_no_entry(self, store: Store) -> None:
        with acting(ANNA):
            async with store.begin() as work:
                work.record(MovieAdded(_MOVIE))
            with pytest.raises(NotAllowed):
                await self._refuse(store, MovieAdded(_MOVIE), is_remembered=False)

        assert await audit_of(store) == []

    async def test_what_comes_after_commit_has_no_entry(self, store: Store) -> None:
        with acting(ANNA):
            async with store.begin() as work:
                work.record(MovieAdded(_MOVIE))
                await work.commit()
                work.record(AccountAdded(_ACCOUNT, Role.USER))

        assert await _actions(store) == ["movie-added"]

    async def test_readers_see_an_entry_when_they_see_the_change(self, store: Store) -> None:
        with acting(ANNA):
            async with store.begin() as work:
                work.record(MovieAdded(_MOVIE))

                assert await audit_of(store) == []
                await work.commit()

        assert await _actions(store) == ["movie-added"]

    async def test_a_refusal_that_is_remembered_has_its_entry(self, store: Store) -> None:
        with acting(ANNA), pytest.raises(NotAllowed):
            await self._refuse(store, SignInRefused(_ACCOUNT), is_remembered=True)

        assert await _actions(store) == ["sign-in-refused"]

    async def _refuse(self, store: Store, event: Event, *, is_remembered: bool) -> None:
        async with store.begin() as work:
            work.record(event)
            if is_remembered:
                await work.commit()
            raise NotAllowed

    async def test_the_innermost_actor_counts_until_he_has_acted(self, store: Store) -> None:
        with acting(ANNA):
            await acted(store, BERT, MovieAdded(_MOVIE))
            await committed(store, AccountAdded(_ACCOUNT, Role.USER))
        await committed(store, MoviesImported(1))

        told = [(entry.request_id, entry.action) for entry in await audit_of(store)]

        assert told == [("request-1", "account-added"), ("request-2", "movie-added")]

    async def test_of_many_who_act_at_once_each_is_told_of_his_own(self, store: Store) -> None:
        actors = [Actor(AccountId(new_id()), f"198.51.100.{number}") for number in range(10)]
        overlap = Overlap(works=len(actors))

        async def act(actor: Actor) -> None:
            with acting(actor):
                async with store.begin() as work:
                    work.record(AccountAdded(actor.account or _ACCOUNT, Role.USER))
                    await overlap()
                    await work.commit()

        await gather(*(act(actor) for actor in actors))

        told = [(entry.actor, entry.origin, entry.subject) for entry in await audit_of(store)]
        assert sorted(told, key=str) == sorted(
            [(str(actor.account), actor.origin, str(actor.account)) for actor in actors], key=str
        )

    async def test_a_task_acts_for_whom_it_was_started(self, store: Store) -> None:
        with acting(ANNA):
            task = create_task(committed(store, MovieAdded(_MOVIE)))
        await committed(store, AccountAdded(_ACCOUNT, Role.USER))
        await task

        assert [(entry.request_id, entry.action) for entry in await audit_of(store)] == [
            ("request-1", "movie-added")
        ]
