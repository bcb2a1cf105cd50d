"""What a server, or a worker in its place, does in the background."""

from asyncio import Event
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from random import random
from typing import Final

from watchlist_core.auth import IssueMailTokens
from watchlist_core.catalogue import MoviesImported
from watchlist_core.work import now
from watchlist_http.server.background import in_background
from watchlist_http.server.cleaning import cleaning
from watchlist_http.server.jobs import JobRunner
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
        jobs = JobRunner(Jobs(database), cleaning(settings, store))
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
        IssueMailTokens(store.begin, now, new_token, lives),
        store.account_queries,
        lives,
        _site(settings.http),
    )


def _site(http: HttpSettings) -> str:
    """Return what the links in mails start with."""
    host = f"[{http.host}]" if ":" in http.host else http.host
    return (http.public_url or f"http://{host}:{http.port}").rstrip("/")
