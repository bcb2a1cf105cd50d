from sqlalchemy import Connection
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from typing_extensions import override

__all__ = ["WorkConnection"]


class WorkConnection(AsyncConnection):
    """SQLAlchemy's connection for one work, of which nothing can be asked when that is over.

    What it runs on is another work's by then.
    """

    __slots__ = ("is_over", "kept")

    is_over: bool
    """Set when the work ends; whatever is asked afterwards raises `InvalidRequestError`."""
    kept: Connection
    """What it runs on, which outlives the work."""

    def __init__(self, engine: AsyncEngine, kept: Connection) -> None:
        super().__init__(engine, kept)
        self.kept = kept
        self.is_over = False

    @property
    @override
    def _proxied(self) -> Connection:
        # All that SQLAlchemy's connection can do begins with asking for this.
        if self.is_over:
            raise InvalidRequestError("this work is over")
        return self.kept
