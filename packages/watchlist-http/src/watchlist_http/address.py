"""Under which address the API is reached: no link is ever made from what a request says of it."""

from typing import Final, Self

from aiohttp import web
from attrs import define

__all__ = ["LANDMARK", "Address"]

LANDMARK: Final = "openapi.json"
"""The name, and last part, of the one route that every application has."""


@define
class Address:
    """What stands before the paths of the API in every link."""

    start: str
    """The public address, else the prefix under which the application is mounted."""

    @classmethod
    def of(cls, application: web.Application, public_url: str | None) -> Self:
        """Return the address of *application*, whose mount prefix is known once it starts."""
        address = cls(public_url or "")
        if public_url is None:
            application.on_startup.append(address._learn_prefix)
        return address

    async def _learn_prefix(self, application: web.Application) -> None:
        landmark = application.router[LANDMARK]
        self.start = landmark.canonical.removesuffix(f"/{LANDMARK}")
