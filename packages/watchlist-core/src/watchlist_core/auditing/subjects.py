"""What an event is about."""

from typing import Final
from uuid import UUID

from attrs import fields_dict, frozen

from watchlist_core.work import Event

__all__ = ["Subject", "subject_of"]

_SIDE: Final = ("account", "session")
"""Members that tell whose something is, rather than what it is, where there is another."""


@frozen
class Subject:
    """A thing by what it is called in events, and its id."""

    kind: str
    id: UUID


def subject_of(event: Event) -> Subject | None:
    """Return the thing that *event* changed, by the member that has its id.

    ``movie`` comes before ``account``: that a movie was rated is told of the movie. None for an
    event that names nothing, as one of many movies at once.
    """
    ids = {name: getattr(event, name) for name in fields_dict(type(event))}
    named = {name: value for name, value in ids.items() if isinstance(value, UUID)}
    main = [name for name in named if name not in _SIDE]
    for name in (*main, *_SIDE):
        if name in named:
            return Subject(name, named[name])
    return None
