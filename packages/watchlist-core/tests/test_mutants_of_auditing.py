"""Stores that keep wrongly what people do are found out by the contract."""

from asyncio import Task, current_task
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from datetime import datetime, timedelta, timezone
from typing import ClassVar

from attrs import evolve
from typing_extensions import override

from tests.broken_stores import EveryMutantIsFoundOut, Mutant
from watchlist_core.auditing import Actor, AuditEntry, AuditSearch, acting, present_actor
from watchlist_core.paging import After, ForeignPosition, Page, PageNumber, Total, Window
from watchlist_core.testing import MemoryStore
from watchlist_core.testing.contracts import AuditingContract, AuditSearchContract
from watchlist_core.testing.memory import MemoryAuditLog, MemoryAuditQueries, MemoryUnitOfWork
from watchlist_core.testing.memory.auditing import keep_audit
from watchlist_core.work import Event


class Auditor(MemoryStore):
    """A sound store but for how its works keep what was done."""

    Work: type[MemoryUnitOfWork]

    @override
    @asynccontextmanager
    async def begin(self) -> AsyncIterator[MemoryUnitOfWork]:
        async with super().begin():
            yield self.Work(self.committed)


class Recounting(MemoryUnitOfWork):
    def recount(self, entry: AuditEntry) -> AuditEntry:
        return entry

    @override
    async def commit(self) -> None:
        keep_audit(self.changed)
        kept = self.changed.audit
        kept.update({number: self.recount(entry) for number, entry in kept.changed.items()})
        self.committed.merge(self.changed)


class ForgetsTheActor(Auditor):
    class Work(Recounting):
        @override
        def recount(self, entry: AuditEntry) -> AuditEntry:
            return evolve(entry, actor=None)


class ForgetsWhatItWasDoneTo(Auditor):
    class Work(Recounting):
        @override
        def recount(self, entry: AuditEntry) -> AuditEntry:
            return evolve(entry, subject_kind=None, subject=None)


class ForgetsDetails(Auditor):
    class Work(Recounting):
        @override
        def recount(self, entry: AuditEntry) -> AuditEntry:
            return evolve(entry, details={})


class TellsTheTimeOfSomewhere(Auditor):
    class Work(Recounting):
        @override
        def recount(self, entry: AuditEntry) -> AuditEntry:
            return evolve(entry, at=entry.at.astimezone(timezone(timedelta(hours=2))))


class ForgetsWhereGuestsComeFrom(Auditor):
    class Work(Recounting):
        @override
        def recount(self, entry: AuditEntry) -> AuditEntry:
            return entry if entry.actor else evolve(entry, origin=None)


class KeepsOneEntryOfAWork(Auditor):
    class Work(MemoryUnitOfWork):
        @override
        async def commit(self) -> None:
            events = self.changed.events.changed
            for number in sorted(events)[1:]:
                self.committed.events[number] = events.pop(number)
            await super().commit()


class AuditsNobody(Auditor):
    class Work(MemoryUnitOfWork):
        @override
        async def commit(self) -> None:
            with acting(present_actor() or Actor()):
                await super().commit()


class AuditsOutsideTheTransaction(Auditor):
    class Work(MemoryUnitOfWork):
        @override
        def record(self, event: Event) -> None:
            super().record(event)
            apart = self.committed.layer()
            apart.events.update(self.changed.events.changed)
            keep_audit(apart)
            self.committed.audit.merge(apart.audit)


class AuditsRefusedWorks(MemoryStore):
    @override
    @asynccontextmanager
    async def begin(self) -> AsyncIterator[MemoryUnitOfWork]:
        async with super().begin() as work:
            try:
                yield work
            finally:
                keep_audit(work.changed)
                self.committed.audit.merge(work.changed.audit)


class AuditsAfterTheWork(Auditor):
    class Work(MemoryUnitOfWork):
        @override
        async def commit(self) -> None:
            self.committed.merge(self.changed)

    @override
    @asynccontextmanager
    async def begin(self) -> AsyncIterator[MemoryUnitOfWork]:
        async with super().begin() as work:
            yield work
            keep_audit(work.changed)
            self.committed.audit.merge(work.changed.audit)


class RemembersTheFirstActor(Auditor):
    first: Actor | None = None

    @override
    @asynccontextmanager
    async def begin(self) -> AsyncIterator[MemoryUnitOfWork]:
        self.first = self.first or present_actor()
        async with MemoryStore.begin(self) as work:
            with acting(self.first) if self.first else nullcontext():
                yield work


