"""Which reactions follow which events."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, Generic, TypeAlias, TypeVar

from attrs import define, field, frozen

from watchlist_core.auth import (
    AccountActivated,
    AccountAdded,
    AccountRegistered,
    AccountRemoved,
    AccountRevised,
    ActivationRequested,
    AddressRegisteredAgain,
    PasswordChanged,
    PasswordResetRequested,
    RefreshTokenReused,
    SignedIn,
    SignedOut,
    SignedOutEverywhere,
    SignInRefused,
    SignInsBlocked,
)
from watchlist_core.catalogue import (
    GenreAdded,
    GenreRemoved,
    GenreRenamed,
    MovieAdded,
    MovieRevised,
    MoviesImported,
    MovieWithdrawn,
)
from watchlist_core.rating import MovieRated
from watchlist_core.watching import MovieWatched
from watchlist_core.work import Clock, Event
from watchlist_sql.parked import EventDropped, EventRetried

__all__ = [
    "EVENTS",
    "Answer",
    "Delivery",
    "Happened",
    "Later",
    "Never",
    "Preparation",
    "Reaction",
    "Reactions",
    "RefreshStatistics",
]

EVENTS: Final[Sequence[type[Event]]] = (
    AccountActivated,
    AccountAdded,
    AccountRegistered,
    AccountRemoved,
    AccountRevised,
    ActivationRequested,
    AddressRegisteredAgain,
    EventDropped,
    EventRetried,
    GenreAdded,
    GenreRemoved,
    GenreRenamed,
    MovieAdded,
    MovieRated,
    MovieRevised,
    MovieWatched,
    MovieWithdrawn,
    MoviesImported,
    PasswordChanged,
    PasswordResetRequested,
    RefreshTokenReused,
    SignInRefused,
    SignInsBlocked,
    SignedIn,
    SignedOut,
    SignedOutEverywhere,
)
"""All that this release can read; of others it does not know what follows them."""

E = TypeVar("E", bound=Event)
Event_co = TypeVar("Event_co", bound=Event, covariant=True)


@frozen
class Happened(Generic[Event_co]):
    """An event as it is delivered."""

    key: int
    """The same each time that it is delivered, and no other event's."""
    event: Event_co


Reaction: TypeAlias = Callable[[Sequence[Happened[E]]], Awaitable[None]]
"""Answers events of one kind. It may be called again for the same ones, and must not mind."""


@frozen
class Delivery:
    """What is left to be done for some events; it is tried at any time, or never, or again."""

    happened: Sequence[Happened[Any]]
    make: Callable[[], Awaitable[None]]


Preparation: TypeAlias = Callable[[Sequence[Happened[Any]]], Awaitable[Sequence[Delivery]]]
"""Gets ready, in one go, what follows all events that were claimed together.

It returns deliveries of which each event is in one. It may be called again for the same events.
"""


@define
class Later(Exception):
    """Now is not the time: nothing failed, but the events are to come again."""

    pause: timedelta


class Never(Exception):
    """It will never be done, however often it is tried; what this says is the reason."""


@frozen(eq=False)
class Answer:
    prepare: Preparation


@define
class Reactions:
    """What follows each kind of event: one reaction, or nothing."""

    _kinds: Mapping[tuple[str, int], type[Event]] = field(init=False)
    _answers: dict[type[Event], Answer] = field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        self._kinds = {(kind.name, kind.version): kind for kind in EVENTS}

    def on(self, kind: type[E], reaction: Reaction[E], *, together: bool = False) -> None:
        """Call the reaction with one event after the other, or with all that come *together*."""

        async def prepare(happened: Sequence[Happened[E]]) -> Sequence[Delivery]:
            calls = [happened] if together else [[one] for one in happened]
            return [Delivery(call, partial(reaction, call)) for call in calls]

        self.prepare([kind], prepare)

    def prepare(self, kinds: Iterable[type[Event]], preparation: Preparation) -> None:
        """Prepare events of all these *kinds* with each other."""
        answer = Answer(preparation)
        for kind in kinds:
            self._answers[kind] = answer

    def kind(self, name: str, version: int) -> type[Event] | None:
        """Return the event of that name and version, as long as this release can read it."""
        return self._kinds.get((name, version))

    def to(self, kind: type[Event]) -> Answer | None:
        return self._answers.get(kind)

    @property
    def answered(self) -> Iterable[type[Event]]:
        return self._answers.keys()


@define
class RefreshStatistics:
    """Lets the database count its tables again after imports, but not with each of their batches.

    What comes soon after the last time is put off, and then all of it is answered at once.
    """

    _refresh: Callable[[], Awaitable[None]]
    _clock: Clock
    _not_before: timedelta = timedelta(minutes=1)
    _last: datetime | None = field(default=None, init=False)

    async def __call__(self, _: Sequence[Happened[MoviesImported]]) -> None:
        now = self._clock()
        if self._last is not None and now < self._last + self._not_before:
            raise Later(self._last + self._not_before - now)
        await self._refresh()
        self._last = now
