"""The movies of the demonstration, as they stand in the files beside this module."""

import tomllib
from collections.abc import Sequence
from importlib.resources import files
from typing import Final

from attrs import field, frozen
from cattrs import Converter

from watchlist_core.auth import Role
from watchlist_core.catalogue import ExternalId, MediaType, NewMovie

__all__ = ["PROVIDER", "DemonstrationMovie", "demonstration_movies"]

PROVIDER: Final = "watchlist-demo"
# A misspelt member would be missed by nobody.
_CONVERTER: Final = Converter(forbid_extra_keys=True)


@frozen
class DemonstrationMovie:
    """What is known of it, and how many stars those who try the server gave it."""

    id: str
    title: str
    year: int
    runtime: int
    genres: list[str]
    description: str
    original_title: str | None = None
    """In the script of those who made it; None where the title is that one."""
    alternative_titles: list[str] = field(factory=list)
    media_type: MediaType = MediaType.MOVIE
    stars: dict[Role, float] = field(factory=dict)

    @property
    def external_id(self) -> ExternalId:
        return ExternalId(PROVIDER, self.media_type, self.id)

    @property
    def new(self) -> NewMovie:
        return NewMovie(
            self.title,
            self.year,
            self.runtime,
            media_type=self.media_type,
            genres=self.genres,
            description=self.description,
            external_ids={self.external_id},
            original_title=self.original_title,
            alternative_titles=self.alternative_titles,
        )


def demonstration_movies() -> Sequence[DemonstrationMovie]:
    """Return them from the oldest on."""
    eras = files("watchlist_http.server").joinpath("demonstration_facts").iterdir()
    texts = [era.read_text("utf-8") for era in sorted(eras, key=lambda era: era.name)]
    facts = [movie for text in texts for movie in tomllib.loads(text)["movies"]]
    return _CONVERTER.structure(facts, list[DemonstrationMovie])
