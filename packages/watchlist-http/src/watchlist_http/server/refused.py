from attrs import define
from typing_extensions import override

__all__ = ["StartRefused"]


@define
class StartRefused(Exception):
    """What was to be done cannot begin; the reason is a line for a person."""

    reason: str

    @override
    def __str__(self) -> str:
        return self.reason