class MixesUpWhoeverActsAtOnce(MemoryStore):
    latest: Actor | None = None

    @override
    @asynccontextmanager
    async def begin(self) -> AsyncIterator[MemoryUnitOfWork]:
        self.latest = present_actor()
        async with super().begin() as work:
            with acting(self.latest) if self.latest else nullcontext():
                yield work


class AuditsOneTask(Auditor):
    task: "Task[object] | None" = None

    @override
    @asynccontextmanager
    async def begin(self) -> AsyncIterator[MemoryUnitOfWork]:
        self.task = self.task or current_task()
        async with MemoryStore.begin(self) as work:
            yield work
        if current_task() is not self.task:
            self.committed.audit.clear()


class ListsTheOldestFirst(Mutant):
    class AuditQueries(MemoryAuditQueries):
        @override
        async def search(self, search: AuditSearch, window: Window) -> Page[AuditEntry]:
            page = await super().search(search, window)
            return evolve(page, items=page.items[::-1])


class TestAuditing(EveryMutantIsFoundOut):
    contract = AuditingContract
    tested_elsewhere = (AuditSearchContract,)
    found_out_by: ClassVar = {
        ForgetsTheActor: ["test_an_entry_tells_who_did_what_to_what"],
        ForgetsWhatItWasDoneTo: ["test_an_entry_tells_who_did_what_to_what"],
        ForgetsDetails: ["test_an_entry_tells_who_did_what_to_what"],
        TellsTheTimeOfSomewhere: ["test_an_entry_tells_who_did_what_to_what"],
        ForgetsWhereGuestsComeFrom: ["test_who_has_no_account_acts_as_well"],
        KeepsOneEntryOfAWork: [
            "test_each_event_of_a_work_has_its_entry_and_the_latest_comes_first"
        ],
        ListsTheOldestFirst: ["test_each_event_of_a_work_has_its_entry_and_the_latest_comes_first"],
        AuditsNobody: ["test_where_nobody_acts_there_is_no_entry"],
        AuditsOutsideTheTransaction: [
            "test_without_commit_there_is_no_entry",
            "test_what_comes_after_commit_has_no_entry",
            "test_readers_see_an_entry_when_they_see_the_change",
        ],
        AuditsRefusedWorks: [
            "test_without_commit_there_is_no_entry",
            "test_what_comes_after_commit_has_no_entry",
        ],
        AuditsAfterTheWork: ["test_a_refusal_that_is_remembered_has_its_entry"],
        RemembersTheFirstActor: ["test_the_innermost_actor_counts_until_he_has_acted"],
        MixesUpWhoeverActsAtOnce: ["test_of_many_who_act_at_once_each_is_told_of_his_own"],
        AuditsOneTask: ["test_a_task_acts_for_whom_it_was_started"],
    }


class IgnoresTheActor(Mutant):
    class AuditQueries(MemoryAuditQueries):
        @override
        async def search(self, search: AuditSearch, window: Window) -> Page[AuditEntry]:
            return await super().search(evolve(search, actor=None), window)


class IgnoresTheAction(Mutant):
    class AuditQueries(MemoryAuditQueries):
        @override
        async def search(self, search: AuditSearch, window: Window) -> Page[AuditEntry]:
            return await super().search(evolve(search, action=None), window)


class IgnoresTheSubject(Mutant):
    class AuditQueries(MemoryAuditQueries):
        @override
        async def search(self, search: AuditSearch, window: Window) -> Page[AuditEntry]:
            return await super().search(evolve(search, subject=None), window)


class IgnoresTheRequest(Mutant):
    class AuditQueries(MemoryAuditQueries):
        @override
        async def search(self, search: AuditSearch, window: Window) -> Page[AuditEntry]:
            return await super().search(evolve(search, request_id=None), window)


class CountsWhatWasNotFound(Mutant):
    class AuditQueries(MemoryAuditQueries):
        @override
        async def search(self, search: AuditSearch, window: Window) -> Page[AuditEntry]:
            page = await super().search(search, window)
            return evolve(page, total=page.total and Total(len(self._tables.audit)))


class BeginsAfterTheFirstInstant(Mutant):
    class AuditQueries(MemoryAuditQueries):
        @override
        async def search(self, search: AuditSearch, window: Window) -> Page[AuditEntry]:
            since = search.since and search.since + timedelta(microseconds=1)
            return await super().search(evolve(search, since=since), window)


