"""Events as rows: known by their names and versions, which outlive the classes."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from attrs import define
from cattrs import Converter
from typing_extensions import override

from watchlist_core.auth import AccountAdded
from watchlist_core.catalogue import MovieAdded, MoviesImported
from watchlist_core.rating import MovieRated
from watchlist_core.watching import MovieWatched
from watchlist_core.work import Event

__all__ = ["UnknownEvent", "as_row", "event_from"]

_KNOWN: Final[tuple[type[Event], ...]] = (
    AccountAdded,
    MovieAdded,
    MovieRated,
    MovieWatched,
    MoviesImported,
)
_CLASSES: Final[Mapping[tuple[str, int], type[Event]]] = {
    (known.name, known.version): known for known in _KNOWN
}

_converter: Final = Converter(forbid_extra_keys=True)
_converter.register_unstructure_hook(UUID, str)
_converter.register_structure_hook(UUID, lambda text, _: UUID(text))


@define
class UnknownEvent(Exception):
    """An event of that name and version is unknown to this release: another one recorded it."""

    name: str
    version: int

    @override
    def __str__(self) -> str:
        return f"{self.name} version {self.version}"


def as_row(event: Event) -> dict[str, Any]:
    return {
        "name": event.name,
        "version": event.version,
        "payload": _converter.unstructure(event),
    }


def event_from(name: str, version: int, payload: Mapping[str, Any]) -> Event:
    """Return the event that `as_row` made a row of. Raises UnknownEvent."""
    known = _CLASSES.get((name, version))
    if known is None:
        raise UnknownEvent(name, version)
    return _converter.structure(payload, known)
