"""What a server, or a worker in its place, does in the background."""

from asyncio import Event, sleep
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from random import random
from typing import Final

from watchlist_core.auditing import ForgetAudit
from watchlist_core.auth import IssueMailToken, RemoveExpired
from watchlist_core.catalogue import MoviesImported
from watchlist_core.work import now
from watchlist_http.server.background import in_background
from watchlist_http.server.jobs import Job, JobRunner
from watchlist_http.server.mailing import Mailing
from watchlist_http.server.outbound.mail.mail import Mailer
from watchlist_http.server.outbound.mail.opening import opened_mailer
from watchlist_http.server.outbound.mail.templating import MailTemplates
from watchlist_http.server.reactions import Reactions, RefreshStatistics
from watchlist_http.server.relay import Patience, Relay
from watchlist_http.server.settings import HttpSettings, Settings
from watchlist_http.server.use_cases import new_token
from watchlist_sql.database import Database
from watchlist_sql.jobs import Jobs
from watchlist_sql.outbox import Outbox, Share
from watchlist_sql.statistics import refresh_statistics
from watchlist_sql.store import SqlStore

__all__ = ["doing_chores"]

_HOUR: Final = timedelta(hours=1)
_KEPT_AFTER_DELIVERY: Final = timedelta(days=7)
_FORGOTTEN_AT_ONCE: Final = 1_000
_REST: Final = 0.010
_AT_ONCE: Final = 8
"""Deliveries: while one waits for its answer, others are prepared."""


@asynccontextmanager
async def doing_chores(
    settings: Settings, database: Database, stopping: Event
) -> AsyncIterator[None]:
    """Deliver events and do periodic jobs beside the block, until *stopping* is set.

    Raises:
        StartRefused: The operator's templates of mails cannot be used.
    """
    async with opened_mailer(settings) as mailer:
        store = SqlStore(database)
        mailing = _mailing(settings, store, mailer)
        jobs = JobRunner(Jobs(database), _jobs(settings, store))
        chores = *_relays(settings, database, mailing), jobs
        async with in_background(*chores, stopping=stopping, grace=settings.http.grace):
            yield


def _relays(settings: Settings, database: Database, mailing: Mailing) -> tuple[Relay, Relay]:
    """Return one for mails, and one for all else, which a mail server that hangs must not delay."""
    mails, others = mailing.reactions(), Reactions()
    others.on(
        MoviesImported,
        RefreshStatistics(partial(refresh_statistics, database), now),
        together=True,
    )
    patience = Patience(attempts=settings.relay.attempts)
    return (
        Relay(
            Outbox(database, Share.of(*mails.answered)), mails, random, patience, at_once=_AT_ONCE
        ),
        Relay(
            Outbox(database, Share.without(*mails.answered)),
            others,
            random,
            patience,
            at_once=_AT_ONCE,
        ),
    )


def _mailing(settings: Settings, store: SqlStore, mailer: Mailer) -> Mailing:
    lives = settings.auth.lives
    return Mailing(
        mailer,
        MailTemplates.of(settings.mail.templates),
        IssueMailToken(store.begin, now, new_token, lives),
        store.account_queries,
        lives,
        _site(settings.http),
    )


def _site(http: HttpSettings) -> str:
    """Return what the links in mails start with."""
    host = f"[{http.host}]" if ":" in http.host else http.host
    return (http.public_url or f"http://{host}:{http.port}").rstrip("/")


def _jobs(settings: Settings, store: SqlStore) -> list[Job]:
    outbox = Outbox(store.database)

    async def forget_delivered_events() -> None:
        forgotten = _FORGOTTEN_AT_ONCE
        while forgotten == _FORGOTTEN_AT_ONCE:
            await sleep(_REST)  # others want to write too
            forgotten = await outbox.prune(older_than=_KEPT_AFTER_DELIVERY, most=_FORGOTTEN_AT_ONCE)

    async def forget_audit() -> None:
        await ForgetAudit(store.begin, now)(settings.audit.retention)

    async def remove_expired() -> None:
        await RemoveExpired(store.begin, now, settings.auth.limits)()

    return [
        Job("forget-delivered-events", _HOUR, forget_delivered_events),
        Job("forget-audit", _HOUR, forget_audit),
        Job("remove-expired", _HOUR, remove_expired),
    ]