class EndsWithTheLastInstant(Mutant):
    class AuditQueries(MemoryAuditQueries):
        @override
        async def search(self, search: AuditSearch, window: Window) -> Page[AuditEntry]:
            until = search.until and search.until + timedelta(microseconds=1)
            return await super().search(evolve(search, until=until), window)


class HasOneOrder(Mutant):
    class AuditQueries(MemoryAuditQueries):
        @override
        async def search(self, search: AuditSearch, window: Window) -> Page[AuditEntry]:
            return await super().search(evolve(search, oldest_first=False), window)


class SkipsTies(Mutant):
    class AuditQueries(MemoryAuditQueries):
        @override
        async def search(self, search: AuditSearch, window: Window) -> Page[AuditEntry]:
            if isinstance(window, After) and len(window.position) == 2:
                window = evolve(window, position=(window.position[0], -1))
            return await super().search(search, window)


class CountsPositions(Mutant):
    class AuditQueries(MemoryAuditQueries):
        @override
        async def search(self, search: AuditSearch, window: Window) -> Page[AuditEntry]:
            found = await super().search(search, PageNumber(page_size=100))
            at = window.position[0] if isinstance(window, After) else window.offset
            start = at if isinstance(at, int) else 0
            end = start + window.page_size
            return Page(found.items[start:end], (end,) if end < len(found.items) else None)


class StaysOnTheLastPage(Mutant):
    class AuditQueries(MemoryAuditQueries):
        @override
        async def search(self, search: AuditSearch, window: Window) -> Page[AuditEntry]:
            page = await super().search(search, window)
            if isinstance(window, PageNumber) and not page.items and window.page > 1:
                return await self.search(search, evolve(window, page=window.page - 1))
            return page


class TakesAnyPosition(Mutant):
    class AuditQueries(MemoryAuditQueries):
        @override
        async def search(self, search: AuditSearch, window: Window) -> Page[AuditEntry]:
            try:
                return await super().search(search, window)
            except ForeignPosition:
                return await super().search(search, PageNumber())


class ForgetsTheYoung(Mutant):
    class AuditLog(MemoryAuditLog):
        @override
        async def forget(self, before: datetime, most: int) -> int:
            return await super().forget(before + timedelta(days=1), most)


class ForgetsAllAtOnce(Mutant):
    class AuditLog(MemoryAuditLog):
        @override
        async def forget(self, before: datetime, most: int) -> int:
            return await super().forget(before, most + 10)


class ForgetsWithoutCommit(Mutant):
    class AuditLog(MemoryAuditLog):
        @override
        async def forget(self, before: datetime, most: int) -> int:
            forgotten = await super().forget(before, most)
            for number in self._tables.audit.gone:
                del self._committed[number]
            return forgotten

        @property
        def _committed(self) -> dict[int, AuditEntry]:
            below = self._tables.audit.below
            assert isinstance(below, type(self._tables.audit))
            return below.changed


class TestAuditSearch(EveryMutantIsFoundOut):
    contract = AuditSearchContract
    found_out_by: ClassVar = {
        IgnoresTheActor: ["test_the_entries_are_found_that_all_is_true_of"],
        IgnoresTheAction: ["test_the_entries_are_found_that_all_is_true_of"],
        IgnoresTheSubject: ["test_the_entries_are_found_that_all_is_true_of"],
        IgnoresTheRequest: ["test_the_entries_are_found_that_all_is_true_of"],
        CountsWhatWasNotFound: ["test_the_entries_are_found_that_all_is_true_of"],
        BeginsAfterTheFirstInstant: ["test_a_time_has_its_first_instant_and_not_its_last"],
        EndsWithTheLastInstant: ["test_a_time_has_its_first_instant_and_not_its_last"],
        HasOneOrder: ["test_the_entries_are_found_that_all_is_true_of"],
        SkipsTies: ["test_pages_by_number_and_by_position_walk_the_same_list"],
        CountsPositions: ["test_what_is_done_meanwhile_moves_no_page_after_a_position"],
        StaysOnTheLastPage: ["test_past_the_last_page_there_is_nothing"],
        TakesAnyPosition: ["test_a_position_of_another_list_is_refused"],
        ForgetsTheYoung: ["test_old_entries_are_forgotten_and_the_others_stay"],
        ForgetsAllAtOnce: ["test_no_more_are_forgotten_at_a_time_than_asked_for"],
        ForgetsWithoutCommit: ["test_forgetting_without_commit_forgets_nothing"],
    }
