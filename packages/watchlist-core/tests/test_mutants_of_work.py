"""Stores that break one promise of a work each are found out by the contract."""

from asyncio import current_task
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import ClassVar

from typing_extensions import override

from tests.broken_stores import EveryMutantIsFoundOut, Mutant, ShowsUncommittedChanges
from watchlist_core.auth import Account, UsernameTaken
from watchlist_core.testing import MemoryStore
from watchlist_core.testing.contracts import WorkContract
from watchlist_core.testing.memory import MemoryAccounts, MemoryUnitOfWork
from watchlist_core.work import NestedWork, outermost


class ForgetsOnCommit(MemoryStore):
    @override
    @asynccontextmanager
    async def begin(self) -> AsyncIterator[MemoryUnitOfWork]:
        async with super().begin():
            yield MemoryUnitOfWork(self.committed.layer())


class WithoutRollback(MemoryStore):
    @override
    @asynccontextmanager
    async def begin(self) -> AsyncIterator[MemoryUnitOfWork]:
        async with super().begin() as work:
            try:
                yield work
            finally:
                await work.commit()


class KeepsEventsWithoutCommit(MemoryStore):
    @override
    @asynccontextmanager
    async def begin(self) -> AsyncIterator[MemoryUnitOfWork]:
        async with super().begin() as work:
            try:
                yield work
            finally:
                self.committed.events.update(work.changed.events.changed)


class KeepsWhatComesAfterCommit(MemoryStore):
    @override
    @asynccontextmanager
    async def begin(self) -> AsyncIterator[MemoryUnitOfWork]:
        async with super().begin() as work:
            yield work
            if work.changed.events.changed.keys() & self.committed.events.keys():
                await work.commit()


class ForgetsRefusals(MemoryStore):
    @override
    @asynccontextmanager
    async def begin(self) -> AsyncIterator[MemoryUnitOfWork]:
        async with super().begin():
            held_back = self.committed.layer()
            yield MemoryUnitOfWork(held_back)
            self.committed.merge(held_back)


class SortsEvents(MemoryStore):
    @override
    async def events(self) -> list[str]:
        return sorted(await super().events())


class KeepsNothingAfterARefusal(Mutant):
    class Accounts(MemoryAccounts):
        @override
        async def add(self, account: Account, password_hash: str | None = None) -> None:
            try:
                await super().add(account, password_hash)
            except UsernameTaken:
                self._tables.accounts.changed.clear()
                self._tables.usernames.changed.clear()
                raise


class ForgetsItsOwnChanges(MemoryStore):
    @override
    @asynccontextmanager
    async def begin(self) -> AsyncIterator[MemoryUnitOfWork]:
        async with super().begin() as work:
            work.watch_log = MemoryUnitOfWork(self.committed).watch_log
            yield work


class OpensWorksInsideWorks(MemoryStore):
    @override
    @asynccontextmanager
    async def begin(self) -> AsyncIterator[MemoryUnitOfWork]:
        yield MemoryUnitOfWork(self.committed)


class WaitsForItself(MemoryStore):
    @override
    @asynccontextmanager
    async def begin(self) -> AsyncIterator[MemoryUnitOfWork]:
        async with self._turn:
            yield MemoryUnitOfWork(self.committed)


class ForgetsWhoStartedATask(MemoryStore):
    def __init__(self) -> None:
        super().__init__()
        self.inside: set[object] = set()

    @override
    @asynccontextmanager
    async def begin(self) -> AsyncIterator[MemoryUnitOfWork]:
        task = current_task()
        if task in self.inside:
            raise NestedWork
        self.inside.add(task)
        try:
            yield MemoryUnitOfWork(self.committed)
        finally:
            self.inside.remove(task)


class SpoilsTheOuterWork(MemoryStore):
    running: MemoryUnitOfWork | None = None

    @override
    @asynccontextmanager
    async def begin(self) -> AsyncIterator[MemoryUnitOfWork]:
        try:
            async with super().begin() as self.running:
                yield self.running
        except NestedWork:
            if self.running:
                self.running.committed = self.committed.layer()
            raise


_inside: ContextVar[bool] = ContextVar("inside", default=False)


class RemembersTooLong(MemoryStore):
    @override
    @asynccontextmanager
    async def begin(self) -> AsyncIterator[MemoryUnitOfWork]:
        if _inside.get():
            raise NestedWork
        outer = _inside.set(True)  # a task started now keeps it for its whole life
        async with self._turn:
            yield MemoryUnitOfWork(self.committed)
        _inside.reset(outer)


class KeepsTheLockOfTheCancelled(MemoryStore):
    @override
    @asynccontextmanager
    async def begin(self) -> AsyncIterator[MemoryUnitOfWork]:
        with outermost():
            await self._turn.acquire()
            try:
                yield MemoryUnitOfWork(self.committed)
            except Exception:
                self._turn.release()
                raise
            self._turn.release()


class FreesTheLockOfAnother(MemoryStore):
    @override
    @asynccontextmanager
    async def begin(self) -> AsyncIterator[MemoryUnitOfWork]:
        with outermost():
            try:
                await self._turn.acquire()
                yield MemoryUnitOfWork(self.committed)
            finally:
                self._turn.release()


class LetsReadersWait(MemoryStore):
    @override
    async def events(self) -> list[str]:
        async with self._turn:
            return [*await super().events()]


class TestWork(EveryMutantIsFoundOut):
    contract = WorkContract
    found_out_by: ClassVar = {
        ForgetsOnCommit: [
            "test_commit_keeps_everything",
            "test_a_refusal_raised_after_the_block_is_remembered",
        ],
        WithoutRollback: [
            "test_leaving_without_commit_keeps_nothing",
            "test_an_error_before_commit_keeps_nothing",
            "test_cancelling_a_work_keeps_nothing_and_makes_room",
        ],
        KeepsEventsWithoutCommit: [
            "test_leaving_without_commit_keeps_nothing",
            "test_an_error_before_commit_keeps_nothing",
            "test_what_comes_after_commit_is_not_kept",
        ],
        KeepsWhatComesAfterCommit: ["test_what_comes_after_commit_is_not_kept"],
        SortsEvents: ["test_events_are_kept_in_the_order_in_which_they_were_recorded"],
        ForgetsRefusals: ["test_a_refusal_raised_inside_the_block_after_commit_is_remembered"],
        KeepsNothingAfterARefusal: ["test_a_work_goes_on_after_its_ports_have_refused"],
        ForgetsItsOwnChanges: ["test_a_work_sees_its_own_changes"],
        ShowsUncommittedChanges: ["test_readers_wait_for_nobody_and_see_what_is_committed"],
        LetsReadersWait: ["test_readers_wait_for_nobody_and_see_what_is_committed"],
        OpensWorksInsideWorks: [
            "test_a_work_inside_a_work_is_refused_at_once",
            "test_a_work_in_a_task_started_inside_a_work_is_refused_at_once",
        ],
        WaitsForItself: ["test_a_work_inside_a_work_is_refused_at_once"],
        ForgetsWhoStartedATask: ["test_a_work_in_a_task_started_inside_a_work_is_refused_at_once"],
        SpoilsTheOuterWork: ["test_a_refused_inner_work_does_not_spoil_the_outer_one"],
        RemembersTooLong: ["test_a_task_that_outlives_a_work_may_open_its_own"],
        KeepsTheLockOfTheCancelled: ["test_cancelling_a_work_keeps_nothing_and_makes_room"],
        FreesTheLockOfAnother: ["test_cancelling_one_who_waits_for_his_turn_spoils_nothing"],
    }
